"""What routing asks of providers, how often, and what their answers change."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, update

from printvision.catalog import save_prices
from printvision.catalog.models import ShippingTariffRow
from printvision.exchange import Published, load_rates
from printvision.orders import queries
from printvision.orders.gathering import gather
from printvision.orders.records import read_record
from printvision.orders.reprinting import reprint_order
from printvision.orders.rerouting import exclude
from printvision.orders.routing import choose
from printvision.orders.rules import Fallback, Service
from printvision.orders.sealing import seal_source, shop_copy
from printvision.orders.states import HoldReason, Stage
from printvision.orders.whole import lock_whole
from printvision.platform import clock
from printvision.platform.money import Money
from printvision.platform.scope import system_scope
from printvision.providers import adapter_type
from printvision.providers.sdk import AddressLimits, VariantPrice
from printvision.providers.simulators.faults import Fault, Faults
from tests.factories.workspaces import MadeWorkspace
from tests.orders.carrying import asked, carry, send, settle
from tests.orders.choosy import OUT, ChoosyVendor, Quotes
from tests.orders.conftest import OTHER_TOKEN
from tests.orders.vendor import VARIANTS, Vendor
from tests.providers.simulators.running import TOKEN, Running


@pytest.fixture
def quotes(monkeypatch: pytest.MonkeyPatch) -> Quotes:
    return Quotes(monkeypatch)


@pytest.fixture
async def choosy(workspace: MadeWorkspace, printful: Running) -> ChoosyVendor:
    return await ChoosyVendor.with_two(workspace, printful)


# -- how often -------------------------------------------------------------------------------------------------------


async def test_where_there_is_no_choice_one_quote_tells_all(vendor: Vendor, quotes: Quotes):
    await send(vendor, lines={"TEE-M": 2, "TEE-S": 1})

    assert quotes.asked == [(TOKEN, 3)]


async def test_tariffs_are_asked_once_and_then_only_the_winner_is(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")

    assert sorted(quotes.asked) == sorted(
        [(TOKEN, 1), (TOKEN, 2), (OTHER_TOKEN, 1), (OTHER_TOKEN, 2), (OTHER_TOKEN, 1)]
    )

    quotes.asked.clear()
    await send(choosy, "1002", lines={"TEE-L": 4, "TEE-S": 1})

    assert quotes.asked == [(OTHER_TOKEN, 5)]


async def test_tariffs_that_are_old_are_asked_again(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")
    quotes.asked.clear()
    async with choosy.workspace.scope() as scope:
        old = ShippingTariffRow.seen_at - timedelta(days=30)
        await scope.session.execute(update(ShippingTariffRow).values(seen_at=old))

    await send(choosy, "1002")

    assert len(quotes.asked) == 5


async def test_nobody_is_asked_about_an_order_that_cannot_be_made(choosy: ChoosyVendor, quotes: Quotes):
    await choosy.stock(choosy.connection_id, OUT)
    await choosy.stock(choosy.other_id, OUT)

    order_id = await send(choosy)

    assert (await choosy.order(order_id)).hold_reason == HoldReason.NO_ROUTE
    assert quotes.asked == []


async def test_what_a_loser_would_cost_is_told_though_nobody_asked_it_this_time(choosy: ChoosyVendor):
    await send(choosy, "1001")
    await choosy.stock(choosy.connection_id, OUT)

    loser = (await choosy.decision(await send(choosy, "1002")))["candidates"][-1]

    assert (loser["connection_name"], loser["failed"]) == ("Dear house", "out-of-stock")
    assert loser["goods"] == {"amount_minor": 1500, "currency": "USD"}
    assert loser["total"]["amount_minor"] > 1500


async def test_as_many_statements_gather_two_connections_as_one(choosy: ChoosyVendor):
    order_id = await choosy.place(lines={"TEE-M": 1, "TEE-S": 1})
    await carry(choosy, order_id)
    async with choosy.workspace.scope() as scope:
        for row in (await lock_whole(scope, order_id)).live:
            row.given_up_at = clock.now()
    both = await statements_to_gather(choosy, order_id)
    async with choosy.workspace.scope() as scope:
        from printvision.products.models import OfferRow

        gone = update(OfferRow).where(OfferRow.connection_id == choosy.other_id).values(active=False)
        await scope.session.execute(gone)

    assert await statements_to_gather(choosy, order_id) == both


async def statements_to_gather(choosy: ChoosyVendor, order_id: Any) -> int:
    async with choosy.workspace.scope() as scope:
        whole = await lock_whole(scope, order_id)
        seen: list[str] = []
        connection = (await scope.session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", lambda *said: seen.append(said[2]))
        await gather(scope, whole)
    return len(seen)


# -- what a quote changes --------------------------------------------------------------------------------------------


async def test_a_winner_that_is_dearer_by_its_quote_loses(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")
    quotes.dearer(OTHER_TOKEN, 700)

    order_id = await send(choosy, "1002")

    assert await choosy.made_by(order_id) == choosy.connection_id
    record = read_record(await choosy.decision(order_id))
    assert record is not None
    dear, cheap = sorted(
        (each for each in record.candidates if each.method == "STANDARD"), key=lambda each: each.connection_id
    )
    assert cheap.total is not None
    assert dear.total is not None
    assert cheap.total - dear.total == Money(100, "USD")  # 600 cheaper goods, 700 dearer shipping
    [quote] = record.quotes
    assert (quote.connection_id, quote.price) == (choosy.connection_id, quote.estimated)


async def test_a_quote_within_what_is_tolerated_changes_nothing(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")
    await choosy.rule(quote_tolerance_percent=90)
    quotes.dearer(OTHER_TOKEN, 700)
    quotes.asked.clear()

    order_id = await send(choosy, "1002")

    assert await choosy.made_by(order_id) == choosy.other_id
    assert quotes.asked == [(OTHER_TOKEN, 1)]
    [quote] = (await choosy.decision(order_id))["quotes"]
    assert quote["price"]["amount_minor"] == quote["estimated"]["amount_minor"] + 700


async def test_a_method_that_is_not_in_the_quote_is_not_used(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")
    quotes.without(OTHER_TOKEN, "STANDARD")

    order_id = await send(choosy, "1002")

    fulfilment = await choosy.fulfilment(order_id)
    assert (fulfilment.connection_id, fulfilment.method) == (choosy.connection_id, "STANDARD")
    cheap = [one for one in (await choosy.decision(order_id))["candidates"] if one["failed"]]
    assert [(one["connection_name"], one["method"], one["failed"]) for one in cheap] == [
        ("Cheap house", "STANDARD", "no-method")
    ]


async def test_everybody_is_dearer_and_still_somebody_makes_it(choosy: ChoosyVendor, quotes: Quotes):
    await send(choosy, "1001")
    quotes.dearer(OTHER_TOKEN, 5_000)
    quotes.dearer(TOKEN, 5_000)

    order_id = await send(choosy, "1002")

    assert await choosy.made_by(order_id) == choosy.other_id


# -- who is out of reach ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def cheap_house_away(choosy: ChoosyVendor, quotes: Quotes) -> AsyncGenerator[None]:
    """Both tariffs are known, and then the cheap house answers nothing."""
    await send(choosy, "1001")
    await choosy.printful.set(Faults(server_error=Fault(share=1.0, operations=("shipping.rates",), times=1)))
    yield
    await choosy.printful.set(Faults())


async def test_the_next_best_makes_it_where_the_best_is_out_of_reach(choosy: ChoosyVendor, quotes: Quotes):
    async with cheap_house_away(choosy, quotes):
        order_id = await send(choosy, "1002")

    assert await choosy.made_by(order_id) == choosy.connection_id
    loser = (await choosy.decision(order_id))["candidates"][-1]
    assert (loser["connection_name"], loser["failed"]) == ("Cheap house", "unavailable")


async def test_by_its_rules_an_order_waits_for_the_best(choosy: ChoosyVendor, quotes: Quotes):
    await choosy.rule(fallback=Fallback.QUEUE)
    async with cheap_house_away(choosy, quotes):
        order_id = await choosy.place("1002")
        await carry(choosy, order_id)

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason, order.waits) == (Stage.CHECKED, None, 1)
    assert (await asked(choosy, order_id))[0].after_s == pytest.approx(1, abs=0.3)
    await settle(choosy, order_id)
    assert await choosy.made_by(order_id) == choosy.other_id


async def test_by_its_rules_a_person_decides_what_becomes_of_it(choosy: ChoosyVendor, quotes: Quotes):
    await choosy.rule(fallback=Fallback.PERSON)
    async with cheap_house_away(choosy, quotes):
        order_id = await send(choosy, "1002")

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, HoldReason.PROVIDER_UNAVAILABLE)
    assert order.hold_detail is not None
    assert order.hold_detail.startswith("Cheap house: The print provider cannot answer right now")


async def test_nobody_waits_for_one_who_would_not_be_chosen(choosy: ChoosyVendor, quotes: Quotes):
    await choosy.rule(fallback=Fallback.QUEUE)
    await choosy.price(choosy.other_id, dict.fromkeys(VARIANTS, 1_400))
    quotes.dearer(OTHER_TOKEN, 0)
    await send(choosy, "1001")
    await choosy.price(choosy.other_id, dict.fromkeys(VARIANTS, 1_600))
    down = Faults(server_error=Fault(share=1.0, operations=("shipping.rates",), times=1))
    await choosy.printful.set(down)

    order_id = await choosy.place("1002")
    await carry(choosy, order_id)

    assert (await choosy.order(order_id)).waits == 1  # it is the dear house itself that was asked
    await settle(choosy, order_id)
    assert await choosy.made_by(order_id) == choosy.connection_id


# -- whom it is kept from --------------------------------------------------------------------------------------------


async def keep_from(
    choosy: ChoosyVendor, order_id: Any, *connections: Any, lasting: timedelta | None = None
) -> None:
    async with choosy.workspace.scope() as scope:
        order = await queries.get_order(scope, order_id, for_update=True)
        for connection_id in connections:
            exclude(order, connection_id, "it cancelled", lasting=lasting)


async def test_a_connection_that_an_order_is_kept_from_does_not_get_it(choosy: ChoosyVendor):
    order_id = await choosy.place()
    await keep_from(choosy, order_id, choosy.other_id)

    await settle(choosy, order_id)

    assert await choosy.made_by(order_id) == choosy.connection_id
    loser = (await choosy.decision(order_id))["candidates"][-1]
    assert (loser["failed"], loser["failed_detail"]) == ("excluded", "it cancelled")


async def test_an_order_that_is_kept_from_all_for_a_while_waits_that_long(choosy: ChoosyVendor):
    order_id = await choosy.place()
    await keep_from(choosy, order_id, choosy.connection_id)
    await keep_from(choosy, order_id, choosy.other_id, lasting=timedelta(minutes=5))

    await carry(choosy, order_id)

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, None)
    assert (await asked(choosy, order_id))[0].after_s == pytest.approx(300, abs=5)


async def test_an_order_that_is_kept_from_all_for_good_is_held(choosy: ChoosyVendor):
    order_id = await choosy.place()
    await keep_from(choosy, order_id, choosy.connection_id, choosy.other_id)

    await settle(choosy, order_id)

    assert (await choosy.order(order_id)).hold_reason == HoldReason.NO_ROUTE


async def test_an_address_that_no_provider_can_take_is_for_a_person(
    choosy: ChoosyVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter_type("printful"), "address_limits", AddressLimits(longest={"line1": 5}))

    order_id = await send(choosy)

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, HoldReason.ADDRESS)
    too_long = "line1 is longer than its 5 characters (16)"
    assert order.hold_detail == f"Dear house: {too_long}; Cheap house: {too_long}"


async def test_what_a_provider_wants_of_an_address_must_be_there(
    choosy: ChoosyVendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(adapter_type("printful"), "address_limits", AddressLimits(required=("company",)))

    order_id = await send(choosy)

    assert (
        await choosy.order(order_id)
    ).hold_detail == "Dear house: it wants company; Cheap house: it wants company"


# -- what else counts ------------------------------------------------------------------------------------------------


async def test_prices_in_several_currencies_are_compared_by_the_days_rates(choosy: ChoosyVendor):
    prices = [
        VariantPrice(variant_external_id=number, technique="dtg", price=Money(1_350, "EUR"))
        for number in VARIANTS.values()
    ]
    async with choosy.workspace.scope() as scope:
        await save_prices(scope, choosy.other_id, choosy.blank_id, prices)
    await load(choosy, {"USD": Decimal("1.05")})

    assert await choosy.made_by(await send(choosy, "1001")) == choosy.other_id

    await load(choosy, {"USD": Decimal("1.20")})

    assert await choosy.made_by(await send(choosy, "1002")) == choosy.connection_id


async def load(choosy: ChoosyVendor, rates: Mapping[str, Decimal]) -> None:
    async with system_scope(choosy.platform, "test") as scope:
        await load_rates(scope, Published({clock.now().date(): rates}, ()), force=True)


async def test_without_a_rate_what_is_told_in_two_currencies_is_passed_over(choosy: ChoosyVendor):
    prices = [
        VariantPrice(variant_external_id=number, technique="dtg", price=Money(1, "EUR"))
        for number in VARIANTS.values()
    ]
    async with choosy.workspace.scope() as scope:
        await save_prices(scope, choosy.other_id, choosy.blank_id, prices)

    order_id = await send(choosy)

    assert await choosy.made_by(order_id) == choosy.connection_id
    cheap = (await choosy.decision(order_id))["candidates"][-1]
    assert (cheap["failed"], cheap["failed_detail"]) == ("no-rate", "no fresh exchange rate for EUR")


async def test_the_service_that_the_buyer_chose_is_mapped(choosy: ChoosyVendor):
    await choosy.rule(services=(Service(asked="Express", methods={"printful": ("PRINTFUL_FAST",)}),))
    order_id = await choosy.place()
    async with choosy.workspace.scope() as scope:
        order = await queries.get_order(scope, order_id)
        wanted = msgspec.structs.replace(shop_copy(scope, order), shipping_method="express")
        order.source = seal_source(scope, order_id, msgspec.json.encode(wanted))

    await settle(choosy, order_id)

    assert (await choosy.fulfilment(order_id)).method == "PRINTFUL_FAST"
    others = [
        one for one in (await choosy.decision(order_id))["candidates"] if one["method"] != "PRINTFUL_FAST"
    ]
    assert {one["failed"] for one in others} == {"service"}


async def test_what_is_printed_again_is_a_fulfilment_of_its_own_with_its_reason(choosy: ChoosyVendor):
    order_id = await send(choosy, lines={"TEE-M": 2})
    (line,) = await choosy.lines(order_id)
    async with choosy.workspace.scope() as scope:
        await reprint_order(scope, order_id, reason="lost on the way", pieces={line.id: 1})
    await settle(choosy, order_id)

    rows = await choosy.fulfilments(order_id)
    assert [(row.ordinal, row.reprint_reason) for row in rows] == [(0, None), (1, "lost on the way")]
    assert len({row.provider_ref for row in await choosy.submissions(order_id)}) == 2
    assert await choosy.printed(order_id) == [("TEE-M", 1), ("TEE-M", 2)]
    assert (await choosy.order(order_id)).reprint_reason is None


async def test_what_was_given_up_is_given_to_another_under_the_next_ordinal(choosy: ChoosyVendor):
    await choosy.give_time_to_think()
    order_id = await choosy.place()
    await carry(choosy, order_id)
    async with choosy.workspace.scope() as scope:
        order = await queries.get_order(scope, order_id, for_update=True)
        for row in (await lock_whole(scope, order_id)).live:
            row.given_up_at = clock.now()
        exclude(order, choosy.other_id, "it cancelled")
        order.stage, order.not_before = Stage.CHECKED, None
    await settle(choosy, order_id)

    rows = await choosy.fulfilments(order_id)
    assert [(row.ordinal, row.connection_id, row.given_up_at is None) for row in rows] == [
        (0, choosy.other_id, False),
        (1, choosy.connection_id, True),
    ]


async def test_a_stored_decision_can_be_made_again(choosy: ChoosyVendor):
    order_id = await send(choosy, lines={"TEE-M": 1, "TEE-S": 2})

    record = read_record(await choosy.decision(order_id))

    assert record is not None
    assert choose(record.problem).winner == record.winner
    assert len(choose(record.problem, keep=10).baskets) > 2


async def test_a_decision_of_an_older_shape_is_known_as_such():
    assert read_record({"winner": None, "candidates": [], "considered": 0, "basket": []}) is None
