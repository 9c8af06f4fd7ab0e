"""Passkeys: added, used, renamed, removed. One that counts its uses back is refused, and marked."""

from __future__ import annotations

from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from printvision.accounts.factors.ceremonies import (
    Credential,
    Known,
    Made,
    Party,
    Shown,
    ask_for_new,
    ask_for_use,
    check_new,
    check_use,
    party_of,
    read_id,
    read_person,
)
from printvision.accounts.factors.challenges import Asked, ask, of_session, take_challenge
from printvision.accounts.factors.errors import BadPasskey, PasskeyCopied, PasskeyKnown, TooManyPasskeys
from printvision.accounts.factors.schemas import PasskeyView
from printvision.accounts.people import get_person
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.ids import PersonId, new_id
from printvision.platform.scope import SystemScope, system_scope

MOST_PASSKEYS: Final = 20

_VIEW: Final[LiteralString] = "id, name, created_at, last_used_at, backed_up, counted_back_at"
_KNOWN: Final = (
    "SELECT credential_id, transports FROM passkeys WHERE person_id = %(person_id)s ORDER BY id LIMIT 20"
)
_LIST: Final[LiteralString] = f"SELECT {_VIEW} FROM passkeys WHERE person_id = %(person_id)s ORDER BY id"  # noqa: S608
_ADD: Final[LiteralString] = f"""
INSERT INTO passkeys
  (id, person_id, name, credential_id, public_key, sign_count, transports, backed_up, created_at)
VALUES (%(id)s, %(person_id)s, %(name)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(transports)s,
  %(backed_up)s, %(now)s)
ON CONFLICT (credential_id) DO NOTHING RETURNING {_VIEW}
"""  # noqa: S608 - of our own words
_RENAME: Final[LiteralString] = f"""
UPDATE passkeys SET name = %(name)s WHERE id = %(id)s AND person_id = %(person_id)s RETURNING {_VIEW}
"""  # noqa: S608 - of our own words
_REMOVE: Final = "DELETE FROM passkeys WHERE id = %(id)s AND person_id = %(person_id)s RETURNING id"
_FIND: Final = """
SELECT k.id, k.person_id, k.public_key, k.sign_count
FROM passkeys k JOIN people p ON p.id = k.person_id AND p.disabled_at IS NULL
WHERE k.credential_id = %(credential_id)s
"""
# One that counts has to count on. Compared as it is written, so that of two uses at once from one number one is late.
_USE: Final = """
UPDATE passkeys SET sign_count = %(now_at)s, backed_up = %(backed_up)s, last_used_at = %(now)s
WHERE id = %(id)s AND (sign_count < %(now_at)s OR (sign_count = 0 AND %(now_at)s = 0)) RETURNING id
"""
_MARK: Final = "UPDATE passkeys SET counted_back_at = %(now)s WHERE id = %(id)s"


class _Stored(NamedTuple):
    id: UUID
    person_id: PersonId
    public_key: bytes
    sign_count: int


def party_here(scope: SystemScope) -> Party:
    """
    Raises:
        NoPasskeysHere
    """
    return party_of(scope.platform.settings.server.public_url)


async def ask_to_add(scope: SystemScope, person_id: PersonId, session_id: UUID) -> dict[str, Any]:
    """
    Raises:
        NoPasskeysHere, TooManyPasskeys
    """
    party, person, known = (
        party_here(scope),
        await get_person(scope, person_id),
        await _known(scope, person_id),
    )
    if len(known) >= MOST_PASSKEYS:
        raise TooManyPasskeys(limit=MOST_PASSKEYS)
    challenge = await ask(scope, of_session(session_id), Asked.ADD)
    return ask_for_new(party, challenge, person_id, email=person.email, name=person.name, known=known)


async def read_new(scope: SystemScope, session_id: UUID, credential: Credential) -> Made:
    """
    Args:
        scope: of which nothing else was asked yet.

    Raises:
        BadPasskey, NoPasskeysHere
    """
    challenge = await take_challenge(scope, of_session(session_id), Asked.ADD)
    return check_new(party_here(scope), challenge, credential)


async def add_passkey(scope: SystemScope, person_id: PersonId, name: str, made: Made) -> PasskeyView:
    """
    Args:
        scope: that holds the person's factors.

    Raises:
        PasskeyKnown, TooManyPasskeys
    """
    if len(await _known(scope, person_id)) >= MOST_PASSKEYS:
        raise TooManyPasskeys(limit=MOST_PASSKEYS)
    values = {
        "id": new_id(),
        "person_id": person_id,
        "name": name,
        "credential_id": made.id,
        "public_key": made.public_key,
        "sign_count": made.sign_count,
        "transports": Jsonb(made.transports),
        "backed_up": made.backed_up,
        "now": clock.now(),
    }
    rows = await run(scope.session, _ADD, values)
    if not rows:
        raise PasskeyKnown
    return PasskeyView(*rows[0])


async def ask_to_use(
    scope: SystemScope, holder: bytes, what_for: Asked, person_id: PersonId | None
) -> dict[str, Any]:
    """
    Args:
        person_id: of whom; None for anybody, who then signs in with it alone.

    Raises:
        NoPasskeysHere
    """
    party = party_here(scope)
    known = await _known(scope, person_id) if person_id else []
    challenge = await ask(scope, holder, what_for)
    return ask_for_use(party, challenge, known, alone=what_for is not Asked.SECOND)


async def use_passkey(
    scope: SystemScope,
    holder: bytes,
    what_for: Asked,
    credential: Credential,
    person_id: PersonId | None = None,
) -> PersonId:
    """Whose passkey this is.

    Args:
        person_id: who it has to be; None for anybody.

    Raises:
        BadPasskey, PasskeyCopied, NoPasskeysHere
    """
    challenge = await take_challenge(scope, holder, what_for)
    # In a transaction of its own: what is refused is rolled back, and that it counts back must not be.
    async with system_scope(scope.platform, "use a passkey", atomic=False) as own:
        stored = await _find(own, credential, person_id)
        alone = what_for is not Asked.SECOND
        shown = check_use(party_here(scope), challenge, credential, stored.public_key, alone=alone)
        await _count(own, stored, shown)
    return PersonId(stored.person_id)


async def list_passkeys(scope: SystemScope, person_id: PersonId) -> list[PasskeyView]:
    """The first added first; at most `MOST_PASSKEYS`."""
    rows = await run(scope.session, _LIST, {"person_id": person_id})
    return [PasskeyView(*row) for row in rows]


async def rename_passkey(scope: SystemScope, person_id: PersonId, passkey_id: UUID, name: str) -> PasskeyView:
    """
    Raises:
        NotFound
    """
    rows = await run(scope.session, _RENAME, {"person_id": person_id, "id": passkey_id, "name": name})
    if not rows:
        raise NotFound(kind="passkey", id=str(passkey_id))
    return PasskeyView(*rows[0])


async def remove_passkey(scope: SystemScope, person_id: PersonId, passkey_id: UUID) -> None:
    """
    Raises:
        NotFound
    """
    if not await run(scope.session, _REMOVE, {"person_id": person_id, "id": passkey_id}):
        raise NotFound(kind="passkey", id=str(passkey_id))


async def _known(scope: SystemScope, person_id: PersonId) -> list[Known]:
    rows = await run(scope.session, _KNOWN, {"person_id": person_id})
    return [Known(*row) for row in rows]


async def _find(scope: SystemScope, credential: Credential, person_id: PersonId | None) -> _Stored:
    rows = await run(scope.session, _FIND, {"credential_id": read_id(credential)})
    if not rows:
        raise BadPasskey(note="nobody's")
    stored = _Stored(*rows[0])
    told = read_person(credential)
    if person_id not in (None, stored.person_id) or told not in (None, b"", stored.person_id.bytes):
        raise BadPasskey(note="another's")
    return stored


async def _count(scope: SystemScope, stored: _Stored, shown: Shown) -> None:
    now = clock.now()
    values = {"id": stored.id, "now_at": shown.sign_count, "backed_up": shown.backed_up, "now": now}
    if not await run(scope.session, _USE, values):
        await run(scope.session, _MARK, {"id": stored.id, "now": now})
        raise PasskeyCopied
