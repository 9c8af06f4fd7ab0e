"""What can be wrong with a tRPC request that no other wire knows."""

from __future__ import annotations

from uuid import UUID

from printvision.platform.errors import PrintVisionError


class TooManyCalls(PrintVisionError):
    """A batch names more calls than one request may carry."""

    status = 400
    code = "request/too-many-calls"
    title = "There are too many calls in one batch"
    action = "Send fewer at a time; set maxItems of the batch link to max_calls."
    max_calls: int


class MixedKinds(PrintVisionError):
    """A batch holds queries and mutations: they are called by different methods."""

    status = 400
    code = "request/mixed-kinds"
    title = "Queries and mutations cannot share a batch"
    action = "Send the queries and the mutations apart, as the client does by itself."


class HeaderOfOneCall(PrintVisionError):
    """`header` is about one call, and the batch has several."""

    status = 400
    code = "request/header-of-one-call"
    title = "This header cannot be said of several calls at once"
    action = "Send the call that it is about alone: by httpLink, or by splitLink for such calls."
    header: str


class MadeByTask(PrintVisionError):
    """The key's first request, by REST, had a task make the call; nothing was changed by this one."""

    status = 409
    code = "idempotency/made-by-task"
    title = "A task makes the call of this Idempotency-Key"
    action = "Look at the task, and at its results once it is done."
    task_id: UUID


class SubscriptionInBatch(PrintVisionError):
    """A subscription stands among the calls of a batch; it has a connection of its own."""

    status = 400
    code = "request/subscription-in-batch"
    title = "A subscription cannot be part of a batch"
    action = "Subscribe by httpSubscriptionLink, as one call of its own."


class OnlyByRest(PrintVisionError):
    """The call takes a file as it is, which a JSON input cannot carry; `method` and `address` are its REST call."""

    status = 501
    code = "request/only-by-rest"
    title = "This call is made by REST alone"
    action = "Send the file itself as the body of the REST call that is named."
    method: str
    address: str
