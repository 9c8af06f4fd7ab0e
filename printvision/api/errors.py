"""What can be wrong with a request before any domain sees it."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class NoSuchAddress(PrintVisionError):
    """No call of ours has this path."""

    status = 404
    code = "request/no-such-address"
    title = "There is no such address"
    action = "Check the path; GET /api/v1 lists every call."


class MethodNotAllowed(PrintVisionError):
    """The path is right, but it is not called with this method; the header Allow names those it takes."""

    status = 405
    code = "request/method-not-allowed"
    title = "This address is not called with this method"
    action = "Use one of the methods in the header Allow."


class MalformedJson(PrintVisionError):
    """The body is not JSON in UTF-8."""

    status = 400
    code = "request/malformed-json"
    title = "The body is not valid JSON"
    action = "Correct the JSON at the place the detail names and send it again."


class TooDeep(PrintVisionError):
    """The body nests lists and objects deeper than `max_depth`."""

    status = 400
    code = "request/too-deep"
    title = "The JSON is nested too deeply"
    action = "Send a flatter document."
    max_depth: int


class TooLarge(PrintVisionError):
    """The body is larger than this call takes."""

    status = 413
    code = "request/too-large"
    title = "The body is too large"
    action = "Send less at a time."
    max_bytes: int


class UnsupportedMediaType(PrintVisionError):
    """The header Content-Type names something this call does not take; `accepted` lists what it does."""

    status = 415
    code = "request/unsupported-media-type"
    title = "The body is of a kind this call does not take"
    action = "Set the header Content-Type to one of the accepted types and send the body so."
    accepted: list[str]


class MalformedRequest(PrintVisionError):
    """The request could not be read."""

    status = 400
    code = "request/malformed"
    title = "The request could not be read"
    action = "Check the address and the headers and send it again."


class ClientLeft(PrintVisionError):
    """The client ended the connection before it had sent its whole request; nobody reads this answer."""

    status = 400
    code = "request/incomplete"
    title = "The request ended before it was complete"
    action = "Send it again."


class TookTooLong(PrintVisionError):
    """The call was stopped at its time limit; what it had begun was undone."""

    status = 504
    code = "request/took-too-long"
    title = "The call took too long and was stopped"
    action = "Try again, with less at a time if it is a large request."
    limit_s: int


class DatabaseBusy(PrintVisionError):
    """A statement met its time limit or a lock it could not have; nothing was changed."""

    status = 503
    code = "database/busy"
    title = "The database is busy"
    action = "Try again in a moment."
