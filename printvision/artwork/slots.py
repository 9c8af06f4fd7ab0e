"""How many pictures a process takes apart at once: each may need most of a gigabyte and a core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from printvision.platform.errors import PrintVisionError
from printvision.platform.runtime import Platform

SLOTS: Final = 2
WAIT_S: Final = 10.0


class ArtworkBusy(PrintVisionError):
    status = 503
    code = "artwork/busy"
    title = "Too many pictures are being looked at right now"
    action = "Upload it again in a moment."


class InspectionSlots:
    """The process's slots. A caller waits for one at most `wait_s`, for it holds a transaction meanwhile."""

    def __init__(self, slots: int = SLOTS, *, wait_s: float = WAIT_S) -> None:
        self._free = asyncio.Semaphore(slots)
        self._wait_s = wait_s

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """
        Raises:
            ArtworkBusy
        """
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise ArtworkBusy from None
        try:
            yield
        finally:
            self._free.release()


def slots_of(platform: Platform) -> InspectionSlots:
    """The process's slots, made at first use."""
    slots = platform.extras.setdefault(InspectionSlots, InspectionSlots())
    assert isinstance(slots, InspectionSlots)
    return slots
