"""The second half of signing in, and proving once more who one is."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from printvision.accounts.errors import WrongPassword
from printvision.accounts.factors.attempts import forget_tries, refuse, take_try
from printvision.accounts.factors.authenticators import is_right, spend_code
from printvision.accounts.factors.ceremonies import Credential
from printvision.accounts.factors.challenges import Asked, of_browser, of_same_browser, of_session
from printvision.accounts.factors.devices import is_remembered, remember_device
from printvision.accounts.factors.errors import WrongCode
from printvision.accounts.factors.passkeys import ask_to_use, use_passkey
from printvision.accounts.factors.policy import second_factors_of
from printvision.accounts.factors.recovery import has_code, use_code
from printvision.accounts.factors.schemas import GiveSecond, Prove
from printvision.accounts.passwords import check_password
from printvision.accounts.proofs import STRONG, Proof
from printvision.accounts.schemas import SignIn
from printvision.accounts.sessions import PendingSession, begin_session, find_pending, proofs_of, prove
from printvision.platform.db import run
from printvision.platform.errors import RuleBroken
from printvision.platform.ids import PersonId
from printvision.platform.redaction import Secret
from printvision.platform.scope import PersonScope, SystemScope, VisitScope, system_scope
from printvision.platform.visits import Jar

_PASSWORD_OF: Final = "SELECT password_hash FROM people WHERE id = %(id)s"  # noqa: S105 - where it is kept


async def go_on(scope: VisitScope, person_id: PersonId, proof: Proof) -> SignIn:
    """Sign somebody in who gave this proof: at once where it will do, or this browser is remembered; else they have yet
    to give a second one.

    Raises:
        CrossSite, InsecureAddress
    """
    factors = await second_factors_of(scope, person_id)
    if not factors or proof in STRONG:
        await begin_session(scope, scope.visit, person_id, [proof])
        return SignIn(signed_in=True)
    if await is_remembered(scope, scope.visit, person_id):
        await begin_session(scope, scope.visit, person_id, [proof, Proof.DEVICE])
        return SignIn(signed_in=True)
    await begin_session(scope, scope.visit, person_id, [proof], pending=True)
    return SignIn(signed_in=False, second=sorted(factors))


async def ask_second(scope: VisitScope) -> dict[str, Any]:
    """What to sign with a passkey of whoever has yet to give a second proof.

    Raises:
        SignedOut, CrossSite, NoPasskeysHere
    """
    pending = await find_pending(scope, scope.visit)
    return await ask_to_use(scope, of_session(pending.id), Asked.SECOND, pending.person_id)


async def give_second(scope: VisitScope, given: GiveSecond) -> SignIn:
    """Sign in whoever has given a first proof, by their second.

    Raises:
        RuleBroken: not exactly one is given.
        SignedOut, WrongCode, TooManyCodes, CodesPaused, BadPasskey, PasskeyCopied, CrossSite, InsecureAddress
    """
    _require_one({"totp": given.totp, "recovery": given.recovery, "passkey": given.passkey})
    pending = await _find_pending(scope)
    who = pending.id, pending.person_id
    if given.passkey is not None:
        proof = await _by_passkey(scope, *who, Asked.SECOND, given.passkey)
    elif given.recovery is not None:
        proof = await _by_recovery(scope, *who, given.recovery)
    else:
        proof = await _by_code(scope, *who, given.totp or "")
    await prove(scope, scope.visit, pending.id, {*pending.proofs, proof})
    await forget_tries(scope, *who)
    if given.remember_device:
        await remember_device(scope, scope.visit, pending.person_id)
    return SignIn(signed_in=True)


async def ask_anybody(scope: VisitScope) -> dict[str, Any]:
    """What to sign with whichever passkey of this installation the person chooses.

    Raises:
        NoPasskeysHere, InsecureAddress
    """
    return await ask_to_use(scope, of_browser(scope.visit), Asked.SIGN_IN, None)


async def sign_in_by_passkey(scope: VisitScope, credential: Credential) -> SignIn:
    """A passkey alone is both: something they have, and it knew who was at it.

    Raises:
        BadPasskey, PasskeyCopied, NoPasskeysHere, CrossSite, InsecureAddress
    """
    person_id = await use_passkey(scope, of_same_browser(scope.visit), Asked.SIGN_IN, credential)
    await begin_session(scope, scope.visit, person_id, [Proof.PASSKEY])
    scope.visit.forget(Jar.PASSKEY)
    return SignIn(signed_in=True)


async def ask_to_prove(scope: PersonScope, session_id: UUID) -> dict[str, Any]:
    """What to sign with a passkey of whoever is signed in.

    Raises:
        NoPasskeysHere
    """
    return await ask_to_use(scope, of_session(session_id), Asked.PROVE, scope.person_id)


async def prove_again(scope: PersonScope, session_id: UUID, given: Prove) -> None:
    """Show once more who it is: what asks for a fresh proof may be done for ten minutes.

    Raises:
        RuleBroken: not exactly one is given.
        WrongPassword, WrongCode, TooManyCodes, CodesPaused, BadPasskey, PasskeyCopied, HashingBusy, SignedOut
    """
    _require_one({"password": given.password, "totp": given.totp, "passkey": given.passkey})
    who = session_id, scope.person_id
    if given.passkey is not None:
        proof = await _by_passkey(scope, *who, Asked.PROVE, given.passkey)
    elif given.password is not None:
        proof = await _by_password(scope, *who, given.password)
    else:
        proof = await _by_code(scope, *who, given.totp or "")
    await prove(scope, scope.visit, session_id, {*await proofs_of(scope, session_id), proof})
    await forget_tries(scope, *who)


# Each looks before the call's own transaction has asked anything, in transactions of its own: what is wrong has to be
# counted, and nobody waits for a second connection with one in hand.


async def _find_pending(scope: VisitScope) -> PendingSession:
    async with system_scope(scope.platform, "second factor") as own:
        return await find_pending(own, scope.visit)


async def _by_code(scope: SystemScope, session_id: UUID, person_id: PersonId, code: str) -> Proof:
    left = await take_try(scope, session_id, person_id)
    async with system_scope(scope.platform, "look at a code", atomic=False) as own:
        right = await is_right(own, person_id, code)
    if not right:
        raise await refuse(scope, session_id, left)
    if not await spend_code(scope, person_id, code):
        raise WrongCode(left=left)  # of two who gave it at once the other was first
    return Proof.TOTP


async def _by_recovery(scope: SystemScope, session_id: UUID, person_id: PersonId, code: Secret) -> Proof:
    left = await take_try(scope, session_id, None)
    async with system_scope(scope.platform, "look at a code", atomic=False) as own:
        right = await has_code(own, person_id, code.reveal())
    if not right:
        raise await refuse(scope, session_id, left)
    if not await use_code(scope, person_id, code.reveal()):
        raise WrongCode(left=left)  # as above
    return Proof.RECOVERY


async def _by_password(scope: SystemScope, session_id: UUID, person_id: PersonId, password: Secret) -> Proof:
    left = await take_try(scope, session_id, None)
    async with system_scope(scope.platform, "password", atomic=False) as own:
        [[kept]] = await run(own.session, _PASSWORD_OF, {"id": person_id})
    if not (await check_password(scope.platform, password, kept))[0]:
        refused = await refuse(scope, session_id, left)
        raise WrongPassword if isinstance(refused, WrongCode) else refused
    return Proof.PASSWORD


async def _by_passkey(
    scope: SystemScope, session_id: UUID, person_id: PersonId, what_for: Asked, credential: Credential
) -> Proof:
    await use_passkey(scope, of_session(session_id), what_for, credential, person_id)
    return Proof.PASSKEY


def _require_one(given: dict[str, object]) -> None:
    if sum(each is not None for each in given.values()) != 1:
        told = f"Exactly one of {', '.join(given)}"
        raise RuleBroken(errors=[{"path": name, "message": told} for name in given])
