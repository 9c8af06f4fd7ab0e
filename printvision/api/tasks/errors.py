from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class TooManyTasks(PrintVisionError):
    """As many tasks of the workspace as may be are queued or running."""

    status = 429
    code = "tasks/too-many"
    title = "Too many tasks are under way"
    action = "Wait until some of them have ended, or cancel those that are no longer wanted."
    limit: int
    retry_after_s: int


class TaskStopped(PrintVisionError):
    """The task was cancelled, or taken over by another worker, while this item was under way; the item was undone."""

    status = 409
    code = "tasks/stopped"
    title = "The task was stopped while this was under way"
    action = "Look at the task: it tells what was done."
