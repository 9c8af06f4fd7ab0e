"""Waiting inside an event loop for what others do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Awaitable[T]], *, within_s: float = 20.0) -> T:
    """The condition's first true answer; fails the test when there is none within `within_s`."""
    async with asyncio.timeout(within_s):
        while True:
            answer = await condition()
            if answer:
                return answer
            await asyncio.sleep(0.01)
