"""Facts about tasks; the subject is the task."""

from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class TaskStarted(Event, frozen=True, kw_only=True):
    """Somebody began a task of `total` calls of an operation."""

    kind: ClassVar[str] = "tasks.started"
    operation: str
    total: int


class TaskFinished(Event, frozen=True, kw_only=True):
    """A task has ended; `state` is `done` or `cancelled`. Of its calls `done` succeeded and `failed` were refused."""

    kind: ClassVar[str] = "tasks.finished"
    operation: str
    state: str
    total: int
    done: int
    failed: int
