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
