"""The story as a worker carries it, from a product that is added to an offer that can be ordered."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from printvision.platform.engine import Engine
from printvision.products import Offer, ProvisionSweeper
from printvision.providers.sdk import ProviderOutcomeUnknown
from tests.factories.fake_provisioner import Workshop
from tests.products.making import Bench
from tests.waiting import until


async def test_a_worker_makes_the_product_after_a_call_without_an_answer(
    bench: Bench, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("printvision.products.progress.FIRST_WAIT_S", 0.05)
    workshop.fail_after("make_product", ProviderOutcomeUnknown(provider="maker", retry_after_s=None))
    engine = Engine(bench.platform)
    await engine.start()
    sweeper = asyncio.create_task(ProvisionSweeper(bench.platform).run())
    try:
        added = await bench.add()

        async def made() -> Offer | None:
            offer = await bench.offer(added.id)
            return offer if offer.ready else None

        done = await until(made)
    finally:
        sweeper.cancel()
        with suppress(asyncio.CancelledError):
            await sweeper
        await engine.stop(grace_s=1)

    assert done is not None
    assert done.product_external_id == f"product-{workshop.made[0].sku}"
    assert (len(workshop.made), workshop.asked("find_product")) == (1, 1)
