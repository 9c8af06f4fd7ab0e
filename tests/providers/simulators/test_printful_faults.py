"""Each fault does what it says, seen by a client on a real connection."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from printvision.providers.simulators.faults import (
    AppliedLate,
    Delay,
    Dice,
    Fault,
    Faults,
    RateLimited,
    Unanswered,
)
from tests.providers.simulators.openapi import load
from tests.providers.simulators.running import Running, order, quick, running, until, until_true
from tests.shared import shared

CREATE = ("orders.create",)


async def test_latency_delays_a_right_answer(printful: Running) -> None:
    await printful.set(Faults(latency=Delay(share=1, min_s=0.2, max_s=0.2, operations=CREATE)))

    began = time.monotonic()
    await printful.create("slow")

    assert time.monotonic() - began >= 0.2
    assert printful.events("slow") == ["accepted"]


async def test_a_429_names_its_delay_and_applies_nothing(printful: Running) -> None:
    await printful.set(Faults(rate_limited=RateLimited(share=1, retry_after_s=7, operations=CREATE)))

    answer = await printful.client.post("/v2/orders", json=order("busy"))

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["message"].endswith("Please try again after 7 seconds.")
    assert printful.ledger() == []


async def test_a_500_applies_nothing(printful: Running) -> None:
    await printful.set(Faults(server_error=Fault(share=1, operations=CREATE)))

    answer = await printful.client.post("/v2/orders", json=order("broken"))

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    load(shared("providers/printful/openapi-v2.json")).check(answer)
    assert printful.ledger() == []


async def test_a_dropped_connection_applies_nothing(printful: Running) -> None:
    await printful.set(Faults(dropped=Fault(share=1, operations=CREATE)))

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await printful.client.post("/v2/orders", json=order("cut"))

    assert printful.ledger() == []
    assert (await printful.health())["orders"] == 0


async def test_a_call_may_be_applied_and_never_answered(printful: Running) -> None:
    order_id = await printful.create("unheard")
    await printful.set(Faults(applied_then_timeout=Unanswered(share=1, operations=("orders.confirm",))))

    with pytest.raises(httpx.ReadTimeout):
        await printful.client.post(f"/v2/orders/{order_id}/confirmation", timeout=0.3)

    assert printful.events("unheard")[:2] == ["accepted", "confirmed"]


async def test_a_call_that_is_held_too_long_is_cut(printful: Running) -> None:
    await printful.set(Faults(applied_then_timeout=Unanswered(share=1, operations=CREATE, hold_s=0.2)))

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await printful.client.post("/v2/orders", json=order("held"))

    assert printful.events("held") == ["accepted"]


async def test_a_call_may_be_applied_after_the_client_gave_up(printful: Running) -> None:
    await printful.set(Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=0.5, times=1)))

    with pytest.raises(httpx.ReadTimeout):
        await printful.client.post("/v2/orders", json=order("late"), timeout=0.2)
    gave_up = time.time()

    assert (await printful.client.get("/v2/orders/@late")).status_code == 404
    assert printful.ledger() == []
    await until_true(lambda: printful.events("late") == ["accepted"])
    assert 0.4 <= printful.ledger("late")[0].at.timestamp() - gave_up <= 3


async def test_a_late_twin_of_a_reference_is_refused(printful: Running) -> None:
    await printful.set(Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=0.3, times=1)))
    with pytest.raises(httpx.ReadTimeout):
        await printful.client.post("/v2/orders", json=order("twin"), timeout=0.2)

    order_id = await printful.create("twin")
    await until(lambda: nothing_held(printful))

    assert printful.events("twin") == ["accepted"]
    assert (await printful.client.get("/v2/orders/@twin")).json()["data"]["id"] == order_id


async def nothing_held(printful: Running) -> bool:
    return (await printful.health())["held"] == 0


async def test_a_fault_hits_only_its_share_and_only_so_often(printful: Running) -> None:
    await printful.set(Faults(server_error=Fault(share=1, operations=("orders.*",), times=2)))

    statuses = [(await printful.client.get("/v2/orders")).status_code for _ in range(4)]

    assert statuses == [500, 500, 200, 200]
    assert (await printful.health())["faults"] == {"server_error": 2}


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


async def test_faults_that_make_no_sense_are_refused(printful: Running) -> None:
    answer = await printful.client.put("/_simulator/faults", json={"dropped": {"share": 2}})
    unknown = await printful.client.put("/_simulator/faults", json={"gremlins": {}})

    assert (answer.status_code, unknown.status_code) == (400, 400)


async def test_it_ends_at_once_though_calls_are_held(tmp_path: Path) -> None:
    faults = Faults(applied_late=AppliedLate(share=1, operations=CREATE, late_s=60))
    async with running(quick(tmp_path, faults=faults)) as printful:
        with pytest.raises(httpx.ReadTimeout):
            await printful.client.post("/v2/orders", json=order("never"), timeout=0.2)
        began = time.monotonic()

    assert time.monotonic() - began < 5
    assert printful.ledger() == []


async def test_the_documented_limits_are_kept_and_told(tmp_path: Path) -> None:
    async with running(quick(tmp_path, rate_limit=True)) as printful:
        first = await printful.client.get("/v2/stores")
        answers = [await printful.client.get("/v2/stores") for _ in range(125)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        old = await printful.client.get("/stores")

    assert first.headers["x-ratelimit-policy"] == "120;w=60;"
    assert (first.headers["x-ratelimit-remaining"], first.headers["x-ratelimit-reset"]) == ("119", "0.5")
    assert refused.headers["retry-after"] == "1"
    assert (old.status_code, old.headers["x-ratelimit-remaining"], old.headers["x-ratelimit-reset"]) == (
        200,
        "119",
        "60",
    )


async def test_rates_of_large_baskets_have_a_limit_of_their_own(tmp_path: Path) -> None:
    basket = {
        "recipient": {"country_code": "IE"},
        "order_items": [{"source": "catalog", "catalog_variant_id": 1, "quantity": 101}],
    }
    async with running(quick(tmp_path, rate_limit=True)) as printful:
        answers = [await printful.client.post("/v2/shipping-rates", json=basket) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "60"
