"""What a simulated provider will do later: one task and one heap, however many orders are under way."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from itertools import count

import structlog

log = structlog.get_logger(__name__)

_AT_ONCE = 200  # calls between two looks at the network


class Agenda:
    """Calls things at their time, in seconds since 1970. One that raises is logged; the others go on."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._sooner = asyncio.Event()

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Have `action` called at `when`, or at once where that has passed. It must not block."""
        heapq.heappush(self._heap, (when, next(self._numbers), action))
        if self._heap[0][2] is action:
            self._sooner.set()

    def __len__(self) -> int:
        return len(self._heap)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._sooner.clear()
            pause = self._do_what_is_due()
            try:
                await asyncio.wait_for(self._sooner.wait(), pause)
            except TimeoutError:
                continue

    def _do_what_is_due(self) -> float | None:
        """Seconds until the next thing, or None where nothing is planned."""
        for _ in range(_AT_ONCE):
            if not self._heap:
                return None
            pause = self._heap[0][0] - time.time()
            if pause > 0:
                return pause
            action = heapq.heappop(self._heap)[2]
            try:
                action()
            except Exception:
                log.exception("simulator.agenda.failed")
        return 0.0
