"""What can be wrong with a stream of events."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class UnknownEventId(PrintVisionError):
    """It is no id of this workspace's stream: another's, mistyped, or of before the database was put back."""

    status = 422
    code = "events/unknown-id"
    title = "The stream cannot be resumed from this id"
    action = "Send the last id that this workspace's stream gave, or none to begin with what happens now."


class EventIdTooOld(PrintVisionError):
    """The id is older than `resumed_within_s` seconds."""

    status = 410
    code = "events/id-too-old"
    title = "The stream is not resumed from so long ago"
    action = "Read again what you follow, then open the stream without an id."
    resumed_within_s: int


class TooManyStreams(PrintVisionError):
    """There are `limit` open at once already, of the workspace or of this process."""

    status = 429
    code = "events/too-many-streams"
    title = "Too many streams are open"
    action = "Close those that nobody watches; one stream can carry every kind of event."
    limit: int
    retry_after_s: int


class StreamsEnding(PrintVisionError):
    status = 503
    code = "events/ending"
    title = "This server is stopping"
    action = "Connect again: another server, or this one after its restart, resumes the stream."


class ReaderTooSlow(PrintVisionError):
    """The reader fell too far behind and was cut off."""

    status = 408
    code = "events/reader-too-slow"
    title = "The stream was not read fast enough"
    action = "Connect again with the last id that you have got: nothing is lost."
