"""Which connection makes an order, and what is written down about those that do not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from printvision.accounts import Permission
from printvision.orders.holding import release_order
from printvision.orders.route_operations import explain
from printvision.orders.schemas import OrderRef
from printvision.orders.states import HoldReason, Stage
from printvision.providers import pause_connection
from printvision.providers.sdk import StockState
from printvision.providers.simulators.faults import Fault, Faults
from tests.factories.workspaces import MadeWorkspace
from tests.orders.carrying import asked, carry, send, settle
from tests.orders.choosy import OUT, ChoosyVendor
from tests.orders.vendor import BUYER, VARIANTS, Vendor
from tests.providers.simulators.running import Running


@pytest.fixture
async def choosy(workspace: MadeWorkspace, printful: Running) -> ChoosyVendor:
    """Sells tees that two connections can make."""
    return await ChoosyVendor.with_two(workspace, printful)


async def made_by(vendor: Vendor, order_id: UUID) -> UUID:
    return (await vendor.fulfilment(order_id)).connection_id


async def told(vendor: Vendor, order_id: UUID) -> list[tuple[str, int | None, str | None]]:
    """The last decision's candidates by their standard method: who, for how much in all, and what they failed."""
    record = (await vendor.decisions(order_id))[-1]
    return [_told(one) for one in record["candidates"] if one["method"] in {None, "STANDARD"}]


def _told(candidate: dict[str, Any]) -> tuple[str, int | None, str | None]:
    total = candidate["total"]
    return candidate["connection_name"], total and total["amount_minor"], candidate["failed"]


async def test_the_cheapest_connection_makes_the_order(choosy: ChoosyVendor):
    order_id = await send(choosy, lines={"TEE-M": 2, "TEE-S": 1})

    assert await made_by(choosy, order_id) == choosy.other_id
    (cheap, dear) = await told(choosy, order_id)
    assert (cheap[0], cheap[2], dear[0], dear[2]) == ("Cheap house", None, "Dear house", None)
    assert cheap[1] is not None
    assert dear[1] == cheap[1] + 3 * 600
    assert await choosy.printed(order_id) == [("TEE-M", 2), ("TEE-S", 1)]


async def test_what_is_out_of_stock_is_made_by_the_other(choosy: ChoosyVendor):
    await choosy.stock(choosy.other_id, {**OUT, "TEE-S": StockState.IN_STOCK})

    order_id = await send(choosy)

    assert await made_by(choosy, order_id) == choosy.connection_id
    loser = (await choosy.decisions(order_id))[0]["candidates"][-1]
    assert (loser["connection_name"], loser["failed"], loser["failed_detail"]) == (
        "Cheap house",
        "out-of-stock",
        "out of stock: TEE-M",
    )


async def test_what_has_no_price_is_made_by_the_other(choosy: ChoosyVendor):
    await choosy.price(choosy.other_id, {"TEE-S": 900})

    order_id = await send(choosy)

    assert await made_by(choosy, order_id) == choosy.connection_id
    assert (await told(choosy, order_id))[-1] == ("Cheap house", None, "no-price")


async def test_a_paused_connection_makes_nothing(choosy: ChoosyVendor):
    async with choosy.workspace.scope() as scope:
        await pause_connection(scope, choosy.other_id, "stopped by hand")

    order_id = await send(choosy)

    assert await made_by(choosy, order_id) == choosy.connection_id
    loser = (await choosy.decisions(order_id))[0]["candidates"][-1]
    assert (loser["failed"], loser["failed_detail"]) == ("connection-paused", "stopped by hand")


async def test_a_connection_that_cannot_make_every_line_makes_none_of_an_order_that_is_not_split(
    choosy: ChoosyVendor,
):
    await choosy.sell(["POLO"], [choosy.connection_id])
    await choosy.rule(most_parcels=1)

    order_id = await send(choosy, lines={"TEE-M": 1, "POLO": 1})

    assert await made_by(choosy, order_id) == choosy.connection_id
    loser = (await choosy.decisions(order_id))[0]["candidates"][-1]
    assert (loser["connection_name"], loser["failed"], loser["failed_detail"]) == (
        "Cheap house",
        "line-not-offered",
        "no offer for POLO",
    )


async def test_an_order_is_split_where_that_costs_less_than_a_second_parcel(choosy: ChoosyVendor):
    await choosy.price(choosy.other_id, {"TEE-S": 900, "TEE-M": 4_000, "TEE-L": 900})

    order_id = await send(choosy, lines={"TEE-M": 1, "TEE-S": 3})

    parts = await choosy.fulfilments(order_id)
    assert [(part.ordinal, part.connection_id) for part in parts] == [
        (0, choosy.connection_id),
        (1, choosy.other_id),
    ]
    assert len({row.provider_ref for row in await choosy.submissions(order_id)}) == 2
    assert await choosy.printed(order_id) == [("TEE-M", 1), ("TEE-S", 3)]
    winner = (await choosy.decisions(order_id))[0]["winner"]
    assert [(part["connection_name"], len(part["offers"])) for part in winner["parts"]] == [
        ("Dear house", 1),
        ("Cheap house", 1),
    ]
    assert winner["parcels"] == 2


async def test_one_that_cannot_be_asked_does_not_keep_the_order_from_the_other(choosy: ChoosyVendor):
    down = Fault(share=1.0, operations=("shipping.rates",), times=1)  # the older connection is asked first
    await choosy.printful.set(Faults(server_error=down))

    order_id = await send(choosy)

    assert await made_by(choosy, order_id) == choosy.other_id
    assert (await told(choosy, order_id))[-1] == ("Dear house", None, "unavailable")


async def test_where_none_can_be_asked_it_is_asked_again(choosy: ChoosyVendor):
    down = Fault(share=1.0, operations=("shipping.rates",), times=4)
    await choosy.printful.set(Faults(server_error=down))
    order_id = await choosy.place()

    pauses: list[float] = []
    for _ in range(2):
        await carry(choosy, order_id)
        pauses.append((await asked(choosy, order_id))[0].after_s)

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason, order.waits) == (Stage.CHECKED, None, 2)
    assert pauses == pytest.approx([1, 2], abs=0.3)
    assert await choosy.decisions(order_id) == []
    await settle(choosy, order_id)
    assert await made_by(choosy, order_id) == choosy.other_id


async def test_an_order_nobody_can_make_waits_for_a_person_who_is_told_why(choosy: ChoosyVendor):
    await choosy.stock(choosy.connection_id, OUT)
    await choosy.price(choosy.other_id, {"TEE-S": 900})

    order_id = await send(choosy)

    order = await choosy.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, HoldReason.NO_ROUTE)
    assert order.hold_detail == (
        "Dear house: out of stock: TEE-M; Cheap house: no price known for TEE-M; sync the catalogue"
    )
    assert [(name, failed) for name, _, failed in await told(choosy, order_id)] == [
        ("Dear house", "out-of-stock"),
        ("Cheap house", "no-price"),
    ]
    assert await choosy.fulfilments(order_id) == []


async def test_an_address_that_no_method_reaches_has_no_route(vendor: Vendor):
    cuba = {**BUYER, "country": "CU", "region": "", "city": "La Habana", "postal_code": "10400"}

    order_id = await send(vendor, recipient=cuba)

    order = await vendor.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, HoldReason.NO_ROUTE)
    assert [one[2] for one in await told(vendor, order_id)] == ["no-method"]


async def test_every_decision_is_explained_the_newest_first(choosy: ChoosyVendor):
    await choosy.stock(choosy.connection_id, OUT)
    await choosy.stock(choosy.other_id, OUT)
    order_id = await send(choosy)
    await choosy.stock(choosy.other_id, dict.fromkeys(VARIANTS, StockState.IN_STOCK))
    async with choosy.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(choosy, order_id)

    async with choosy.workspace.scope(Permission.ROUTES_READ) as scope:
        explained = await explain(scope, OrderRef(order_id=order_id))

    assert explained.order.stage == Stage.SENT
    winners = [decision.record["winner"] for decision in explained.decisions]
    assert [winner and winner["parts"][0]["connection_name"] for winner in winners] == ["Cheap house", None]
    assert explained.decisions[0].decided_at > explained.decisions[1].decided_at
