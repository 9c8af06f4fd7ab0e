"""A typed client of a PrintVision installation, for those who wait and for those who await."""

from __future__ import annotations

from printvision_client import codes, models
from printvision_client.attempts import Retries
from printvision_client.awaiting import AsyncEventStream, AsyncPrintVision
from printvision_client.calls import PostOptions, ReadOptions, WriteOptions
from printvision_client.codes import EventKind, FeatureKey, PermissionKey, ProblemCode
from printvision_client.errors import (
    Changed,
    Conflict,
    Forbidden,
    InvalidRequest,
    MadeLater,
    NoAnswer,
    NotFound,
    NotInPlan,
    NotSignedIn,
    PrintVisionError,
    Refused,
    ServerFailed,
    TooManyRequests,
    UnreadableAnswer,
)
from printvision_client.values import Answer, Event, Model, Word, answer_of
from printvision_client.waiting import EventStream, PrintVision
from printvision_client.wire import VERSION as __version__

__all__ = [
    "Answer",
    "AsyncEventStream",
    "AsyncPrintVision",
    "Changed",
    "Conflict",
    "Event",
    "EventKind",
    "EventStream",
    "FeatureKey",
    "Forbidden",
    "InvalidRequest",
    "MadeLater",
    "Model",
    "NoAnswer",
    "NotFound",
    "NotInPlan",
    "NotSignedIn",
    "PermissionKey",
    "PostOptions",
    "PrintVision",
    "PrintVisionError",
    "ProblemCode",
    "ReadOptions",
    "Refused",
    "Retries",
    "ServerFailed",
    "TooManyRequests",
    "UnreadableAnswer",
    "Word",
    "WriteOptions",
    "__version__",
    "answer_of",
    "codes",
    "models",
]
