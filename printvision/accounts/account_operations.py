"""`/api/v1/session/password` and `/api/v1/account`: ways in, and what people do about their own account."""

from __future__ import annotations

from printvision.accounts import entering, keeping
from printvision.accounts.features import ACCESS
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Purpose
from printvision.accounts.schemas import (
    ChangePassword,
    DeleteAccount,
    EnterFirst,
    GiveEmail,
    LinkShown,
    PersonView,
    Rename,
    SeeLink,
    SetPassword,
    SignIn,
    SignInByPassword,
    UseToken,
)
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import PersonScope, VisitScope
from printvision.platform.visits import Jar


@operation(
    "session.open_by_password",
    title="Sign in with a password",
    feature=ACCESS,
    rest=Rest("POST", "/session/password"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def open_by_password(scope: VisitScope, input: SignInByPassword) -> SignIn:
    """The answer sets a cookie; where `second` names factors, one of them is still to be given.

    Raises:
        WrongPassword, HashingBusy, CrossSite, InsecureAddress
    """
    return await entering.sign_in_by_password(scope, input.email, input.password)


@operation(
    "account.ask_for_reset",
    title="Ask for a new password",
    feature=ACCESS,
    rest=Rest("POST", "/account/reset", status=204),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def ask_for_reset(scope: VisitScope, input: GiveEmail) -> None:
    """A link is mailed to who has an account. The answer is the same for everybody.

    Raises:
        CrossSite
    """
    await entering.ask_for_reset(scope, input.email)


@operation(
    "account.reset_password",
    title="Set a new password by a link",
    feature=ACCESS,
    rest=Rest("POST", "/account/reset/finish", status=204),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def reset_password(scope: VisitScope, input: SetPassword) -> None:
    """All sessions end; sign in with the new password.

    Raises:
        BadLink, WeakPassword, HashingBusy, CrossSite
    """
    await entering.reset_password(scope, input.token, input.password)


@operation(
    "account.sign_up",
    title="Ask for an account",
    feature=ACCESS,
    rest=Rest("POST", "/account/sign-up", status=204),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def sign_up(scope: VisitScope, input: GiveEmail) -> None:
    """A link is mailed that makes the account. The answer is the same for everybody.

    Raises:
        SignUpClosed, CrossSite
    """
    await entering.ask_to_sign_up(scope, input.email)


@operation(
    "account.see_link",
    title="Show what a link would do",
    feature=ACCESS,
    rest=Rest("POST", "/account/link"),
    public=True,
    rest_only=True,
    sensitive_input=True,
)
async def see_link(scope: VisitScope, input: SeeLink) -> LinkShown:
    """For the page that asks before it does it; the link can still be used.

    Raises:
        BadLink, CrossSite
    """
    return await entering.show_link(scope, input.purpose, input.token)


@operation(
    "account.create",
    title="Make an account by a link",
    feature=ACCESS,
    rest=Rest("POST", "/account", status=201),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def create(scope: VisitScope, input: EnterFirst) -> SignIn:
    """By a link that was mailed or printed; the answer signs in to it.

    Raises:
        BadLink, EmailTaken, WeakPassword, HashingBusy, CrossSite, InsecureAddress
    """
    return await entering.enter_first(scope, input.token, Purpose(input.purpose), input.name, input.password)


@operation(
    "account.change_password",
    title="Change your password",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/password", status=204),
    rest_only=True,
    sensitive_input=True,
    step_up=True,
    audit=True,
)
async def change_password(scope: PersonScope, input: ChangePassword) -> None:
    """All your other browsers are signed out.

    Raises:
        WrongPassword, WeakPassword, HashingBusy
    """
    await keeping.change_password(scope, input)


@operation(
    "account.rename",
    title="Change your name",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("PATCH", "/account"),
    idempotent=True,
)
async def rename(scope: PersonScope, input: Rename) -> PersonView:
    """Members of your workspaces see it."""
    return await keeping.rename(scope, input.name)


@operation(
    "account.ask_to_change_email",
    title="Ask to change your e-mail address",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/email", status=204),
    step_up=True,
    audit=True,
)
async def ask_to_change_email(scope: PersonScope, input: GiveEmail) -> None:
    """A link is mailed to the new address; until it is opened everything stays as it is."""
    await keeping.ask_to_change_email(scope, input.email)


@operation(
    "account.change_email",
    title="Confirm a new e-mail address",
    feature=ACCESS,
    rest=Rest("POST", "/account/email/finish", status=204),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def change_email(scope: VisitScope, input: UseToken) -> None:
    """By the link that was mailed to the new address; the old one is told.

    Raises:
        BadLink, EmailTaken, CrossSite
    """
    await keeping.change_email(scope, input.token)


@operation(
    "account.delete",
    title="Delete your account",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account", status=204),
    rest_only=True,
    step_up=True,
    audit=True,
)
async def delete(scope: PersonScope, input: DeleteAccount) -> None:
    """Your sessions, factors and memberships end with it; orders and products stay with their workspaces.

    Raises:
        SoleOwner, SoleOperator
    """
    await keeping.delete_account(scope)
    scope.visit.forget(Jar.SESSION)
