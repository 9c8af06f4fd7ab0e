from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import time_machine

from printvision.providers.sdk import (
    Breaker,
    MemoryRecorder,
    ProviderHttp,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
)
from tests.providers.scripted import ScriptedProvider, answer

DOWN = ProviderUnavailable(provider="inkwell", retry_after_s=None)
UP = (
    ProviderRejected(provider="inkwell", provider_code=None),
    ProviderThrottled(provider="inkwell", retry_after_s=1.0),
    asyncio.CancelledError(),
)


def breaker() -> Breaker:
    return Breaker("one", provider="inkwell", threshold=3, open_for_s=30)


async def fail(guarded: Breaker, error: BaseException, times: int) -> None:
    for _ in range(times):
        with pytest.raises(type(error)):
            async with guarded.guard():
                raise error


async def test_guard_opens_after_failures_in_a_row_and_says_how_long() -> None:
    guarded = breaker()
    await fail(guarded, DOWN, 3)

    with pytest.raises(ProviderUnavailable) as caught:
        await guarded.check()

    assert caught.value.retry_after_s == pytest.approx(30, abs=1)
    assert await guarded.is_open()


@pytest.mark.parametrize("error", UP)
async def test_guard_takes_a_refusal_as_a_sign_of_life(error: BaseException) -> None:
    guarded = breaker()
    await fail(guarded, DOWN, 2)
    await fail(guarded, error, 5)
    await fail(guarded, DOWN, 2)

    assert not await guarded.is_open()


async def test_guard_lets_one_try_decide_after_the_pause() -> None:
    with time_machine.travel(1_000_000, tick=False) as moment:
        guarded = breaker()
        await fail(guarded, DOWN, 3)
        moment.shift(31)

        await fail(guarded, DOWN, 1)
        assert await guarded.is_open()

        moment.shift(31)
        async with guarded.guard():
            pass
        assert not await guarded.is_open()
        await fail(guarded, DOWN, 2)
        assert not await guarded.is_open()


async def test_an_open_breaker_keeps_calls_from_the_provider(
    connect: Callable[..., ProviderHttp], provider: ScriptedProvider, recorder: MemoryRecorder
) -> None:
    provider.then(answer(500))
    http = connect(breaker=breaker())
    with pytest.raises(ProviderUnavailable):
        await http.get("/things")

    with pytest.raises(ProviderUnavailable) as caught:
        await http.get("/things")

    assert caught.value.retry_after_s == pytest.approx(30, abs=1)
    assert len(provider.seen) == 3
