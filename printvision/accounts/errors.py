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


class BadLink(PrintVisionError):
    """The link's token was used, is out of date or was never given; which of these is not said."""

    status = 403
    code = "access/bad-link"
    title = "This sign-in link does not work any more"
    action = "Ask for a new one: `printvision sign-in` prints it. Each works once, for 15 minutes."


class SignedOut(PrintVisionError):
    """The session has ended: signed out, unused for too long, or at its last day."""

    status = 401
    code = "access/signed-out"
    title = "You are signed out"
    action = "Sign in again."
