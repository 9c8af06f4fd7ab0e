"""Which second factors somebody has, who asks for one, and what holds while they change."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from printvision.accounts.errors import ProveAgain, SignedOut
from printvision.accounts.factors.devices import forget_devices
from printvision.accounts.factors.errors import LastFactor, NoSecondFactor
from printvision.accounts.factors.recovery import forget_codes
from printvision.accounts.proofs import STRONG, Proof
from printvision.accounts.sessions import end_sessions, proofs_of, prove
from printvision.accounts.signed_in import PROVED_FOR
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.scope import PersonScope, SystemScope

_HAVE: Final = """
SELECT
  EXISTS (SELECT FROM authenticators WHERE person_id = %(id)s AND confirmed_at IS NOT NULL),
  EXISTS (SELECT FROM passkeys WHERE person_id = %(id)s),
  EXISTS (SELECT FROM recovery_codes WHERE person_id = %(id)s)
"""
_HOLD: Final = "SELECT operator_role FROM people WHERE id = %(id)s FOR UPDATE"
_REQUIRED_BY: Final = """
SELECT w.slug FROM members m JOIN workspaces w ON w.id = m.workspace_id
WHERE m.person_id = %(id)s AND m.role <> 'viewer' AND w.second_factor ORDER BY w.slug LIMIT 100
"""


async def second_factors_of(scope: SystemScope, person_id: PersonId) -> frozenset[Proof]:
    """What they can give beside a first proof; recovery codes stand in for another factor and are none alone."""
    [[totp, passkey, recovery]] = await run(scope.session, _HAVE, {"id": person_id})
    factors = {proof for proof, there in ((Proof.TOTP, totp), (Proof.PASSKEY, passkey)) if there}
    return frozenset({*factors, Proof.RECOVERY} if factors and recovery else factors)


async def required_by(scope: SystemScope, person_id: PersonId) -> list[str]:
    """The workspaces that ask for a second factor of them, by slug; at most 100."""
    return [slug for (slug,) in await run(scope.session, _REQUIRED_BY, {"id": person_id})]


async def hold_factors(scope: PersonScope) -> frozenset[Proof]:
    """The person's factors, which nobody else changes until the transaction ends.

    Raises:
        ProveAgain: they have some, and this session never gave one: whoever has only learned their password must not
            put a factor of their own beside them.
        SignedOut
    """
    await run(scope.session, _HOLD, {"id": scope.person_id})
    factors = await second_factors_of(scope, scope.person_id)
    if factors and not await proofs_of(scope, _session(scope)) & STRONG:
        raise ProveAgain("This browser never gave a second factor", within_s=int(PROVED_FOR.total_seconds()))
    return factors


async def require_factor(scope: PersonScope) -> None:
    """
    Raises:
        NoSecondFactor, and as `hold_factors`
    """
    if not await hold_factors(scope):
        raise NoSecondFactor


async def after_adding(scope: PersonScope, proof: Proof) -> None:
    """The session that added a factor has given it; the others were begun without, and end.

    Raises:
        SignedOut, CrossSite, InsecureAddress
    """
    session_id = _session(scope)
    await prove(scope, scope.visit, session_id, {*await proofs_of(scope, session_id), proof})
    await end_sessions(scope, scope.person_id, but=session_id)


async def after_removing(scope: PersonScope) -> None:
    """What stood in for a factor goes with the last one.

    Raises:
        LastFactor: somebody asks for one; nothing is removed then, for an owner could else lock themselves out.
    """
    if await second_factors_of(scope, scope.person_id):
        return
    asked_by = await required_by(scope, scope.person_id)
    [[operator_role]] = await run(scope.session, _HOLD, {"id": scope.person_id})
    if asked_by or operator_role is not None:
        raise LastFactor(required_by=asked_by)
    await forget_codes(scope, scope.person_id)
    await forget_devices(scope, scope.person_id)


def _session(scope: PersonScope) -> UUID:
    if scope.session_id is None:
        raise SignedOut
    return scope.session_id
