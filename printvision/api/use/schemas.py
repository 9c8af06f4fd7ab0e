from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MOST_ROWS = 1_000

Dimension = Literal["key", "operation", "status", "hour"]


class AskUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls, and how they are put together.

    Args:
        by: what a row tells of.
        since: the first hour, whole; a day before `until` where it is left out.
        until: the hour that does not count any more; the next where it is left out.
        key: only of this key (its id), or of somebody else who acted.
        operation: only of this one.
        status: only with this one.
    """

    by: Dimension = "operation"
    since: datetime | None = None
    until: datetime | None = None
    key: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    operation: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None


class UseRow(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that go together.

    Args:
        of: the key's id, the operation, the status or the hour.
        errors: those answered with a status of 400 or more.
        mean_ms: how long they took on average.
        p50_ms, p95_ms, p99_ms: so many in a hundred took no longer, within 19 %.
    """

    of: str
    calls: int
    errors: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class UseView(msgspec.Struct, frozen=True, kw_only=True):
    """The use of the API between two hours.

    Args:
        rows: the most used first; hours in their order.
        complete: whether these are all, and not the first thousand.
    """

    by: Dimension
    since: datetime
    until: datetime
    rows: list[UseRow]
    complete: bool
