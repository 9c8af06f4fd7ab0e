from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printify import Printify, PrintifySettings, webhooks
from printvision.providers.adapters.printify.ordering import TOO_LATE
from printvision.providers.sdk import (
    Breaker,
    Client,
    Ending,
    Limits,
    MemoryBudget,
    MemoryRecorder,
    Priority,
    Progress,
    ProviderNeedsAttention,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    Secret,
    open_client,
)
from tests.providers.adapters.printify_payloads import published
from tests.providers.adapters.test_printify_orders import AUSTIN, ITEM, ORDER, line
from tests.providers.adapters.test_printify_products import SPEC, made
from tests.providers.scripted import ScriptedProvider, Turn, answer, hang_up

Connect = Callable[..., Printify]
ID = "5a96f649b2439217d070f507"
PLACED = answer(body={"id": ID})
NOTHING = answer(404, {"error": "Not found", "request_id": "1"})
NOT_POSSIBLE = answer(
    400,
    {
        "status": "error",
        "code": 8502,
        "message": "Operation failed.",
        "errors": {"reason": "No", "code": 8502},
    },
)


@pytest.fixture
async def printify() -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with open_client(allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
def recorder() -> MemoryRecorder:
    return MemoryRecorder()


@pytest.fixture
async def connect(printify: ScriptedProvider, client: Client, recorder: MemoryRecorder) -> Connect:
    base_url = await printify.start()

    def make(
        *, shop_id: str | None = "5432", priority: Priority = Priority.ORDERS, patience_s: float = 0.5
    ) -> Printify:
        return Printify.connect(
            PrintifySettings(token=Secret("pfy-1"), shop_id=shop_id),
            client=client,
            budget=MemoryBudget(Printify.rate, provider="printify", clock=lambda: 0.0),
            breaker=Breaker("one", provider="printify"),
            recorder=recorder,
            limits=Limits(attempts=1, patience_s=patience_s),
            base_url=base_url,
            priority=priority,
        )

    return make


def order(*lines: Any, **changes: Any) -> Turn:
    body = {
        "id": ID,
        "status": "on-hold",
        "line_items": list(lines or (line(quantity=2),)),
        "metadata": {"shop_order_id": ORDER.ref},
    }
    return answer(body=body | changes)


def asked(printify: ScriptedProvider) -> list[str]:
    return [f"{seen.method} {seen.target}" for seen in printify.seen]


# -- account ----------------------------------------------


async def test_account_warns_of_orders_that_go_by_themselves(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(body=published("shops_list_response")))

    account = await connect(shop_id="9876").account()

    assert (account.external_id, account.name) == ("9876", "My other new store")
    (warning,) = account.warnings
    assert "24 hours" in warning
    assert "Manual" in warning
    assert printify.seen[0].headers["User-Agent"] == "PrintVision"


@pytest.mark.parametrize(("shop_id", "count"), [(None, 2), ("1", 2), (None, 0)])
async def test_account_needs_somebody_where_the_shop_is_not_clear(
    connect: Connect, printify: ScriptedProvider, shop_id: str | None, count: int
) -> None:
    printify.then(answer(body=published("shops_list_response")[:count]))

    with pytest.raises(ProviderNeedsAttention, match=f"{count} shops"):
        await connect(shop_id=shop_id).account()


async def test_the_only_shop_is_asked_for_once(connect: Connect, printify: ScriptedProvider) -> None:
    printify.then(answer(body=[{"id": 77, "title": "One", "sales_channel": "api"}]), order())
    adapter = connect(shop_id=None)

    await adapter.get(ID)
    await adapter.get(ID)

    assert asked(printify) == [
        "GET /v1/shops.json",
        f"GET /v1/shops/77/orders/{ID}.json",
        f"GET /v1/shops/77/orders/{ID}.json",
    ]


async def test_a_token_is_called_dead_when_it_is_refused_twice(
    connect: Connect, printify: ScriptedProvider
) -> None:
    refused = answer(401, published("error_401_unauthenticated"))
    printify.then(refused, order(), refused)

    assert (await connect().get(ID)).provider_order_id == ID
    with pytest.raises(ProviderNeedsAttention):
        await connect().get(ID)
    assert len(printify.seen) == 4


# -- refusals ---------------------------------------------


@pytest.mark.parametrize(
    ("status", "name", "said"),
    [
        (400, "error_400_8103_address_invalid", "address: The zip field is required."),
        (400, "error_400_8201_file_too_large", "Failed to upload image: error.file.size.limit.exceeded"),
        (400, "error_400_8203_image_low_quality", "too few pixels for its print area: Image has low quality"),
        (422, "error_400_8103_address_invalid", "The zip field is required."),
        (402, "error_400_8203_image_low_quality", "plan does not allow more of this"),
    ],
)
async def test_a_refusal_is_a_readable_sentence(
    connect: Connect, printify: ScriptedProvider, status: int, name: str, said: str
) -> None:
    printify.then(answer(status, published(name)))

    with pytest.raises(ProviderRejected) as caught:
        await connect().prepare(ORDER)

    assert type(caught.value) is ProviderRejected
    assert said in (caught.value.detail or "")
    assert "{" not in (caught.value.detail or "")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ('{"zip": ["Bad zip."], "city": ["Bad city."]}', "Bad zip. Bad city."),
        ('{"zip": "not clo', '{"zip": "not clo'),
        ("Cannot {do} that", "Cannot {do} that"),
        ("[1, 2]", ""),
        ("Plain words", "Plain words"),
    ],
)
async def test_a_reason_may_be_json_or_not(
    connect: Connect, printify: ScriptedProvider, reason: str, said: str
) -> None:
    body = {"status": "error", "code": 8150, "message": "Failed.", "errors": {"reason": reason, "code": 8150}}
    printify.then(answer(400, body))

    with pytest.raises(ProviderRejected) as caught:
        await connect().prepare(ORDER)

    assert (caught.value.detail, caught.value.provider_code) == (said, "8150")


async def test_a_refusal_that_quotes_the_buyer_is_told_without(
    connect: Connect, printify: ScriptedProvider, recorder: MemoryRecorder
) -> None:
    reason = msgspec.json.encode({"zip": [f"{AUSTIN.postal_code} is no zip of {AUSTIN.city}."]}).decode()
    printify.then(
        answer(400, {"code": 8103, "message": "Failed.", "errors": {"reason": reason, "code": 8103}})
    )

    with pytest.raises(ProviderRejected) as caught:
        await connect().prepare(ORDER)

    assert "*** is no zip of ***." in (caught.value.detail or "")
    assert AUSTIN.postal_code not in msgspec.json.encode(recorder.calls[0]).decode()


@pytest.mark.parametrize(
    ("status", "kind"), [(403, ProviderNeedsAttention), (429, ProviderThrottled), (502, ProviderUnavailable)]
)
async def test_other_statuses_mean_what_they_mean_everywhere(
    connect: Connect, printify: ScriptedProvider, status: int, kind: type[Exception]
) -> None:
    printify.then(answer(status, {"error": "No", "request_id": "1"}))

    with pytest.raises(kind):
        await connect().get(ID)


# -- prepare ----------------------------------------------


async def test_prepare_reads_back_what_it_made(connect: Connect, printify: ScriptedProvider) -> None:
    printify.then(PLACED, order())

    made_there = await connect().prepare(ORDER)

    assert (made_there.provider_order_id, made_there.ref, made_there.progress) == (
        ID,
        ORDER.ref,
        Progress.DRAFT,
    )
    assert asked(printify) == ["POST /v1/shops/5432/orders.json", f"GET /v1/shops/5432/orders/{ID}.json"]


async def test_prepare_takes_up_the_order_that_has_the_reference(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(409, published("error_409_8503_order_exists")), order())

    assert (await connect().prepare(ORDER)).provider_order_id == ID


async def test_prepare_finds_the_order_where_they_do_not_say_which(
    connect: Connect, printify: ScriptedProvider
) -> None:
    exists = published("error_409_8503_order_exists") | {"order": None}
    known = {"id": ID, "status": "on-hold", "metadata": {"shop_order_id": ORDER.ref}}
    printify.then(answer(409, exists), answer(body={"current_page": 1, "data": [known]}), order())

    assert (await connect().prepare(ORDER)).provider_order_id == ID


async def test_prepare_is_unknown_where_the_reference_is_in_use_by_an_order_that_is_not_to_be_seen(
    connect: Connect, printify: ScriptedProvider
) -> None:
    exists = published("error_409_8503_order_exists") | {"order": {}}
    printify.then(answer(409, exists), answer(body={"current_page": 1, "data": []}))

    with pytest.raises(ProviderOutcomeUnknown):
        await connect().prepare(ORDER)


async def test_prepare_refuses_an_order_of_somebody_else_with_the_same_reference(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(409, published("error_409_8503_order_exists")), order(line(quantity=9)))

    with pytest.raises(ProviderRejected, match="other items"):
        await connect().prepare(ORDER)


@pytest.mark.parametrize(
    "turn", [NOTHING, answer(502), answer(429), answer(401), answer(body=b"<html>"), answer(body={}), hang_up]
)
async def test_prepare_that_cannot_be_read_back_is_unknown_and_never_refused(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(PLACED, turn)

    with pytest.raises(ProviderOutcomeUnknown):
        await connect().prepare(ORDER)


@pytest.mark.parametrize("turn", [answer(body=b"<html>"), answer(body={}), answer(500), hang_up])
async def test_prepare_without_a_sound_answer_is_unknown(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(turn)

    with pytest.raises(ProviderOutcomeUnknown):
        await connect().prepare(ORDER)


async def test_prepare_sends_nothing_for_what_has_no_product(
    connect: Connect, printify: ScriptedProvider
) -> None:
    bare = msgspec.structs.replace(ITEM, product_external_id=None)

    with pytest.raises(ProviderRejected, match="no product"):
        await connect().prepare(msgspec.structs.replace(ORDER, items=(bare,)))
    assert printify.seen == []


# -- commit -----------------------------------------------


async def test_commit_believes_their_yes_where_the_order_does_not_show_it_yet(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(body=published("order_send_to_production_response")), order())

    sent = await connect().commit(ID)

    assert (sent.progress, sent.status_word) == (Progress.ACCEPTED, "on-hold")
    assert asked(printify)[0] == f"POST /v1/shops/5432/orders/{ID}/send_to_production.json"


@pytest.mark.parametrize("turn", [answer(502), NOTHING, answer(body=b"<html>")])
async def test_commit_believes_their_yes_where_the_order_cannot_be_read(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(order(), turn)

    assert (await connect().commit(ID)).progress is Progress.ACCEPTED


async def test_commit_reads_no_second_time_what_the_answer_shows(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(order(status="sending-to-production"))

    assert (await connect().commit(ID)).progress is Progress.ACCEPTED
    assert len(printify.seen) == 1


async def test_commit_of_what_could_not_be_charged_for_says_so(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(order(status="payment-not-received"))

    sent = await connect().commit(ID)

    assert (sent.progress, sent.unpaid, sent.ending) == (Progress.ACCEPTED, True, None)
    assert "could not charge" in (sent.hold or "")


@pytest.mark.parametrize("status", ["sending-to-production", "fulfilled", "payment-not-received"])
async def test_commit_of_what_is_committed_answers_its_state(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(NOT_POSSIBLE, order(status=status))

    assert (await connect().commit(ID)).status_word == status


@pytest.mark.parametrize("status", ["pending", "cost-calculation"])
async def test_commit_waits_where_it_came_too_early(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(NOT_POSSIBLE, order(status=status))

    with pytest.raises(ProviderUnavailable) as caught:
        await connect().commit(ID)

    assert caught.value.retry_after_s == 2.0


@pytest.mark.parametrize("status", ["on-hold", "has-issues", "canceled", "unfulfillable"])
async def test_commit_is_refused_for_good_where_waiting_does_not_help(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(NOT_POSSIBLE, order(status=status))

    with pytest.raises(ProviderRejected, match="No"):
        await connect().commit(ID)


@pytest.mark.parametrize("turn", [answer(body=b"<html>"), answer(502), hang_up])
async def test_commit_without_a_sound_answer_is_unknown_and_made_once(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(turn)

    with pytest.raises(ProviderOutcomeUnknown):
        await connect().commit(ID)
    assert len(printify.seen) == 1


# -- find, cancel -----------------------------------------


async def test_find_walks_only_the_newest(connect: Connect, printify: ScriptedProvider) -> None:
    stranger = {"id": 1, "metadata": {"shop_order_id": 1370762297}}
    printify.then(answer(body={"current_page": 1, "data": [stranger] * 10}))

    assert await connect().find(ORDER.ref) is None
    assert len(printify.seen) == 10
    assert asked(printify)[-1] == "GET /v1/shops/5432/orders.json?page=10&limit=10"


@pytest.mark.parametrize("shop_order_id", [1370762297, "1370762297"])
async def test_find_knows_a_reference_that_comes_back_as_a_number(
    connect: Connect, printify: ScriptedProvider, shop_order_id: str | int
) -> None:
    known = {"id": 1, "metadata": {"shop_order_id": shop_order_id}}
    printify.then(answer(body={"current_page": 1, "data": [known]}))

    found = await connect().find("1370762297")

    assert found is not None
    assert (found.provider_order_id, found.ref) == ("1", "1370762297")


@pytest.mark.parametrize("status", ["on-hold", "payment-not-received", "a word of tomorrow"])
async def test_cancel_stops_what_was_not_sent_and_reads_it_back(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(order(status=status), order(status="canceled"))

    assert (await connect().cancel(ID)).ending is Ending.CANCELLED
    assert asked(printify)[1] == f"POST /v1/shops/5432/orders/{ID}/cancel.json"
    assert len(printify.seen) == 3


@pytest.mark.parametrize("status", ["canceled", "unfulfillable"])
async def test_cancel_of_what_is_over_asks_for_nothing(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(order(status=status))

    assert (await connect().cancel(ID)).ending is Ending.CANCELLED
    assert len(printify.seen) == 1


@pytest.mark.parametrize(
    "status", ["sending-to-production", "in-production", "fulfilled", "has-issues", "source-check-failed"]
)
async def test_cancel_that_comes_too_late_says_what_is_still_possible(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(order(status=status))

    with pytest.raises(ProviderRejected) as caught:
        await connect().cancel(ID)

    assert caught.value.detail == TOO_LATE
    assert "support" in TOO_LATE
    assert [seen.method for seen in printify.seen] == ["GET"]


async def test_cancel_that_is_overtaken_comes_too_late(connect: Connect, printify: ScriptedProvider) -> None:
    printify.then(order(), NOT_POSSIBLE, order(status="in-production"))

    with pytest.raises(ProviderRejected) as caught:
        await connect().cancel(ID)

    assert caught.value.detail == TOO_LATE


async def test_cancel_that_somebody_else_was_quicker_with_is_a_cancel(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(order(), NOT_POSSIBLE, order(status="canceled"))

    assert (await connect().cancel(ID)).ending is Ending.CANCELLED


@pytest.mark.parametrize("status", ["pending", "cost-calculation"])
async def test_cancel_waits_while_costs_are_worked_out(
    connect: Connect, printify: ScriptedProvider, status: str
) -> None:
    printify.then(order(status=status))

    with pytest.raises(ProviderUnavailable):
        await connect().cancel(ID)
    assert [seen.method for seen in printify.seen] == ["GET"]


# -- catalogue --------------------------------------------


async def test_blueprints_are_read_by_print_provider(connect: Connect, printify: ScriptedProvider) -> None:
    providers, whole = (
        published("catalog_print_providers_response")[:1],
        published("catalog_print_provider_response"),
    )
    printify.then(answer(body=providers), answer(body=whole))

    found = [blueprint.external_id async for blueprint in connect().blueprints()]

    assert found == ["265:1", "266:1", "52:1", "53:1"]
    assert asked(printify) == [
        "GET /v1/catalog/print_providers.json",
        "GET /v1/catalog/print_providers/1.json",
    ]


async def test_the_list_of_variants_is_read_once_for_a_blueprint(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(body=published("catalog_variants_response")))
    adapter = connect()

    variants = [variant async for variant in adapter.variants("3:3")]
    await adapter.print_areas("3:3")
    stock = await adapter.stock("3:3")

    assert {entry.variant_external_id for entry in stock} == {variant.external_id for variant in variants}
    path = "/v1/catalog/blueprints/3/print_providers/3/variants.json"
    assert asked(printify) == [f"GET {path}?show-out-of-stock=1", f"GET {path}?show-out-of-stock=0"]


async def test_the_shops_products_are_read_once_for_all_prices(
    connect: Connect, printify: ScriptedProvider
) -> None:
    mug = published("product_get_response")
    front = {"position": "front", "width": 9, "height": 9}
    variants = {"variants": [{"id": 33719, "title": "11oz", "placeholders": [front]}]}
    printify.then(answer(body={"current_page": 1, "data": [mug], "last_page": 1}), answer(body=variants))
    adapter = connect()

    (price,) = await adapter.prices("68:9")

    assert (price.variant_external_id, price.technique, price.price.amount_minor) == (
        "68:9:33719",
        "print",
        516,
    )
    assert await adapter.prices("68:10") == []
    assert asked(printify)[0] == "GET /v1/shops/5432/products.json?page=1&limit=50"
    assert len(printify.seen) == 2


@pytest.mark.parametrize(("priority", "at_once"), [(Priority.ORDERS, 16), (Priority.BULK, 12)])
async def test_the_catalogue_keeps_to_its_own_limit(
    connect: Connect, printify: ScriptedProvider, priority: Priority, at_once: int
) -> None:
    """A hundred calls in whatever minute: those there are at once, and those that come as it goes by."""
    printify.then(answer(body={"variants": []}))
    adapter = connect(priority=priority, patience_s=0.0)

    for number in range(at_once):
        assert await adapter.print_areas(f"{number}:1") == []
    with pytest.raises(ProviderThrottled):
        await adapter.print_areas("99:1")

    a_minute = Printify.rate.requests * 60 / Printify.rate.per.total_seconds()
    assert at_once + a_minute / 6 <= 100
    assert Printify.rate.requests + a_minute <= 600


async def test_tariffs_ask_for_each_method_that_is_listed(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(
        answer(body=published("catalog_v2_shipping_methods_response")),
        answer(body=published("catalog_v2_shipping_standard_response")),
        NOTHING,
        answer(body=published("catalog_v2_shipping_economy_response")),
    )

    found = await connect().tariffs("9:5", ["9:5:23494"], AUSTIN)

    assert [tariff.method for tariff in found] == ["economy", "standard"]
    path = "GET /v2/catalog/blueprints/9/print_providers/5/shipping"
    assert asked(printify) == [
        f"{path}.json",
        f"{path}/standard.json",
        f"{path}/priority.json",
        f"{path}/economy.json",
    ]


async def test_tariffs_come_from_the_first_version_where_the_second_is_not_there(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(NOTHING, answer(body=published("catalog_shipping_v1_response")))

    (found,) = await connect().tariffs("3:3", ["3:3:42716"], AUSTIN)

    assert (found.method, found.first.amount_minor) == ("standard", 450)
    assert asked(printify)[1] == "GET /v1/catalog/blueprints/3/print_providers/3/shipping.json"


# -- products ---------------------------------------------

BLANKS = answer(
    body={
        "variants": [
            {
                "id": 45740,
                "title": "2x2",
                "options": {},
                "placeholders": [
                    {"position": "front", "width": 600, "height": 600, "decoration_method": "dtg"}
                ],
            }
        ]
    }
)


def library(*names: str, **changes: Any) -> Turn:
    uploads = [published("upload_image_response") | {"file_name": name} | changes for name in names]
    return answer(body={"current_page": 1, "data": uploads, "last_page": 1})


def uploaded(**changes: Any) -> Turn:
    return answer(body=published("upload_image_response") | changes)


async def test_make_product_puts_its_picture_there_first(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(BLANKS, library("another.png"), uploaded(), answer(body=made()))

    found = await connect().make_product(SPEC)

    assert found.external_id == "5d39b411749d0a000f30e0f4"
    assert msgspec.json.decode(printify.seen[2].body) == {
        "file_name": "pv-0123.front.jpg",
        "url": SPEC.files[0].url,
    }
    body = msgspec.json.decode(printify.seen[3].body)
    picture = {"id": "5941187eb8e7e37b3f0e62e5", "x": 0.5, "y": 0.5, "scale": 1.0, "angle": 0}
    assert body["print_areas"][0]["placeholders"] == [{"position": "front", "images": [picture]}]


async def test_make_product_takes_up_a_picture_that_is_there_already(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(BLANKS, library("another.png", "pv-0123.front.jpg"), answer(body=made()))

    await connect().make_product(SPEC)

    assert [seen.method for seen in printify.seen] == ["GET", "GET", "POST"]


async def test_make_product_looks_only_through_the_newest_pictures(
    connect: Connect, printify: ScriptedProvider
) -> None:
    full = answer(body={"current_page": 1, "data": [published("upload_get_response")], "last_page": 99})
    printify.then(BLANKS, full, full, full, uploaded(), answer(body=made()))

    await connect().make_product(SPEC)

    assert sum("/uploads.json" in seen.target for seen in printify.seen) == 3


async def test_make_product_reads_a_picture_again_that_was_not_measured(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(BLANKS, library(), uploaded(width=0), uploaded(), answer(body=made()))

    await connect().make_product(SPEC)

    assert asked(printify)[3] == "GET /v1/uploads/5941187eb8e7e37b3f0e62e5.json"


async def test_make_product_waits_for_a_picture_that_stays_unmeasured(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(BLANKS, library(), uploaded(width=0))

    with pytest.raises(ProviderUnavailable):
        await connect().make_product(SPEC)
    assert not any("/products.json" in seen.target for seen in printify.seen)


@pytest.mark.parametrize("turn", [answer(body=b"<html>"), answer(body={}), answer(502), hang_up])
async def test_make_product_without_a_sound_answer_is_unknown_and_made_once(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(BLANKS, library("pv-0123.front.jpg"), turn)

    with pytest.raises(ProviderOutcomeUnknown):
        await connect().make_product(SPEC)
    assert sum(seen.method == "POST" for seen in printify.seen) == 1


async def test_make_product_reads_a_price_again_that_is_not_settled(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(
        BLANKS, library("pv-0123.front.jpg"), answer(body=made(cost=0)), answer(body=made(cost=151))
    )

    found = await connect().make_product(SPEC)

    assert found.price is not None
    assert found.price.price.amount_minor == 151


@pytest.mark.parametrize("turn", [answer(502), answer(401), NOTHING, answer(body=b"<html>"), answer(body={})])
async def test_make_product_is_made_even_where_its_price_is_not_to_be_had(
    connect: Connect, printify: ScriptedProvider, turn: Turn
) -> None:
    printify.then(BLANKS, library("pv-0123.front.jpg"), answer(body=made(cost=None)), turn)

    found = await connect().make_product(SPEC)

    assert (found.external_id, found.price) == ("5d39b411749d0a000f30e0f4", None)


async def test_find_product_walks_all_pages(connect: Connect, printify: ScriptedProvider) -> None:
    printify.then(
        answer(body={"current_page": 1, "data": [published("product_get_response")], "last_page": 2}),
        answer(body={"current_page": 2, "data": [made()], "last_page": 2}),
    )

    found = await connect().find_product(SPEC)

    assert found is not None
    assert found.external_id == "5d39b411749d0a000f30e0f4"
    assert len(printify.seen) == 2


async def test_find_product_does_not_know_what_is_not_listed(
    connect: Connect, printify: ScriptedProvider
) -> None:
    printify.then(answer(body={"current_page": 1, "data": [made(sku="pv-9")], "last_page": 1}))

    assert await connect().find_product(SPEC) is None


# -- webhooks, shapes -------------------------------------


async def test_register_webhooks_replaces_its_own_and_names_the_host(
    connect: Connect, printify: ScriptedProvider
) -> None:
    url = "https://vendor.example/webhooks/printify/one"
    old = {"id": "7", "topic": "order:created", "url": f"{url}?signed=0", "shop_id": "5432"}
    printify.then(answer(body=[*published("webhooks_list_response"), old]), NOTHING, answer(body={"id": "8"}))

    registered = await connect().register_webhooks(url)

    assert asked(printify)[1] == "DELETE /v1/shops/5432/webhooks/7.json?host=vendor.example"
    bodies = [msgspec.json.decode(seen.body) for seen in printify.seen[2:]]
    assert [body["topic"] for body in bodies] == [
        "order:created",
        "order:updated",
        "order:sent-to-production",
        "order:shipment:created",
        "order:shipment:delivered",
    ]
    assert {body["secret"] for body in bodies} == {registered.secret}
    assert {body["url"].partition("?")[0] for body in bodies} == {url}


async def test_register_webhooks_again_changes_nothing(connect: Connect, printify: ScriptedProvider) -> None:
    url = "https://vendor.example/webhooks/printify/one"
    secret = webhooks.secret_for(Secret("pfy-1"), url)
    there = [
        {"id": str(number), "topic": topic, "url": webhooks.marked(url, secret), "shop_id": "5432"}
        for number, topic in enumerate(webhooks.TOPICS)
    ]
    printify.then(answer(body=there))

    assert (await connect().register_webhooks(url)).secret == secret
    assert [seen.method for seen in printify.seen] == ["GET"]


@pytest.mark.parametrize(
    "body", [None, [], "text", {}, {"id": None}, {"id": "1", "line_items": {}}, b"<html>"]
)
async def test_an_order_of_another_shape_is_unintelligible(
    connect: Connect, printify: ScriptedProvider, body: Any
) -> None:
    printify.then(answer(body=body))

    with pytest.raises(ProviderUnintelligible):
        await connect().get(ID)
