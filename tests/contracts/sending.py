"""Orders are made once, printed once and followed to the door."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import msgspec
import pytest

from printvision.providers.sdk import (
    Ending,
    OrderSnapshot,
    ParcelState,
    Progress,
    ProviderNotFound,
    ProviderOutcomeUnknown,
    ProviderRejected,
)
from tests.contracts.bench import Bench, Stage, until


class SendingContract:
    bench: ClassVar[Bench]

    async def test_prepare_twice_makes_one_order(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order(lines=2)

        first = await adapter.prepare(order)
        second = await adapter.prepare(order)

        assert first.provider_order_id == second.provider_order_id
        assert (first.ref, first.progress, first.ending) == (order.ref, Progress.DRAFT, None)
        assert len(await stage.ledger(order.ref, "accepted")) == 2
        assert await stage.ledger(order.ref, "confirmed") == []

    async def test_prepare_at_the_same_time_makes_one_order(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()

        made = await asyncio.gather(*(adapter.prepare(order) for _ in range(5)))

        assert len({snapshot.provider_order_id for snapshot in made}) == 1
        assert len(await stage.ledger(order.ref, "accepted")) == 1

    async def test_prepare_that_is_only_heard_later_is_unknown_and_then_found(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        await stage.faults(applied_late={"share": 1, "operations": ["orders.create"], "late_s": 2})

        with pytest.raises(ProviderOutcomeUnknown):
            await adapter.prepare(order)
        await stage.faults()
        late = await until(lambda: adapter.find(order.ref))
        again = await adapter.prepare(order)

        assert again.provider_order_id == late.provider_order_id
        assert len(await stage.ledger(order.ref, "accepted")) == 1

    async def test_prepare_refuses_an_order_without_a_picture(self, stage: Stage) -> None:
        order = stage.order()
        bare = msgspec.structs.replace(order.items[0], files=(), product_external_id=None)

        with pytest.raises(ProviderRejected):
            await stage.connect().prepare(msgspec.structs.replace(order, items=(bare,)))

        assert await stage.ledger(order.ref, "accepted") == []

    async def test_commit_has_it_printed_and_twice_is_once(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order(lines=2)
        ready = await stage.ready(adapter, order)

        first = await adapter.commit(ready.provider_order_id)
        second = await adapter.commit(ready.provider_order_id)

        assert ready.cost is not None
        assert first.progress.rank >= Progress.ACCEPTED.rank
        assert second.progress.rank >= Progress.ACCEPTED.rank
        assert len(await stage.ledger(order.ref, "confirmed")) == 2

    async def test_two_sends_at_the_same_time_are_one_print(self, stage: Stage) -> None:
        order = stage.order(lines=2)

        one, two = await asyncio.gather(
            stage.send(stage.connect(), order), stage.send(stage.connect(), order)
        )

        assert one.provider_order_id == two.provider_order_id
        printed = await until(lambda: stage.ledger(order.ref, "printed"))
        assert sorted((line.sku, line.quantity) for line in printed) == [("SKU-0", 1), ("SKU-1", 2)]
        assert len(await stage.ledger(order.ref, "accepted")) == 2
        assert len(await stage.ledger(order.ref, "confirmed")) == 2

    async def test_two_sends_at_the_same_time_are_one_print_in_bad_weather(self, stage: Stage) -> None:
        order = stage.order()
        hard = {"share": 0.5, "operations": ["orders.create", "orders.confirm"], "times": 3}
        await stage.faults(
            applied_then_timeout=hard,
            applied_late=hard | {"late_s": 0.2},
            dropped={"share": 0.2, "operations": ["orders.*"], "times": 5},
        )

        made = await asyncio.gather(*(stage.send(stage.connect(), order) for _ in range(3)))

        assert len({snapshot.provider_order_id for snapshot in made}) == 1
        printed = await until(lambda: stage.ledger(order.ref, "printed"))
        assert [line.quantity for line in printed] == [1]
        assert len(await stage.ledger(order.ref, "confirmed")) == 1

    async def test_commit_that_was_applied_but_not_answered_is_unknown_and_reads_back_as_accepted(
        self, stage: Stage
    ) -> None:
        adapter, order = stage.connect(), stage.order()
        ready = await stage.ready(adapter, order)
        await stage.faults(applied_then_timeout={"share": 1, "operations": ["orders.confirm"], "times": 1})

        with pytest.raises(ProviderOutcomeUnknown):
            await adapter.commit(ready.provider_order_id)

        known = await adapter.get(ready.provider_order_id)
        assert known.progress.rank >= Progress.ACCEPTED.rank
        assert len(await stage.ledger(order.ref, "confirmed")) == 1

    async def test_commit_that_is_only_heard_later_still_prints_once(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        ready = await stage.ready(adapter, order)
        await stage.faults(
            applied_late={"share": 1, "operations": ["orders.confirm"], "times": 1, "late_s": 0.3}
        )

        with pytest.raises(ProviderOutcomeUnknown):
            await adapter.commit(ready.provider_order_id)
        assert (await adapter.get(ready.provider_order_id)).progress is Progress.DRAFT
        await until(lambda: stage.ledger(order.ref, "confirmed"))
        again = await adapter.commit(ready.provider_order_id)

        assert again.progress.rank >= Progress.ACCEPTED.rank
        assert len(await stage.ledger(order.ref, "confirmed")) == 1

    async def test_find_knows_an_order_by_our_reference_only_once_it_is_there(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.find_by_ref:
            pytest.skip("they cannot look up a reference")

        before = await adapter.find(order.ref)
        made = await adapter.prepare(order)
        after = await adapter.find(order.ref)

        assert before is None
        assert after is not None
        assert (after.provider_order_id, after.ref) == (made.provider_order_id, order.ref)

    async def test_get_of_an_order_they_do_not_have_is_not_found(self, stage: Stage) -> None:
        with pytest.raises(ProviderNotFound):
            await stage.connect().get("999999999")

    async def test_cancel_stops_an_order_that_was_only_prepared(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.cancel_draft:
            pytest.skip("they cannot cancel a draft")
        made = await stage.ready(adapter, order)

        cancelled = await adapter.cancel(made.provider_order_id)

        assert cancelled.ending is Ending.CANCELLED
        assert (await adapter.cancel(made.provider_order_id)).ending is Ending.CANCELLED

    async def test_cancel_keeps_the_reference_so_that_a_late_prepare_brings_nothing_back(
        self, stage: Stage
    ) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.cancel_draft:
            pytest.skip("they cannot cancel a draft")
        made = await stage.ready(adapter, order)
        await adapter.cancel(made.provider_order_id)

        late = await adapter.prepare(order)

        assert (late.provider_order_id, late.ending) == (made.provider_order_id, Ending.CANCELLED)
        assert len(await stage.ledger(order.ref, "accepted")) == 1

    async def test_cancel_stops_an_accepted_order_before_it_is_printed(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.cancel_accepted:
            pytest.skip("they cannot cancel an accepted order")
        sent = await stage.send(adapter, order)

        cancelled = await adapter.cancel(sent.provider_order_id)

        assert cancelled.ending is Ending.CANCELLED
        assert len(await stage.ledger(order.ref, "cancelled")) == 1

    async def test_cancel_comes_too_late_once_it_is_being_printed(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        sent = await stage.send(adapter, order)

        async def printing() -> bool:
            return (await adapter.get(sent.provider_order_id)).progress.rank >= Progress.PRINTING.rank

        await until(printing)
        with pytest.raises(ProviderRejected):
            await adapter.cancel(sent.provider_order_id)

        assert (await adapter.get(sent.provider_order_id)).ending is None

    async def test_get_follows_an_order_to_the_door(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order(lines=2)
        sent = await stage.send(adapter, order)
        ranks: list[int] = []

        async def delivered() -> OrderSnapshot | None:
            now = await adapter.get(sent.provider_order_id)
            ranks.append(now.progress.rank)
            return now if now.progress is Progress.DELIVERED else None

        last = await until(delivered)

        assert ranks == sorted(ranks)
        assert {parcel.state for parcel in last.parcels} == {ParcelState.DELIVERED}
        assert all(parcel.tracking_number and parcel.shipped_at for parcel in last.parcels)
        quantities = {"line-0": 0, "line-1": 0}
        for parcel in last.parcels:
            for ref, quantity in parcel.lines.items():
                quantities[ref] += quantity
        assert quantities == {"line-0": 1, "line-1": 2}
