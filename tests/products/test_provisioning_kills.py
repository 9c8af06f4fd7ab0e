"""A process may be killed at any instant while it has a product made: whoever comes after has one, and knows it."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest

from printvision.products import ProvisionState
from printvision.products.workflow import provision_offer
from printvision.providers.sdk import ProviderOutcomeUnknown
from tests.factories.fake_provisioner import Workshop
from tests.orders.killing import NEVER, Fuse, FusedRun, Killed, Memory, Recovery
from tests.products.making import Bench

MOST_POINTS = 40


async def carry_killed(
    bench: Bench, offer_id: UUID, workshop: Workshop, *, at: int, recovery: Recovery
) -> Fuse:
    """Carry the run to its end, through a kill at the `at`-th point where it has as many, and recover."""
    waiting = await bench.run_of(offer_id)
    fuse = Fuse(at)
    memory = Memory(fuse, {})
    workshop.before = lambda verb, _: fuse.point(f"before {verb}")
    workshop.after = lambda verb, _: fuse.point(f"after {verb}")

    def process(remember: Memory) -> FusedRun:
        return FusedRun(
            waiting.platform,
            waiting.run_id,
            waiting.workspace_id,
            waiting.subject_id,
            waiting.workflow,
            remember,
            remember.fuse,
        )

    try:
        await provision_offer.body(process(memory))
    except Killed:
        workshop.before = workshop.after = lambda verb, thing: None
        if recovery is Recovery.ENGINE:
            await provision_offer.body(process(Memory(Fuse(NEVER), memory.finished)))
        else:
            await bench.lose_runs()
            await bench.sweep()
    return fuse


@pytest.mark.parametrize("recovery", Recovery)
@pytest.mark.parametrize("tried_before", [False, True])
async def test_there_is_one_product_whenever_the_process_is_killed(
    bench: Bench, workshop: Workshop, recovery: Recovery, *, tried_before: bool
):
    for at in count(1):
        offer = await bench.add(f"{recovery}-{at}")
        sku = (await bench.row(offer.id)).sku
        if tried_before:
            workshop.before = workshop.after = lambda verb, thing: None
            workshop.fail("make_product", sku, ProviderOutcomeUnknown(provider="maker", retry_after_s=None))
            await bench.carry_once(offer.id)
        fuse = await carry_killed(bench, offer.id, workshop, at=at, recovery=recovery)
        done = await bench.carry(offer.id)

        where = f"killed at point {at}: {fuse.passed[-3:]}"
        assert done.provision is not None, where
        assert (done.ready, done.provision.state) == (True, ProvisionState.READY), where
        assert done.product_external_id == f"product-{sku}", where
        assert len(workshop.products[sku]) == 1, where
        if not fuse.burnt:
            assert (12 if tried_before else 7) <= at < MOST_POINTS, fuse.passed
            return


@pytest.mark.parametrize("recovery", Recovery)
async def test_one_made_without_an_answer_is_found_whenever_the_process_is_killed(
    bench: Bench, workshop: Workshop, recovery: Recovery
):
    for at in count(1):
        offer = await bench.add(f"{recovery}-{at}")
        sku = (await bench.row(offer.id)).sku
        workshop.before = lambda verb, thing: None
        workshop.fail_after("make_product", ProviderOutcomeUnknown(provider="maker", retry_after_s=None))
        await bench.carry_once(offer.id)
        fuse = await carry_killed(bench, offer.id, workshop, at=at, recovery=recovery)
        done = await bench.carry(offer.id)

        assert done.product_external_id == f"product-{sku}", fuse.passed
        assert len(workshop.products[sku]) == 1, fuse.passed
        if not fuse.burnt:
            assert 7 <= at < MOST_POINTS, fuse.passed
            return
