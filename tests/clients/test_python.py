"""The Python client against the running product, for those who wait and for those who await."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from printvision.api.clients import python_client
from printvision.api.discovery import load_operations
from printvision.api.live.kinds import permission_of
from printvision.platform.events import event_kinds
from printvision_client import (
    AsyncPrintVision,
    Changed,
    InvalidRequest,
    MadeLater,
    NoAnswer,
    NotFound,
    NotSignedIn,
    PrintVision,
    Retries,
    ServerFailed,
    TooManyRequests,
    answer_of,
)
from printvision_client.models import EVENTS, LineInput, OrderHeld, RecipientInput, ShopKind, Stage, TaskState
from tests.clients.fault_proxy import Fault, FaultProxy, answer, between
from tests.path.conftest import Product

QUICK = Retries(first_wait_s=0.01, longest_wait_s=0.02)
RECIPIENT = RecipientInput(
    name="Ana Lima",
    line1="19749 Dearborn St",
    city="Chatsworth",
    region="CA",
    postal_code="91311",
    country="US",
)
ONE_SHIRT = [LineInput(sku="SHIRT-M", quantity=1)]

Ask = Callable[[Callable[[Any], Any]], Awaitable[Any]]


@pytest.fixture
async def proxy(product: Product) -> AsyncGenerator[FaultProxy]:
    async with between(product.wire.port) as proxy:
        yield proxy


@pytest.fixture(params=["waiting", "awaiting"])
async def ask(request: pytest.FixtureRequest, product: Product, proxy: FaultProxy) -> AsyncGenerator[Ask]:
    """Has either client make the same call, through the proxy."""
    if request.param == "awaiting":
        async with AsyncPrintVision(proxy.url, key=product.key, retries=QUICK) as client:

            async def awaiting(call: Callable[[Any], Any]) -> Any:
                made = call(client)
                return await made if asyncio.iscoroutine(made) else [each async for each in made]

            yield awaiting
        return
    with PrintVision(proxy.url, key=product.key, retries=QUICK) as client:

        async def waiting(call: Callable[[Any], Any]) -> Any:
            return await asyncio.to_thread(lambda: _listed(call(client)))

        yield waiting


def _listed(made: Any) -> Any:
    return list(made) if hasattr(made, "__next__") else made


# -- what there is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [PrintVision, AsyncPrintVision])
def test_every_operation_is_a_method(kind: type[PrintVision] | type[AsyncPrintVision]):
    client: Any = kind("https://desk.example", key="pv_x")

    for each in load_operations().values():
        found = client
        for name in each.key.split("."):
            found = getattr(found, name)
        assert callable(found), each.key
        assert each.title in (found.__doc__ or ""), each.key
        if each.pages:
            verb = each.key.rpartition(".")[2]
            assert hasattr(found.__self__, "iterate" if verb == "list" else f"iterate_{verb}"), each.key


def test_every_kind_of_event_that_can_be_watched_has_its_class():
    assert set(EVENTS) == {kind for kind in event_kinds() if permission_of(kind)}


def test_what_is_generated_does_not_depend_on_the_order_of_operations():
    operations = list(load_operations().values())

    assert python_client(operations) == python_client(reversed(operations))


# -- calls -------------------------------------------------------------------------------------------------------------


async def test_an_order_sent_twice_with_one_key_is_answered_as_the_first_time(ask: Ask):
    def place(client: Any) -> Any:
        return client.orders.create(
            external_id="A-1", recipient=RECIPIENT, lines=ONE_SHIRT, idempotency_key='for "A-1"'
        )

    first, second = await ask(place), await ask(place)

    assert (first, first.stage, first.country) == (second, Stage.RECEIVED, "US")
    assert (answer_of(first).replayed, answer_of(second).replayed) == (False, True)
    assert [each.id for each in (await ask(lambda client: client.orders.list())).items] == [first.id]


async def test_a_call_whose_answer_is_lost_is_done_once(ask: Ask, proxy: FaultProxy):
    before = len((await ask(lambda client: client.shops.list())).items)
    proxy.seen.clear()
    proxy.faults = [Fault.AFTER, Fault.BEFORE, answer(503)]

    added = await ask(lambda client: client.shops.add(kind=ShopKind.API, name="Market"))

    keys = proxy.headers("idempotency-key")
    assert (len(keys), len(set(keys)), len(keys[0])) == (4, 1, 38)
    assert answer_of(added).replayed
    shops = (await ask(lambda client: client.shops.list())).items
    assert (len(shops), shops[0].id) == (before + 1, added.id)


async def test_two_calls_have_two_keys(ask: Ask, proxy: FaultProxy):
    for name in ("One", "Two"):
        await ask(lambda client, name=name: client.shops.add(kind=ShopKind.API, name=name))

    assert len(set(proxy.headers("idempotency-key"))) == 2


async def test_what_is_not_safe_is_sent_once(ask: Ask, proxy: FaultProxy):
    seen = await ask(lambda client: client.workspaces.get())
    proxy.seen.clear()
    proxy.faults = [Fault.AFTER]

    with pytest.raises(NoAnswer) as lost:
        await ask(lambda client: client.workspaces.update(name="Lost", if_match=seen))

    assert (lost.value.maybe_done, len(proxy.seen)) == (True, 1)
    assert (await ask(lambda client: client.workspaces.get())).name == "Lost"


async def test_it_gives_up_after_its_tries(ask: Ask, proxy: FaultProxy):
    proxy.faults = [
        answer(502, b"<html>"),
        answer(504),
        answer(503),
        answer(503, b'{"code": "database/busy"}'),
    ]

    with pytest.raises(ServerFailed) as failed:
        await ask(lambda client: client.orders.list())

    assert (failed.value.status, failed.value.code, len(proxy.seen)) == (503, "database/busy", 4)


async def test_it_waits_as_long_as_it_is_told(ask: Ask, proxy: FaultProxy):
    proxy.faults = [answer(429, retry_after="1")]
    began = asyncio.get_running_loop().time()

    await ask(lambda client: client.orders.list())

    assert asyncio.get_running_loop().time() - began >= 1
    proxy.faults = [answer(429, retry_after="90")]
    with pytest.raises(TooManyRequests) as refused:  # beyond the deadline
        await ask(lambda client: client.orders.list())
    assert refused.value.retry_after_s == 90


async def test_a_key_in_flight_is_waited_for(ask: Ask, proxy: FaultProxy):
    proxy.faults = [answer(409, b'{"code": "idempotency/in-flight"}', retry_after="0")]

    added = await ask(lambda client: client.shops.add(kind=ShopKind.API, name="Market"))

    assert (added.name, len(set(proxy.headers("idempotency-key"))), len(proxy.seen)) == ("Market", 1, 2)


async def test_it_goes_through_all_pages(ask: Ask, product: Product, proxy: FaultProxy):
    async with AsyncPrintVision(f"http://127.0.0.1:{product.wire.port}", key=product.key) as client:
        for number in range(120):
            await client.orders.create(external_id=f"A-{number}", recipient=RECIPIENT, lines=ONE_SHIRT)

    orders = await ask(lambda client: client.orders.iterate(limit=50))

    assert [each.external_id for each in orders] == [f"A-{number}" for number in reversed(range(120))]
    assert len(proxy.seen) == 3


async def test_a_call_that_a_task_makes_is_followed_by_its_task(ask: Ask):
    order = await ask(
        lambda client: client.orders.create(external_id="A-1", recipient=RECIPIENT, lines=ONE_SHIRT)
    )
    prefer = {"Prefer": "respond-async"}

    with pytest.raises(MadeLater) as later:
        await ask(lambda client: client.orders.hold(order_id=order.id, reason="asking", headers=prefer))

    task = await ask(lambda client: client.tasks.get(task_id=later.value.task_id))
    assert (task.operation, task.state, task.total) == ("orders.hold", TaskState.QUEUED, 1)


async def test_a_refusal_says_what_and_why(ask: Ask):
    nobody = "01980000-0000-7000-8000-000000000000"

    with pytest.raises(NotFound) as missing:
        await ask(lambda client: client.orders.get(order_id=nobody))
    with pytest.raises(InvalidRequest) as invalid:
        await ask(lambda client: client.orders.hold(order_id=nobody, reason=""))

    assert (missing.value.code, missing.value.status) == ("not-found", 404)
    assert missing.value.request_id
    assert missing.value.action
    assert invalid.value.members["errors"][0]["path"] == "reason"


async def test_an_unknown_key_is_told_and_not_repeated(
    product: Product, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
):
    for name in ("httpx", "httpcore"):  # of which our own logs want warnings alone
        caplog.set_level("DEBUG", logger=name)
    async with AsyncPrintVision(proxy.url, key="pv_nobody", retries=QUICK) as client:
        with pytest.raises(NotSignedIn) as refused:
            await client.workspaces.get()

    assert (refused.value.code, len(proxy.seen)) == ("access/bad-key", 1)
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}
    assert "pv_nobody" not in f"{client!r} {refused.value!r} {vars(client)!r} {caplog.text}"


async def test_a_write_with_if_match_changes_only_what_was_seen(ask: Ask):
    seen = await ask(lambda client: client.workspaces.get())

    renamed = await ask(lambda client: client.workspaces.update(name="First", if_match=seen))
    with pytest.raises(Changed) as refused:
        await ask(lambda client: client.workspaces.update(name="Second", if_match=seen))

    assert (renamed.name, refused.value.code) == ("First", "request/changed-since")
    now = await ask(lambda client: client.workspaces.get())
    assert now.name == "First"
    assert await ask(lambda client: client.workspaces.get(if_none_match=now)) is now


async def test_members_left_out_are_not_sent_and_null_is(ask: Ask, proxy: FaultProxy):
    await ask(lambda client: client.rules.set(most_parcels=3))
    rules = await ask(lambda client: client.rules.set(most_parcels=None))

    assert [each.rpartition(b"\r\n\r\n")[2] for each in proxy.seen] == [
        b'{"most_parcels":3}',
        b'{"most_parcels":null}',
    ]
    assert rules.rules.most_parcels is None


# -- live events -------------------------------------------------------------------------------------------------------


async def test_a_stream_goes_on_after_a_cut(product: Product, proxy: FaultProxy):
    async with AsyncPrintVision(proxy.url, key=product.key, retries=QUICK) as client:
        order = await client.orders.create(external_id="A-1", recipient=RECIPIENT, lines=ONE_SHIRT)
        async with client.events.stream(kinds=["orders.held", "orders.released"]) as stream:
            kinds: list[str] = []
            for _ in range(3):
                await client.orders.hold(order_id=order.id, reason="asking")
                kinds.append((await anext(stream)).kind)
                proxy.cut()
                await client.orders.release(order_id=order.id)  # while nobody listens
                kinds.append((await anext(stream)).kind)
            resumed = stream.last_id

    assert kinds == ["orders.held", "orders.released"] * 3
    assert len(set(proxy.headers("last-event-id")) - {""}) >= 3
    assert resumed


async def test_those_who_wait_have_the_stream_too(product: Product, proxy: FaultProxy):
    def watch() -> tuple[Any, Any, bool]:
        with PrintVision(proxy.url, key=product.key, retries=QUICK) as client:
            order = client.orders.create(external_id="A-1", recipient=RECIPIENT, lines=ONE_SHIRT)
            with client.events.stream(kinds=["orders"]) as stream:
                client.orders.hold(order_id=order.id, reason="asking")
                held = next(each for each in stream if isinstance(each, OrderHeld))
                loop.call_soon_threadsafe(proxy.cut)
                client.orders.release(order_id=order.id)
                after = next(stream)
            with client.events.stream(kinds=["orders"], last_id=held.id) as again:
                same = next(again) == after
        return held, after, same

    loop = asyncio.get_running_loop()
    held, after, same = await asyncio.to_thread(watch)

    assert (held.data.reason, after.kind, same) == ("person", "orders.released", True)
    assert held.subject_id == after.subject_id


async def test_a_stream_that_is_refused_says_so(ask: Ask, proxy: FaultProxy):
    with pytest.raises(InvalidRequest) as refused:
        await ask(lambda client: client.events.stream(last_id="x" * 48))

    assert (refused.value.code, len(proxy.seen)) == ("events/unknown-id", 1)
