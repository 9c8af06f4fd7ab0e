from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class KeyMissing(PrintVisionError):
    """The request carries no `Authorization: Bearer pv_…`."""

    status = 401
    code = "access/key-missing"
    title = "This call needs an API key"
    action = "Send your key in the header Authorization: Bearer pv_…"


class BadKey(PrintVisionError):
    """The key is mistyped, unknown, expired or revoked; which of these is not said."""

    status = 401
    code = "access/bad-key"
    title = "The API key is not valid"
    action = "Check that the whole key was copied, or ask an owner of the workspace for a new one."


class WrongNetwork(PrintVisionError):
    """The key is good, and its owner said that it is used elsewhere."""

    status = 403
    code = "access/wrong-network"
    title = "The API key may not be used from this address"
    action = "Call from a network that the key allows, or make a key that allows this one."


class KeyIsOver(PrintVisionError):
    """The key is revoked or has expired, or a new one took its place before; nothing was changed."""

    status = 409
    code = "accounts/key-is-over"
    title = "The key cannot be rotated any more"
    action = "Make a new key."


class BadLink(PrintVisionError):
    """The link's token was used, is out of date or was never given; which of these is not said."""

    status = 403
    code = "access/bad-link"
    title = "This link does not work any more"
    action = "Ask for a new one. Each works once, and not for long."


class SignedOut(PrintVisionError):
    """The session has ended: signed out, unused for too long, or at its last day."""

    status = 401
    code = "access/signed-out"
    title = "You are signed out"
    action = "Sign in again."


class AccessChanged(PrintVisionError):
    """Somebody's role in the workspace is another one now: a stream that was opened by the old one is over."""

    status = 409
    code = "access/changed"
    title = "What you may see here has changed"
    action = "Connect again: what you may see now is shown then."


class WorkspaceMissing(PrintVisionError):
    """A person may be in several workspaces, so a session's call says which one it is about."""

    status = 400
    code = "access/workspace-missing"
    title = "The call names no workspace"
    action = "Name one of your workspaces in the header PrintVision-Workspace."


class SecondFactorNeeded(PrintVisionError):
    """The workspace asks its members for a second factor, and this session was begun without one."""

    status = 403
    code = "access/second-factor-needed"
    title = "This workspace asks for a second factor"
    action = "Add an authenticator or a passkey to your account, and sign in with it."


class ProveAgain(PrintVisionError):
    """What is dangerous is done by somebody who proved within `within_s` seconds who they are."""

    status = 403
    code = "access/prove-again"
    title = "Prove that it is you"
    action = "Give your password or a second factor once more, then do it again."
    within_s: int


class EmailTaken(PrintVisionError):
    """Told to those alone who may know who has an account: operators, and whoever reads that address's mail."""

    status = 409
    code = "accounts/email-taken"
    title = "There is an account with this e-mail address"
    action = "Sign in with it, or use another address."


class WrongPassword(PrintVisionError):
    """The password is not theirs, they have none, or nobody has that address; which of these is not said."""

    status = 401
    code = "access/wrong-password"
    title = "E-mail address and password do not belong together"
    action = "Check both. If you forgot the password, have a link sent that sets a new one."


class SignUpClosed(PrintVisionError):
    """The operator lets nobody make an account by themselves."""

    status = 403
    code = "accounts/sign-up-closed"
    title = "Accounts are by invitation here"
    action = "Ask an owner of a workspace to invite you."


class SoleOwner(PrintVisionError):
    """A workspace always has an owner; nothing was changed."""

    status = 409
    code = "accounts/sole-owner"
    title = "A workspace would be without an owner"
    action = "Make somebody else an owner first."
    workspaces: list[str]


class AlreadyMember(PrintVisionError):
    """They are in the workspace already; nothing was sent or changed."""

    status = 409
    code = "members/already"
    title = "They are a member already"
    action = "Change their role in the list of members, if it should be another."


class InvitationOfAnother(PrintVisionError):
    """The invitation was sent to another address than that of the account; it was not used up."""

    status = 403
    code = "members/invitation-of-another"
    title = "This invitation is for another e-mail address"
    action = "Sign in with that address, or ask to be invited with this one."


class SoleOperator(PrintVisionError):
    """An installation always has somebody who can make operators; nothing was changed."""

    status = 409
    code = "accounts/sole-operator"
    title = "The installation would be without an operator"
    action = "Make somebody else an operator first."


class NoConsent(PrintVisionError):
    """Operators enter by a consent that holds; nobody of the workspace gave one."""

    status = 403
    code = "operators/no-consent"
    title = "The workspace has not let operators in"
    action = "Ask an owner of the workspace to let operators in for a while."
