from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class IssuerUnknown(PrintVisionError):
    """The installation's settings name no such issuer."""

    status = 404
    code = "access/issuer-unknown"
    title = "Nobody signs in by that issuer here"
    action = "Choose one of those that GET /api/v1/session/openid lists."


class IssuerUnavailable(PrintVisionError):
    """The issuer did not answer, or not as OpenID Connect has it; nobody was signed in."""

    status = 503
    code = "access/issuer-unavailable"
    title = "The issuer cannot be reached"
    action = "Try again in a while, or sign in by another way. Operators find the reason in the log."


class OpenIdRefused(PrintVisionError):
    """What came back is not the answer to what this browser began: used, too old, of another browser or issuer, or not
    truly the issuer's. Which of these is not said."""

    status = 403
    code = "access/openid-refused"
    title = "That sign-in could not be completed"
    action = "Begin again at the sign-in page, and finish it in the same browser within ten minutes."


class AddressUnproved(PrintVisionError):
    """The issuer does not say that the e-mail address was verified, and this person is not connected yet."""

    status = 403
    code = "access/address-unproved"
    title = "The issuer does not vouch for your e-mail address"
    action = "Have your address verified at the issuer, or sign in by another way."
