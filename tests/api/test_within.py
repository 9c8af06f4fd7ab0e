"""A block that is stopped in time."""

from __future__ import annotations

import asyncio

import pytest

from printvision.api.errors import TookTooLong
from printvision.api.within import Within


async def test_what_is_late_is_stopped_and_says_so():
    with pytest.raises(TookTooLong) as told, Within(0):
        await asyncio.Event().wait()

    assert told.value.fields == {"limit_s": 0}
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_is_done_in_time_is_not_stopped_later():
    with Within(0):
        pass

    await asyncio.sleep(0.01)


async def test_what_is_cancelled_by_another_is_cancelled():
    begun = asyncio.Event()

    async def work() -> None:
        with Within(60):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_is_late_and_cancelled_by_another_is_cancelled():
    async def work() -> None:
        with Within(0):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                task.cancel()  # while it is being stopped
                raise

    task = asyncio.create_task(work())

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_its_own_goes_on():
    with pytest.raises(TimeoutError, match="of something inside"), Within(60):
        raise TimeoutError("of something inside")
