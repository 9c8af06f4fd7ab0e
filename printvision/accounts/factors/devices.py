"""Remembered devices: browsers in which a password will do for 30 days, by a cookie of their own.

One is over when it is forgotten, and as soon as its person's password is another one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, LiteralString
from uuid import UUID

from printvision.accounts.factors.models import DeviceRow
from printvision.accounts.factors.schemas import DeviceView
from printvision.accounts.links import hash_of, new_token
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.ids import PersonId, new_id
from printvision.platform.retention import Retention
from printvision.platform.scope import SystemScope
from printvision.platform.visits import Jar, Visit

REMEMBERED_FOR: Final = timedelta(days=30)
MOST_DEVICES: Final = 20

_COUNTS: Final[LiteralString] = """
d.person_id = %(person_id)s AND d.expires_at > %(now)s AND NOT EXISTS (
  SELECT FROM people p WHERE p.id = d.person_id AND p.password_changed_at >= d.created_at
)
"""
_FIND: Final[LiteralString] = f"""
UPDATE remembered_devices d SET last_used_at = %(now)s, address = %(address)s
WHERE d.token_hash = %(token_hash)s AND {_COUNTS} RETURNING d.id
"""  # noqa: S608 - of our own words
_LIST: Final[LiteralString] = f"""
SELECT d.id, d.device, d.address, d.created_at, d.last_used_at, d.expires_at FROM remembered_devices d
WHERE {_COUNTS} ORDER BY d.last_used_at DESC, d.id DESC
"""  # noqa: S608 - of our own words
_FORGET: Final = "DELETE FROM remembered_devices WHERE person_id = %(person_id)s AND id = %(id)s RETURNING id"
_FORGET_ALL: Final = "DELETE FROM remembered_devices WHERE person_id = %(person_id)s"
_FORGET_OLD: Final = """
DELETE FROM remembered_devices WHERE token_hash = %(token_hash)s OR id IN (
  SELECT id FROM remembered_devices WHERE person_id = %(person_id)s
  ORDER BY last_used_at DESC, id DESC OFFSET %(most)s
)
"""

OLD_DEVICES: Final = Retention(
    of="remembered devices",
    forget="""
DELETE FROM remembered_devices WHERE id IN (
    SELECT id FROM remembered_devices WHERE expires_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(0),
    every_s=600,
)


async def remember_device(scope: SystemScope, visit: Visit, person_id: PersonId) -> None:
    """Have the browser keep a token in whose place it had before; of more than `MOST_DEVICES` the longest unused go.

    Raises:
        InsecureAddress
    """
    token, now = new_token(), clock.now()
    before = visit.presented.get(Jar.DEVICE)
    visit.keep(Jar.DEVICE, token, REMEMBERED_FOR)
    values = {
        "person_id": person_id,
        "token_hash": hash_of(before.reveal()) if before else b"",
        "most": MOST_DEVICES - 1,
    }
    await run(scope.session, _FORGET_OLD, values)
    scope.session.add(
        DeviceRow(
            id=new_id(),
            person_id=person_id,
            token_hash=hash_of(token.reveal()),
            device=visit.device,
            address=visit.address,
            created_at=now,
            last_used_at=now,
            expires_at=now + REMEMBERED_FOR,
        )
    )
    await scope.session.flush()


async def is_remembered(scope: SystemScope, visit: Visit, person_id: PersonId) -> bool:
    """Whether this browser is one of theirs."""
    if (token := visit.presented.get(Jar.DEVICE)) is None:
        return False
    values = {
        "person_id": person_id,
        "token_hash": hash_of(token.reveal()),
        "now": clock.now(),
        "address": visit.address,
    }
    return bool(await run(scope.session, _FIND, values))


async def list_devices(scope: SystemScope, person_id: PersonId) -> list[DeviceView]:
    """The last used first."""
    rows = await run(scope.session, _LIST, {"person_id": person_id, "now": clock.now()})
    return [DeviceView(*row) for row in rows]


async def forget_device(scope: SystemScope, person_id: PersonId, device_id: UUID) -> None:
    """
    Raises:
        NotFound
    """
    if not await run(scope.session, _FORGET, {"person_id": person_id, "id": device_id}):
        raise NotFound(kind="device", id=str(device_id))


async def forget_devices(scope: SystemScope, person_id: PersonId) -> None:
    """All of them."""
    await run(scope.session, _FORGET_ALL, {"person_id": person_id})
