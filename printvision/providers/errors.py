from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class UnknownProvider(PrintVisionError):
    """No adapter by that name is installed."""

    status = 422
    code = "providers/unknown-provider"
    title = "There is no adapter for this provider"
    action = "Use one of the listed providers."
    provider: str
    providers: list[str]


class BadCredentials(PrintVisionError):
    """The settings of a connection do not fit what its provider needs."""

    status = 422
    code = "providers/bad-credentials"
    title = "These are not the credentials this provider takes"
    action = "Give the listed fields."
    errors: list[dict[str, str]]


class AddressNotAllowed(PrintVisionError):
    """A connection may not point at this machine or its network."""

    status = 422
    code = "providers/address-not-allowed"
    title = "A connection may not point there"
    action = "Leave the address out to use the provider's own; an operator can allow private addresses for simulators."
    url: str
