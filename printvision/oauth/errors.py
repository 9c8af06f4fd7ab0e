from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class OAuthNotSetUp(PrintVisionError):
    """It grants no access by OAuth 2, or the operator has not registered PrintVision there."""

    status = 422
    code = "oauth/not-set-up"
    title = "Access cannot be granted there by signing in"
    action = "Connect by a token instead, or ask the operator to register PrintVision there and set PRINTVISION_OAUTH_…"
    provider: str


class BrowserNeeded(PrintVisionError):
    """What a browser begins only its session can finish, so that a key or the machine cannot begin."""

    status = 403
    code = "oauth/browser-needed"
    title = "Access is granted by a person at a browser"
    action = "Sign in and begin there, or connect by a token."


class OAuthRefused(PrintVisionError):
    """What came back is not the answer to what this session began: used, too old, of another session, person or
    provider, or a code that they do not take. Which of these is not said; nothing was changed."""

    status = 403
    code = "oauth/refused"
    title = "The connection could not be completed"
    action = "Begin again, and finish it in the same browser within ten minutes."


class OAuthDenied(PrintVisionError):
    """Whoever was asked said no there; nothing was changed."""

    status = 403
    code = "oauth/denied"
    title = "Access was not granted"
    action = "Begin again and allow it, or connect by a token."


class OAuthUnavailable(PrintVisionError):
    """They did not answer, or not as published; nothing was changed here."""

    status = 503
    code = "oauth/unavailable"
    title = "The other side cannot be reached"
    action = "Begin again in a while."
