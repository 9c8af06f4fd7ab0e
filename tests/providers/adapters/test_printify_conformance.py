from __future__ import annotations

from printvision.providers.sdk import Ending, Progress
from tests.contracts.adapter import AdapterConformance
from tests.contracts.bench import Stage
from tests.contracts.printify import PrintifyBench


class TestPrintify(AdapterConformance):
    bench = PrintifyBench()

    async def test_an_ordinary_way_has_no_error_answers(self, stage: Stage) -> None:
        """They count them, and turn away who has more than one in twenty."""
        adapter, order, other = stage.connect(), stage.order(lines=2), stage.order()
        await stage.send(adapter, order)
        draft = await stage.ready(adapter, other)
        await adapter.cancel(draft.provider_order_id)
        await adapter.cancel(draft.provider_order_id)
        await adapter.find("0" * 32)

        assert {call.status for call in stage.recorder.calls} == {200}

    async def test_find_knows_an_order_that_is_among_the_newest(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()

        before = await adapter.find(order.ref)
        made = await adapter.prepare(order)
        after = await adapter.find(order.ref)

        assert before is None
        assert after is not None
        assert (after.provider_order_id, after.ref) == (made.provider_order_id, order.ref)

    async def test_an_order_they_could_not_charge_for_is_sent_and_can_be_stopped(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        ready = await stage.ready(adapter, order)
        await stage.faults(charge_failed={"share": 1, "operations": ["orders.confirm"]})

        sent = await adapter.commit(ready.provider_order_id)
        stopped = await adapter.cancel(ready.provider_order_id)

        assert (sent.progress, sent.unpaid) == (Progress.ACCEPTED, True)
        assert stopped.ending is Ending.CANCELLED
        assert await stage.ledger(order.ref, "confirmed") == []

    async def test_webhooks_are_registered_twice_without_a_change(self, stage: Stage) -> None:
        adapter = stage.connect()
        url = "https://vendor.example/hooks"

        first = await adapter.register_webhooks(url)
        stage.recorder.calls.clear()
        second = await adapter.register_webhooks(url)

        assert first.secret == second.secret
        assert [call.method for call in stage.recorder.calls] == ["GET"]
