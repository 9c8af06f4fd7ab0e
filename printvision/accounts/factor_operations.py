"""`/api/v1/account/…`: a person's second factors, recovery codes and remembered devices; and a second proof given."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts.errors import SignedOut
from printvision.accounts.factors import authenticators, devices, passkeys, policy, recovery, signing_in
from printvision.accounts.factors.schemas import (
    AddPasskey,
    Ceremony,
    ConfirmAuthenticator,
    Devices,
    FactorsView,
    GiveSecond,
    NewAuthenticator,
    OneDevice,
    OnePasskey,
    PasskeyView,
    Prove,
    RecoveryCodes,
    RenamePasskey,
    UsePasskey,
)
from printvision.accounts.features import ACCESS
from printvision.accounts.people import get_person
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Proof
from printvision.accounts.schemas import NothingToSay, SignIn
from printvision.platform.errors import NotFound
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import PersonScope, VisitScope


def _session(scope: PersonScope) -> UUID:
    if scope.session_id is None:
        raise SignedOut
    return scope.session_id


# -- signing in --------------------------------------------------------------------------------------------------------


@operation(
    "session.second",
    title="Give a second factor",
    feature=ACCESS,
    rest=Rest("POST", "/session/second"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def give_second(scope: VisitScope, input: GiveSecond) -> SignIn:
    """Sign in who has given a first proof; within ten minutes of it, and five wrong codes in a row end it.

    Raises:
        RuleBroken: not exactly one is given.
        SignedOut, WrongCode, TooManyCodes, CodesPaused, BadPasskey, PasskeyCopied, CrossSite, InsecureAddress
    """
    return await signing_in.give_second(scope, input)


@operation(
    "session.ask_second",
    title="Ask what a passkey is to sign as a second factor",
    feature=ACCESS,
    rest=Rest("POST", "/session/second/options"),
    public=True,
    rest_only=True,
    audit=True,
)
async def ask_second(scope: VisitScope, input: NothingToSay) -> Ceremony:
    """Of who has given a first proof. Good for five minutes and one answer.

    Raises:
        SignedOut, NoPasskeysHere, CrossSite
    """
    return Ceremony(options=await signing_in.ask_second(scope))


@operation(
    "session.ask_passkey",
    title="Ask what a passkey is to sign to sign in",
    feature=ACCESS,
    rest=Rest("POST", "/session/passkey/options"),
    public=True,
    rest_only=True,
    audit=True,
)
async def ask_passkey(scope: VisitScope, input: NothingToSay) -> Ceremony:
    """Without a name: the browser offers the passkeys it has for this address. Good for five minutes and one answer.

    Raises:
        NoPasskeysHere, CrossSite, InsecureAddress
    """
    return Ceremony(options=await signing_in.ask_anybody(scope))


@operation(
    "session.open_by_passkey",
    title="Sign in with a passkey",
    feature=ACCESS,
    rest=Rest("POST", "/session/passkey"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def open_by_passkey(scope: VisitScope, input: UsePasskey) -> SignIn:
    """It is both factors at once, for the device has to know who is at it.

    Raises:
        BadPasskey, PasskeyCopied, NoPasskeysHere, CrossSite, InsecureAddress
    """
    return await signing_in.sign_in_by_passkey(scope, input.credential)


@operation(
    "session.prove",
    title="Prove once more that it is you",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/session/prove", status=204),
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def prove(scope: PersonScope, input: Prove) -> None:
    """For ten minutes what asks for a fresh proof may be done; the answer sets a new cookie.

    Raises:
        RuleBroken: not exactly one is given.
        WrongPassword, WrongCode, TooManyCodes, CodesPaused, BadPasskey, PasskeyCopied, HashingBusy
    """
    await signing_in.prove_again(scope, _session(scope), input)


@operation(
    "session.ask_to_prove",
    title="Ask what a passkey is to sign to prove that it is you",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/session/prove/options"),
    rest_only=True,
)
async def ask_to_prove(scope: PersonScope, input: NothingToSay) -> Ceremony:
    """Good for five minutes and one answer.

    Raises:
        NoPasskeysHere
    """
    return Ceremony(options=await signing_in.ask_to_prove(scope, _session(scope)))


# -- factors -----------------------------------------------------------------------------------------------------------


@operation(
    "factors.list",
    title="List your second factors",
    feature=ACCESS,
    permission=Permission.ACCOUNT_READ,
    rest=Rest("GET", "/account/factors"),
)
async def list_factors(scope: PersonScope, input: NothingToSay) -> FactorsView:
    """What you have, how many recovery codes are left, and which workspaces ask for a second factor."""
    return FactorsView(
        authenticator=await authenticators.show_authenticator(scope, scope.person_id),
        passkeys=await passkeys.list_passkeys(scope, scope.person_id),
        recovery_codes_left=await recovery.count_codes(scope, scope.person_id),
        required_by=await policy.required_by(scope, scope.person_id),
    )


@operation(
    "authenticator.begin",
    title="Begin to add an authenticator app",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/authenticator"),
    rest_only=True,
    step_up=True,
    audit=True,
)
async def begin_authenticator(scope: PersonScope, input: NothingToSay) -> NewAuthenticator:
    """It counts once a code of it was given, within 15 minutes; until then the one you have does.

    Raises:
        ProveAgain
    """
    await policy.hold_factors(scope)
    person = await get_person(scope, scope.person_id)
    return await authenticators.begin_authenticator(scope, person.id, person.email)


@operation(
    "authenticator.confirm",
    title="Add an authenticator app",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/authenticator/confirm", status=204),
    rest_only=True,
    sensitive_input=True,
    step_up=True,
    audit=True,
)
async def confirm_authenticator(scope: PersonScope, input: ConfirmAuthenticator) -> None:
    """From now on it is asked for, in the place of the one before; your other browsers are signed out.

    Raises:
        BadEnrolment, ProveAgain
    """
    await policy.hold_factors(scope)
    await authenticators.confirm_authenticator(scope, scope.person_id, input.code)
    await policy.after_adding(scope, Proof.TOTP)


@operation(
    "authenticator.remove",
    title="Remove your authenticator app",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/authenticator", status=204),
    step_up=True,
    audit=True,
)
async def remove_authenticator(scope: PersonScope, input: NothingToSay) -> None:
    """Its codes are worth nothing from now on.

    Raises:
        NotFound, ProveAgain
        LastFactor: a workspace asks for one.
    """
    await policy.hold_factors(scope)
    if not await authenticators.remove_authenticator(scope, scope.person_id):
        raise NotFound(kind="authenticator", id="your own")
    await policy.after_removing(scope)


@operation(
    "passkeys.begin",
    title="Begin to add a passkey",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/passkeys/options"),
    rest_only=True,
    step_up=True,
    audit=True,
)
async def begin_passkey(scope: PersonScope, input: NothingToSay) -> Ceremony:
    """What the browser is to make it with. Good for five minutes and one answer.

    Raises:
        NoPasskeysHere, TooManyPasskeys, ProveAgain
    """
    await policy.hold_factors(scope)
    return Ceremony(options=await passkeys.ask_to_add(scope, scope.person_id, _session(scope)))


@operation(
    "passkeys.finish",
    title="Add a passkey",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/passkeys", status=201),
    rest_only=True,
    sensitive_input=True,
    step_up=True,
    audit=True,
)
async def add_passkey(scope: PersonScope, input: AddPasskey) -> PasskeyView:
    """You can sign in with it at once; your other browsers are signed out.

    Raises:
        BadPasskey, PasskeyKnown, TooManyPasskeys, NoPasskeysHere, ProveAgain
    """
    made = await passkeys.read_new(scope, _session(scope), input.credential)
    await policy.hold_factors(scope)
    view = await passkeys.add_passkey(scope, scope.person_id, input.name.strip(), made)
    await policy.after_adding(scope, Proof.PASSKEY)
    return view


@operation(
    "passkeys.rename",
    title="Rename a passkey",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("PATCH", "/account/passkeys/{passkey_id}"),
    idempotent=True,
    audit=True,
)
async def rename_passkey(scope: PersonScope, input: RenamePasskey) -> PasskeyView:
    """Its name is yours alone to see.

    Raises:
        NotFound
    """
    return await passkeys.rename_passkey(scope, scope.person_id, input.passkey_id, input.name.strip())


@operation(
    "passkeys.remove",
    title="Remove a passkey",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/passkeys/{passkey_id}", status=204),
    step_up=True,
    audit=True,
)
async def remove_passkey(scope: PersonScope, input: OnePasskey) -> None:
    """Nobody signs in with it from now on.

    Raises:
        NotFound, ProveAgain
        LastFactor: a workspace asks for one.
    """
    await policy.hold_factors(scope)
    await passkeys.remove_passkey(scope, scope.person_id, input.passkey_id)
    await policy.after_removing(scope)


@operation(
    "recovery.make",
    title="Make recovery codes",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/recovery-codes"),
    rest_only=True,
    step_up=True,
    audit=True,
)
async def make_codes(scope: PersonScope, input: NothingToSay) -> RecoveryCodes:
    """Ten, each for one time that you have no other factor at hand; those made before work no more.

    Raises:
        NoSecondFactor, ProveAgain
    """
    await policy.require_factor(scope)
    return RecoveryCodes(codes=await recovery.make_codes(scope, scope.person_id))


# -- devices -----------------------------------------------------------------------------------------------------------


@operation(
    "devices.list",
    title="List your remembered devices",
    feature=ACCESS,
    permission=Permission.ACCOUNT_READ,
    rest=Rest("GET", "/account/devices"),
)
async def list_devices(scope: PersonScope, input: NothingToSay) -> Devices:
    """The browsers in which a first factor will do, the last used first."""
    return Devices(items=await devices.list_devices(scope, scope.person_id))


@operation(
    "devices.forget",
    title="Forget a remembered device",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/devices/{device_id}", status=204),
    audit=True,
)
async def forget_device(scope: PersonScope, input: OneDevice) -> None:
    """It is asked for a second factor the next time; whoever is signed in there stays so.

    Raises:
        NotFound
    """
    await devices.forget_device(scope, scope.person_id, input.device_id)


@operation(
    "devices.forget_all",
    title="Forget all your remembered devices",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/devices", status=204),
    idempotent=True,
    audit=True,
)
async def forget_devices(scope: PersonScope, input: NothingToSay) -> None:
    """Each is asked for a second factor the next time."""
    await devices.forget_devices(scope, scope.person_id)
