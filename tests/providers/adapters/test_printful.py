from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from printvision.providers.adapters.printful import Printful, PrintfulSettings
from printvision.providers.sdk import (
    Breaker,
    Client,
    Ending,
    Limits,
    MemoryBudget,
    NoRecorder,
    Progress,
    ProviderConflict,
    ProviderNeedsAttention,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    Secret,
    open_client,
)
from tests.providers.adapters.printful_payloads import fixture
from tests.providers.adapters.test_printful_orders import ORDER
from tests.providers.scripted import ScriptedProvider, answer

Connect = Callable[..., Printful]
SCOPES = answer(body={"data": [{"name": "View and manage orders", "value": "orders"}]})


@pytest.fixture
async def printful() -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with open_client(allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
async def connect(printful: ScriptedProvider, client: Client) -> Connect:
    base_url = await printful.start()

    def make(**settings: Any) -> Printful:
        return Printful.connect(
            PrintfulSettings(token=Secret("t"), **settings),
            client=client,
            budget=MemoryBudget(Printful.rate, provider="printful"),
            breaker=Breaker("one", provider="printful"),
            recorder=NoRecorder(),
            limits=Limits(attempts=1, patience_s=0.5),
            base_url=base_url,
        )

    return make


def order(**changes: Any) -> Any:
    return answer(body={"data": fixture("order")["data"] | changes})


def stores(*ids: int) -> Any:
    data = [{"id": number, "type": "native", "name": f"Store {number}"} for number in ids]
    return answer(body={"data": data, "paging": {"total": len(data), "offset": 0, "limit": 100}})


def test_read_settings_hides_the_token_and_names_what_is_wrong() -> None:
    settings = Printful.read_settings({"token": "tok-1", "store_id": "31"})

    assert (settings.token.reveal(), settings.store_id) == ("tok-1", "31")
    assert "tok-1" not in repr(settings)
    with pytest.raises(ValueError, match=r"\$\.token") as caught:
        Printful.read_settings({"token": 12345})
    assert "12345" not in str(caught.value)


async def test_account_is_the_store_that_the_settings_name(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(SCOPES, stores(30, 31))

    account = await connect(store_id="31").account()

    assert (account.external_id, account.name, account.scopes) == ("31", "Store 31", ("orders",))
    assert {seen.headers["X-PF-Store-Id"] for seen in printful.seen} == {"31"}


@pytest.mark.parametrize(("store_id", "known"), [(None, (30, 31)), ("32", (30, 31)), (None, ())])
async def test_account_needs_somebody_where_the_store_is_not_clear(
    connect: Connect, printful: ScriptedProvider, store_id: str | None, known: tuple[int, ...]
) -> None:
    printful.then(SCOPES, stores(*known))

    with pytest.raises(ProviderNeedsAttention, match=f"{len(known)} stores"):
        await connect(store_id=store_id).account()


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (419, {"message": "Slow down"}, ProviderThrottled),
        (400, {"reason": "OR-13", "message": "In use"}, ProviderConflict),
        (400, {"reason": "BadRequest", "message": "OR-13: in use"}, ProviderConflict),
        (400, {"message": "OR-2: Store terminated"}, ProviderNeedsAttention),
        (400, {"message": "OR-5: Bad item"}, ProviderRejected),
    ],
)
async def test_an_error_is_read_in_printfuls_own_words(
    connect: Connect, printful: ScriptedProvider, status: int, error: Any, kind: type[Exception]
) -> None:
    printful.then(answer(status, {"code": status, "result": "no", "error": error}))

    with pytest.raises(kind) as caught:
        await connect().get("1")

    assert type(caught.value) is kind


async def test_prepare_waits_where_a_reference_is_in_use_by_an_order_that_is_not_to_be_seen(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(answer(400, {"error": {"message": "OR-13: in use"}}), answer(404))

    with pytest.raises(ProviderUnavailable):
        await connect().prepare(ORDER)


async def test_prepare_refuses_an_order_of_somebody_else_with_the_same_reference(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(answer(400, {"error": {"message": "OR-13: in use"}}), order(status="draft"))

    with pytest.raises(ProviderRejected, match="other items"):
        await connect().prepare(ORDER)


async def test_prepare_takes_up_the_order_where_the_answer_was_mangled(
    connect: Connect, printful: ScriptedProvider
) -> None:
    items = [{"id": 9, "external_id": "line-0", "catalog_variant_id": 4011, "quantity": 2}]
    printful.then(answer(body=b"<html>"), order(status="draft", order_items=items))

    assert (await connect().prepare(ORDER)).provider_order_id == "700100200"


@pytest.mark.parametrize(
    ("refusal", "now"),
    [
        (answer(409, {"result": "Being updated"}), {"status": "draft"}),
        (answer(400, {"result": "Costs are being calculated"}), {"status": "draft"}),
        (
            answer(400, {"result": "Not yet"}),
            {"status": "draft", "costs": {"calculation_status": "calculating"}},
        ),
    ],
)
async def test_commit_waits_where_it_came_too_early(
    connect: Connect, printful: ScriptedProvider, refusal: Any, now: Any
) -> None:
    printful.then(refusal, order(**now))

    with pytest.raises(ProviderUnavailable) as caught:
        await connect().commit("700100200")

    assert caught.value.retry_after_s == 2.0


@pytest.mark.parametrize("status", ["draft", "failed", "canceled"])
async def test_commit_is_refused_for_good_where_waiting_does_not_help(
    connect: Connect, printful: ScriptedProvider, status: str
) -> None:
    nothing = answer(body={"data": []})
    printful.then(answer(400, {"result": "Recipient: zip is wrong"}), order(status=status), nothing)

    with pytest.raises(ProviderRejected, match="zip is wrong"):
        await connect().commit("700100200")


async def test_commit_of_what_is_committed_answers_its_state(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(answer(400, {"result": "OR-1: not editable"}), order(status="pending"))

    assert (await connect().commit("700100200")).progress is Progress.ACCEPTED


async def test_cancel_deletes_an_order_that_failed(connect: Connect, printful: ScriptedProvider) -> None:
    printful.then(answer(400, {"result": "no"}), order(status="failed"), answer(204, b""))

    cancelled = await connect().cancel("700100200")

    assert (cancelled.ending, cancelled.status_word) == (Ending.CANCELLED, "deleted")
    assert [(seen.method, seen.target) for seen in printful.seen] == [
        ("DELETE", "/orders/700100200"),
        ("GET", "/v2/orders/700100200"),
        ("DELETE", "/v2/orders/700100200"),
    ]


async def test_get_asks_for_parcels_only_when_there_can_be_some(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(order(status="draft"), order(), answer(body=fixture("shipments")))
    adapter = connect()

    assert (await adapter.get("1")).parcels == ()
    assert len((await adapter.get("1")).parcels) == 2
    assert [seen.target for seen in printful.seen] == [
        "/v2/orders/1",
        "/v2/orders/1",
        "/v2/orders/1/shipments?offset=0&limit=100",
    ]


async def test_print_areas_are_one_for_each_placement_and_technique(
    connect: Connect, printful: ScriptedProvider
) -> None:
    printful.then(answer(body=fixture("mockup_styles")))

    areas = await connect().print_areas("71")

    assert [(area.placement, area.technique, area.width_px) for area in areas] == [
        ("front", "dtg", 1800),
        ("front", "embroidery", 1350),
    ]


@pytest.mark.parametrize("item", [None, [], "text", {}, {"placement": "front", "dpi": "x"}])
async def test_an_item_of_another_shape_is_unintelligible(
    connect: Connect, printful: ScriptedProvider, item: Any
) -> None:
    printful.then(answer(body={"data": [item], "paging": {"total": 1}}))

    with pytest.raises(ProviderUnintelligible):
        await connect().print_areas("71")
