"""What is Printful's own about refusals and limits: their words, their headers, how long they last."""

from __future__ import annotations

from pathlib import Path

from printvision.providers.simulators.faults import Fault, Faults, RateLimited
from tests.providers.simulators.openapi import load
from tests.providers.simulators.running import Running, order, quick, running
from tests.shared import shared

CREATE = ("orders.create",)


async def test_a_429_names_its_delay(printful: Running) -> None:
    await printful.set(Faults(rate_limited=RateLimited(share=1, retry_after_s=7, operations=CREATE)))

    answer = await printful.client.post("/v2/orders", json=order("busy"))

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["message"].endswith("Please try again after 7 seconds.")


async def test_a_500_is_a_problem_document(printful: Running) -> None:
    await printful.set(Faults(server_error=Fault(share=1, operations=CREATE)))

    answer = await printful.client.post("/v2/orders", json=order("broken"))

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    load(shared("providers/printful/openapi-v2.json")).check(answer)


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
