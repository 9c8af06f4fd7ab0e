"""Long work and bulk: calls of one operation that a durable run makes, each item in a transaction of its own."""

from printvision.api.tasks.deferring import later, wait_for_answer
from printvision.api.tasks.errors import TooManyTasks
from printvision.api.tasks.jobs import ENDED_TASKS, TaskSweeper
from printvision.api.tasks.preferences import MAX_WAIT_S, Preference, read_preference
from printvision.api.tasks.schemas import TaskResult, TaskView
from printvision.api.tasks.service import may_be_task

__all__ = [
    "ENDED_TASKS",
    "MAX_WAIT_S",
    "Preference",
    "TaskResult",
    "TaskSweeper",
    "TaskView",
    "TooManyTasks",
    "later",
    "may_be_task",
    "read_preference",
    "wait_for_answer",
]
