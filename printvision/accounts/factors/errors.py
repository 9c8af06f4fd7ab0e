from __future__ import annotations

from datetime import datetime

from printvision.platform.errors import PrintVisionError


class WrongCode(PrintVisionError):
    """The code is not right, is out of date, or was used before; which of these is not said.

    `left` wrong ones more end the session.
    """

    status = 403
    code = "access/wrong-code"
    title = "This is not right"
    action = "Wait for the next code of your authenticator and enter it, or use another way to prove that it is you."
    left: int


class TooManyCodes(PrintVisionError):
    """So many wrong ones in a row were given that the session was ended."""

    status = 403
    code = "access/too-many-codes"
    title = "That was wrong too often; you are signed out"
    action = "Sign in again."


class CodesPaused(PrintVisionError):
    """So many wrong codes were given for the account that none is looked at until `until`."""

    status = 429
    code = "access/codes-paused"
    title = "Too many wrong codes were given for this account"
    action = "Use a passkey or a recovery code, or come back at the time that is told."
    until: datetime


class BadEnrolment(PrintVisionError):
    """No authenticator is being added, it took too long, or its code is not right."""

    status = 409
    code = "factors/not-confirmed"
    title = "The authenticator was not added"
    action = "Check that the clock of your device is right and enter the code it shows now, or begin anew."


class BadPasskey(PrintVisionError):
    """The passkey is nobody's, or did not sign what was asked, or that was too long ago; which of these is not said."""

    status = 403
    code = "access/bad-passkey"
    title = "The passkey was not accepted"
    action = "Try again, with a passkey that you added to this account."


class PasskeyCopied(PrintVisionError):
    """The passkey counts its uses, and has counted back: there may be two of it. It is marked in the account."""

    status = 403
    code = "access/passkey-copied"
    title = "This passkey may have been copied"
    action = "Sign in another way, remove this passkey from your account and add it anew."


class NoPasskeysHere(PrintVisionError):
    """Browsers make passkeys for names alone, over https or on `localhost`."""

    status = 409
    code = "factors/no-passkeys-here"
    title = "Passkeys need a host name and https"
    action = "Serve PrintVision by a name over https and say so in PRINTVISION_SERVER_PUBLIC_URL, or open it by http://localhost."


class TooManyPasskeys(PrintVisionError):
    status = 409
    code = "factors/too-many-passkeys"
    title = "The account has as many passkeys as it can"
    action = "Remove one that you do not use."
    limit: int


class PasskeyKnown(PrintVisionError):
    status = 409
    code = "factors/passkey-known"
    title = "This passkey was added before"
    action = "Use it, or add another one."


class NoSecondFactor(PrintVisionError):
    """Recovery codes stand in for a second factor, and there is none."""

    status = 409
    code = "factors/none"
    title = "The account has no second factor yet"
    action = "Add an authenticator or a passkey first."


class LastFactor(PrintVisionError):
    """Without it the account could not enter the workspaces `required_by`, or not operate this installation."""

    status = 409
    code = "factors/last-one"
    title = "This is your last second factor, and one is asked of you"
    action = "Add another one first, or have the named workspaces not ask for one."
    required_by: list[str]
