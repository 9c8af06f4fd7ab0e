"""Authenticator apps: added with a code that proves they work, and a code of theirs is taken once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from printvision.accounts.factors.codes import address_of, find_step, new_secret, picture_of
from printvision.accounts.factors.errors import BadEnrolment
from printvision.accounts.factors.schemas import AuthenticatorView, NewAuthenticator
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId, new_id
from printvision.platform.redaction import Secret
from printvision.platform.scope import SystemScope
from printvision.platform.sealed import SealedAt

ADD_WITHIN: Final = timedelta(minutes=15)

_BEGIN: Final = """
INSERT INTO authenticators (id, person_id, secret, created_at) VALUES (%(id)s, %(person_id)s, %(secret)s, %(now)s)
ON CONFLICT (person_id) WHERE confirmed_at IS NULL DO UPDATE
SET id = excluded.id, secret = excluded.secret, created_at = excluded.created_at
"""
_BEGUN: Final = """
SELECT id, secret, NULL::bigint FROM authenticators
WHERE person_id = %(person_id)s AND confirmed_at IS NULL AND created_at > %(since)s FOR UPDATE
"""
_OWN: Final = """
SELECT id, secret, last_step FROM authenticators WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL
"""
_CONFIRM: Final = "UPDATE authenticators SET confirmed_at = %(now)s, last_step = %(step)s WHERE id = %(id)s"
_SPEND: Final = """
UPDATE authenticators SET last_step = %(step)s, last_used_at = %(now)s
WHERE id = %(id)s AND last_step < %(step)s RETURNING id
"""
_REMOVE: Final = (
    "DELETE FROM authenticators WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL RETURNING id"
)
_SHOW: Final = """
SELECT confirmed_at, last_used_at FROM authenticators WHERE person_id = %(person_id)s AND confirmed_at IS NOT NULL
"""


class _Stored(NamedTuple):
    id: UUID
    sealed: bytes
    last_step: int | None

    def find_step(self, scope: SystemScope, code: str) -> int | None:
        secret = Secret(scope.platform.keyring.open(self.sealed, _at(self.id)).decode())
        return find_step(secret, code, clock.now(), after=self.last_step)


async def begin_authenticator(scope: SystemScope, person_id: PersonId, email: str) -> NewAuthenticator:
    """Give somebody a secret for their app; one begun before and not confirmed is of no use any more."""
    secret, authenticator_id = new_secret(), new_id()
    sealed = scope.platform.keyring.seal(secret.reveal().encode(), _at(authenticator_id))
    values = {"id": authenticator_id, "person_id": person_id, "secret": sealed, "now": clock.now()}
    await run(scope.session, _BEGIN, values)
    address = address_of(secret, email)
    return NewAuthenticator(secret=secret.reveal(), address=address, picture=picture_of(address))


async def confirm_authenticator(scope: SystemScope, person_id: PersonId, code: str) -> None:
    """Have it count from now on, in the place of the one before.

    Args:
        code: that it shows; it is used up by this.

    Raises:
        BadEnrolment
    """
    now = clock.now()
    rows = await run(scope.session, _BEGUN, {"person_id": person_id, "since": now - ADD_WITHIN})
    step = _Stored(*rows[0]).find_step(scope, code) if rows else None
    if step is None:
        raise BadEnrolment
    await run(scope.session, _REMOVE, {"person_id": person_id})
    await run(scope.session, _CONFIRM, {"id": rows[0][0], "now": now, "step": step})


async def is_right(scope: SystemScope, person_id: PersonId, code: str) -> bool:
    """Whether a code would be taken now."""
    rows = await run(scope.session, _OWN, {"person_id": person_id})
    return bool(rows) and _Stored(*rows[0]).find_step(scope, code) is not None


async def spend_code(scope: SystemScope, person_id: PersonId, code: str) -> bool:
    """Whether a code is right; it is taken by this, and of two who give it at once one is refused."""
    rows = await run(scope.session, _OWN, {"person_id": person_id})
    step = _Stored(*rows[0]).find_step(scope, code) if rows else None
    if step is None:
        return False
    values = {"id": rows[0][0], "step": step, "now": clock.now()}
    return bool(await run(scope.session, _SPEND, values))


async def show_authenticator(scope: SystemScope, person_id: PersonId) -> AuthenticatorView | None:
    rows = await run(scope.session, _SHOW, {"person_id": person_id})
    return AuthenticatorView(created_at=rows[0][0], last_used_at=rows[0][1]) if rows else None


async def remove_authenticator(scope: SystemScope, person_id: PersonId) -> bool:
    """Whether there was one."""
    return bool(await run(scope.session, _REMOVE, {"person_id": person_id}))


def _at(authenticator_id: UUID) -> SealedAt:
    return SealedAt(None, "authenticators", "secret", authenticator_id)
