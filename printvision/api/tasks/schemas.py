"""What crosses the wire of tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.api.tasks.models import MAX_ITEMS, TaskState
from printvision.platform.paging import ListInput

Item = dict[Annotated[str, Meta(max_length=100)], Any]


class StartTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`items` are the inputs of one call of `operation` each, with what REST has in the path among them."""

    operation: Annotated[str, Meta(min_length=1, max_length=100, description="Such as `orders.create`.")]
    items: Annotated[list[Item], Meta(min_length=1, max_length=MAX_ITEMS)]


class TaskRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    task_id: UUID


class ListTasks(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: TaskState | None = None


class ListResults(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    task_id: UUID


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a task is. Of its `total` calls `done` have succeeded and `failed` were refused.

    `reason`, of a cancelled one: `asked`, or the code of the problem that stopped it, such as `access/bad-key`.
    """

    id: UUID
    operation: str
    state: TaskState
    total: int
    done: int
    failed: int
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class TaskResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one call was answered, as REST answers it: `status`, and the `output` or the `problem`."""

    index: int
    status: int
    output: Any
    problem: dict[str, Any] | None
