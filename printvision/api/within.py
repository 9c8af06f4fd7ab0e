"""The time that a call may take."""

from __future__ import annotations

import asyncio

from printvision.api.errors import TookTooLong


class Within:
    """A block that is stopped after `limit_s` seconds, and then says so in our words. As `asyncio.timeout`, whose
    doing around every call of a batch takes three times as long.

    Raises:
        TookTooLong: what it had begun was cancelled.
    """

    __slots__ = ("_cancelled_before", "_expired", "_handle", "_limit_s", "_task")

    def __init__(self, limit_s: int) -> None:
        self._limit_s = limit_s
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None, "a limit is for what runs in a task"
        self._task = task
        self._cancelled_before = task.cancelling()
        # the task's own loop: to ask for the running one is a call of the system before Python 3.12
        self._handle = task.get_loop().call_later(self._limit_s, self._expire)

    def __exit__(self, kind: object, error: BaseException | None, trace_back: object) -> None:
        self._handle.cancel()
        if not self._expired:
            return
        # somebody else may have cancelled it too: then it is cancelled, and not late
        alone = self._task.uncancel() <= self._cancelled_before
        if alone and isinstance(error, asyncio.CancelledError):
            raise TookTooLong(limit_s=self._limit_s) from None

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()
