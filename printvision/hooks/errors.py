from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class UnknownKinds(PrintVisionError):
    """An endpoint asks for kinds of events that there are not."""

    status = 422
    code = "hooks/unknown-kinds"
    title = "There are no such kinds of events"
    action = "Use kinds from the list of event kinds, or none at all to be sent every one."
    unknown: list[str]


class TooManyEndpoints(PrintVisionError):
    status = 409
    code = "hooks/too-many-endpoints"
    title = "There are as many endpoints as a workspace may have"
    action = "Delete one that is no longer used."
    most: int


class EndpointNotActive(PrintVisionError):
    """A test or a replay would wait, unseen, until the endpoint is active."""

    status = 409
    code = "hooks/endpoint-not-active"
    title = "Nothing is sent to this endpoint at the moment"
    action = "Make it active first."
    state: str
