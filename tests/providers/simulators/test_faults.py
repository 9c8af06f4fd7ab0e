"""Each fault does what it says at every simulated provider, seen by a client on a real connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from printvision.providers.simulators.faults import (
    AppliedLate,
    Blackout,
    Delay,
    Dice,
    Fault,
    Faults,
    RateLimited,
    Shuffled,
    Unanswered,
)
from tests.providers.simulators.either import PROVIDERS, Shop, opened
from tests.providers.simulators.running import Received, Simulated, until, until_true

CREATE, CONFIRM = ("orders.create",), ("orders.confirm",)
CUT = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def shop(provider: str, tmp_path: Path) -> AsyncGenerator[Shop]:
    async with opened(provider, tmp_path, Faults()) as shop:
        yield shop


@pytest.fixture
def simulated(shop: Shop) -> Simulated:
    return shop.simulated


async def test_latency_delays_a_right_answer(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(latency=Delay(share=1, min_s=0.2, max_s=0.2, operations=CREATE)))

    began = time.monotonic()
    answer = await shop.post("slow")

    assert answer.status_code == 200
    assert time.monotonic() - began >= 0.2
    assert simulated.events("slow") == ["accepted"]


async def test_a_429_applies_nothing(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(rate_limited=RateLimited(share=1, retry_after_s=7, operations=CREATE)))

    answer = await shop.post("busy")

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == ("7" if simulated.provider == "printful" else None)
    assert simulated.ledger() == []


async def test_a_500_applies_nothing(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(server_error=Fault(share=1, operations=CREATE)))

    answer = await shop.post("broken")

    assert answer.status_code == 500
    assert simulated.ledger() == []


async def test_a_dropped_connection_applies_nothing(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(dropped=Fault(share=1, operations=CREATE)))

    with pytest.raises(CUT):
        await shop.post("cut")

    assert simulated.ledger() == []
    assert (await simulated.health())["orders"] == 0


async def test_a_call_may_be_applied_and_never_answered(shop: Shop, simulated: Simulated) -> None:
    order_id = await shop.ready("unheard")
    await simulated.set(Faults(applied_then_timeout=Unanswered(share=1, operations=CONFIRM)))

    with pytest.raises(httpx.ReadTimeout):
        await shop.confirm(order_id, patience_s=0.3)

    assert simulated.events("unheard")[:2] == ["accepted", "confirmed"]


async def test_a_call_that_is_held_too_long_is_cut(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(applied_then_timeout=Unanswered(share=1, operations=CREATE, hold_s=0.2)))

    with pytest.raises(CUT):
        await shop.post("held")

    assert simulated.events("held") == ["accepted"]


async def test_a_call_may_be_applied_its_time_after_the_client_gave_up(
    shop: Shop, simulated: Simulated
) -> None:
    await simulated.set(Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=0.5, times=1)))

    with pytest.raises(httpx.ReadTimeout):
        await shop.post("late", patience_s=0.2)
    gave_up = time.time()

    assert simulated.ledger() == []
    await until_true(lambda: simulated.events("late") == ["accepted"])
    assert 0.4 <= simulated.ledger("late")[0].at.timestamp() - gave_up <= 3


async def test_a_late_twin_of_a_reference_makes_no_second_order(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=0.3, times=1)))
    with pytest.raises(httpx.ReadTimeout):
        await shop.post("twin", patience_s=0.2)

    await shop.post("twin")
    await until(simulated.nothing_held)

    assert simulated.events("twin") == ["accepted"]
    assert (await simulated.health())["orders"] == 1


async def test_a_confirm_that_is_applied_late_is_charged_once(shop: Shop, simulated: Simulated) -> None:
    order_id = await shop.ready("slow-confirm")
    await simulated.set(Faults(applied_late=AppliedLate(share=1, operations=CONFIRM, late_s=0.3, times=1)))
    with pytest.raises(httpx.ReadTimeout):
        await shop.confirm(order_id, patience_s=0.2)

    await shop.confirm(order_id)
    await until(simulated.nothing_held)

    assert simulated.events("slow-confirm").count("confirmed") == 1


async def test_a_fault_hits_only_its_share_and_only_so_often(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(server_error=Fault(share=1, operations=("stores.*",), times=2)))

    statuses = [(await shop.look()).status_code for _ in range(4)]

    assert statuses == [500, 500, 200, 200]
    assert (await simulated.health())["faults"] == {"server_error": 2}


async def test_a_blackout_cuts_everything_and_is_over_by_itself(shop: Shop, simulated: Simulated) -> None:
    order_id = await shop.ready("before")
    await simulated.set(Faults(blackout=Blackout(for_s=0.6)))

    with pytest.raises(CUT):
        await shop.look()
    with pytest.raises(CUT):
        await shop.post("dark")
    with pytest.raises(CUT):
        await shop.confirm(order_id)
    assert simulated.events("dark") == []
    assert simulated.events("before") == ["accepted"]
    assert (await simulated.health())["faults"]["blackout"] == 3

    await until(lambda: lit(simulated))
    assert (await shop.confirm(order_id)).status_code == 200
    assert (await shop.post("light")).status_code == 200


async def lit(simulated: Simulated) -> bool:
    faults = (await simulated.client.get("/_simulator/faults")).json()
    return faults["blackout"] == {"for_s": 0.0, "after_s": 0.0}


async def test_a_blackout_may_begin_later(shop: Shop, simulated: Simulated) -> None:
    left = await simulated.change(blackout={"for_s": 0.4, "after_s": 0.4})
    assert 0 < left["blackout"]["after_s"] <= 0.4
    assert (await shop.look()).status_code == 200

    async def cut() -> bool:
        try:
            await shop.look()
        except CUT:
            return True
        return False

    await until(cut)
    await until(lambda: lit(simulated))
    assert (await shop.look()).status_code == 200


async def test_no_webhook_leaves_during_a_blackout(shop: Shop, simulated: Simulated, hook: Received) -> None:
    await shop.subscribe(hook)
    await simulated.set(Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=0.1, hold_s=0.1)))
    with pytest.raises((httpx.ReadTimeout, *CUT)):
        await shop.post("in-the-dark", patience_s=5)
    await simulated.set(Faults(blackout=Blackout(for_s=60)))

    await until_true(lambda: simulated.events("in-the-dark") == ["accepted"])

    async def tried() -> bool:
        return (await simulated.health())["webhooks"].get("failed", 0) == 1

    await until(tried)
    assert hook.calls == []


async def test_a_change_leaves_what_it_does_not_name(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(server_error=Fault(share=1, operations=("stores.*",), times=2)))
    await shop.look()

    told = await simulated.change(dropped={"share": 1, "operations": ["orders.create"]})
    statuses = [(await shop.look()).status_code for _ in range(2)]

    assert told["server_error"] == {"share": 1.0, "operations": ["stores.*"], "times": 2}
    assert statuses == [500, 200]  # one of the two was used up before
    again = await simulated.change(server_error={"times": 1})
    assert (again["server_error"]["share"], again["dropped"]["share"]) == (1.0, 1.0)
    assert [(await shop.look()).status_code for _ in range(2)] == [500, 200]


async def test_a_change_does_not_lengthen_a_blackout(shop: Shop, simulated: Simulated) -> None:
    await simulated.change(blackout={"for_s": 60})

    told = await simulated.change(latency={"share": 0.5})

    assert told["blackout"]["for_s"] < 60
    assert (await simulated.change(blackout={"for_s": 0}))["blackout"]["for_s"] == 0
    assert (await shop.look()).status_code == 200


async def test_faults_that_make_no_sense_are_refused_and_change_nothing(
    shop: Shop, simulated: Simulated
) -> None:
    client = simulated.client
    answers = [
        await client.put("/_simulator/faults", json={"dropped": {"share": 2}}),
        await client.put("/_simulator/faults", json={"gremlins": {}}),
        await client.patch("/_simulator/faults", json={"dropped": {"share": 2}}),
        await client.patch("/_simulator/faults", json={"gremlins": {}}),
        await client.patch("/_simulator/faults", json={"price_percent": -100}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert (await shop.look()).status_code == 200


async def test_it_ends_at_once_though_calls_are_held(provider: str, tmp_path: Path) -> None:
    faults = Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=60))
    async with opened(provider, tmp_path, faults) as shop:
        with pytest.raises(httpx.ReadTimeout):
            await shop.post("never", patience_s=0.2)
        began = time.monotonic()

    assert time.monotonic() - began < 5
    assert shop.simulated.ledger() == []


async def test_webhooks_may_be_lost(shop: Shop, simulated: Simulated, hook: Received) -> None:
    event = await shop.subscribe(hook)
    await simulated.set(Faults(webhooks_lost=Fault(share=1, operations=(event,), times=1)))

    await shop.post("lost")
    await shop.post("found")

    await until_true(lambda: len(hook.calls) == 1)
    assert (await simulated.health())["webhooks"] == {"lost": 1, "delivered": 1}


async def test_webhooks_may_be_late(shop: Shop, simulated: Simulated, hook: Received) -> None:
    await shop.subscribe(hook)
    await simulated.set(Faults(webhooks_late=Delay(share=1, min_s=0.4, max_s=0.5)))

    began = time.monotonic()
    await shop.post("tardy")

    await until_true(lambda: len(hook.calls) == 1)
    assert time.monotonic() - began >= 0.4


async def test_webhooks_may_come_twice(shop: Shop, simulated: Simulated, hook: Received) -> None:
    await shop.subscribe(hook)
    await simulated.set(Faults(webhooks_doubled=Delay(share=1, min_s=0, max_s=0.1)))

    await shop.post("double")

    await until_true(lambda: len(hook.calls) == 2)
    first, second = hook.bodies()
    assert first == second


async def test_webhooks_may_come_in_another_order(shop: Shop, simulated: Simulated, hook: Received) -> None:
    await shop.subscribe(hook)
    await simulated.set(Faults(webhooks_shuffled=Shuffled(share=1, window_s=2.0)))

    made = [(await shop.post(f"mixed-{number}")).json() for number in range(12)]

    await until_true(lambda: len(hook.calls) == 12)
    told = await shop.told(hook)
    wanted = [f"mixed-{number}" for number in range(12)]
    if simulated.provider == "printify":
        wanted = [answer["id"] for answer in made]
    assert sorted(told) == sorted(wanted)
    assert told != wanted


def test_chance_repeats_by_seed_for_each_operation() -> None:
    faults = Faults(dropped=Fault(share=0.3))

    def decisions(seed: int, *, interleaved: bool) -> list[bool]:
        dice = Dice(faults, seed)
        decided: list[bool] = []
        for _ in range(200):
            if interleaved:
                dice.falls("dropped", "orders.get")
            decided.append(dice.falls("dropped", "orders.create"))
        return decided

    assert decisions(1, interleaved=False) == decisions(1, interleaved=True)
    assert decisions(1, interleaved=False) != decisions(2, interleaved=False)
    assert 40 <= sum(decisions(1, interleaved=False)) <= 80


async def test_many_callers_are_cut_together(shop: Shop, simulated: Simulated) -> None:
    await simulated.set(Faults(blackout=Blackout(for_s=30)))

    ended: list[Any] = await asyncio.gather(*(shop.look() for _ in range(20)), return_exceptions=True)

    assert all(isinstance(end, httpx.TransportError) for end in ended)
