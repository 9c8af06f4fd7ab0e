"""Group commit: what many callers want written is written in one go, without a timer.

One batch is under way at a time. Whatever arrives meanwhile waits and is the next batch, so that a lone caller waits
for nobody, and the more arrive at once the less each of them costs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from printvision.webhooks.errors import TooBusy

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")

AGAIN_AFTER_S: Final = 5


@dataclass(frozen=True)
class Bounds:
    """
    Args:
        at_once: items of one batch.
        waiting: items that may wait.
        waiting_bytes: what these may hold in memory together.
    """

    at_once: int = 200
    waiting: int = 4_000
    waiting_bytes: int = 64_000_000


@dataclass(frozen=True)
class _Entry(Generic[Item, Result]):
    item: Item
    size: int
    done: asyncio.Future[Result]


class Batches(Generic[Item, Result]):
    """
    Args:
        work: does a batch and answers for each item, in their order, with its result or its own error. Where it
            raises, nothing of the batch was done.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        bounds: Bounds | None = None,
    ) -> None:
        self._work = work
        self._bounds = bounds or Bounds()
        self._waiting: deque[_Entry[Item, Result]] = deque()
        self._waiting_bytes = 0
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: Item, *, size: int) -> Result:
        """Have an item done; returns once it is.

        Args:
            size: what it holds in memory while it waits, in bytes.

        Raises:
            TooBusy: too much waits already; nothing was taken.
            Exception: the item's own error, or that of its whole batch.
        """
        full = len(self._waiting) >= self._bounds.waiting
        if full or self._waiting_bytes + size > self._bounds.waiting_bytes:
            raise TooBusy(retry_after_s=AGAIN_AFTER_S)
        entry = _Entry[Item, Result](item, size, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._waiting_bytes += size
        if self._task is None or self._task.done():
            # in a context of its own: it writes for many callers, so its log lines are none of theirs
            self._task = asyncio.create_task(self._drain(), name="batches", context=Context())
        return await entry.done

    async def close(self) -> None:
        """Do what waits; a batch under way is not cut off."""
        if self._task is not None:
            await self._task

    async def _drain(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._bounds.at_once, len(self._waiting)))]
            self._waiting_bytes -= sum(entry.size for entry in batch)
            await self._do([entry for entry in batch if not entry.done.cancelled()])

    async def _do(self, batch: Sequence[_Entry[Item, Result]]) -> None:
        try:
            results = await self._work([entry.item for entry in batch])
        except Exception as error:  # noqa: BLE001 -- it is raised to those who wait
            if len(batch) > 1 and _may_be_of_one(error):
                log.warning("batch.done_one_by_one", items=len(batch), error=type(error).__name__)
                for entry in batch:
                    await self._do([entry])
                return
            results = [error] * len(batch)
        for entry, result in zip(batch, results, strict=True):
            _tell(entry.done, result)


def _tell(done: asyncio.Future[Result], result: Result | Exception) -> None:
    if done.done():  # its caller has left
        return
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)


def _may_be_of_one(error: Exception) -> bool:
    """Whether the others may be done without the one that failed; a database that is away fails all of them."""
    return not isinstance(error, OperationalError | InternalError | InterfaceError | NoConnection | OSError)
