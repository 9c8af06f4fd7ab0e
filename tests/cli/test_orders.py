from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from printvision.channels import AddShop, ShopKind, add_shop
from printvision.channels.shopify import from_shopify_order
from printvision.cli.demo.orders import Door, make_orders
from printvision.cli.demo.shop import payload
from printvision.cli.door import find_workspace, operator
from printvision.cli.exits import Exit
from printvision.orders import take_in
from printvision.orders.models import LineRow, OrderRow
from printvision.platform import clock
from printvision.platform.redaction import Secret
from printvision.platform.runtime import open_platform
from printvision.platform.scope import workspace_scope
from printvision.platform.settings import Settings
from tests.cli.conftest import Run


@pytest.fixture
def orders(installed: Settings) -> list[dict[str, Any]]:
    """Two orders of a Shopify shop that nobody has looked at yet, as the shop tells them."""
    told = [order for order in make_orders(20, seed=7) if order.door is Door.SHOP][:2]
    payloads = [payload(order, clock.now(), paid=True) for order in told]
    asyncio.run(_take_in(installed, payloads))
    return payloads


async def _take_in(settings: Settings, payloads: list[dict[str, Any]]) -> None:
    async with open_platform(settings) as platform:
        workspace_id = await find_workspace(platform, None)
        async with workspace_scope(platform, workspace_id, operator()) as scope:
            shop = await add_shop(scope, AddShop(kind=ShopKind.SHOPIFY, name="Shop", secret=Secret("s" * 16)))
            for told in payloads:
                await take_in(scope, shop.id, from_shopify_order(told))


def test_the_list_is_one_document(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "list", "--json")

    assert done.code == Exit.OK
    assert len(done.out.splitlines()) == 1
    assert [item["external_id"] for item in done.answer["items"]] == [
        str(orders[1]["id"]),
        str(orders[0]["id"]),
    ]
    assert {item["stage"] for item in done.answer["items"]} == {"received"}
    assert done.answer["next_cursor"] is None


def test_the_list_goes_on_where_it_ended(run: Run, orders: list[dict[str, Any]]):
    first = run("orders", "list", "-n", 1, "--json").answer
    second = run("orders", "list", "-n", 1, "--cursor", first["next_cursor"], "--json").answer

    assert [item["number"] for page in (first, second) for item in page["items"]] == [
        orders[1]["name"],
        orders[0]["name"],
    ]
    assert second["next_cursor"] is None


def test_the_list_is_a_table_for_people(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "list")

    assert done.out.splitlines()[0].split() == ["id", "number", "stage", "to", "received", "why"]
    assert orders[0]["name"] in done.out
    assert done.err == ""


def test_an_order_is_found_by_its_id_in_the_shop(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "show", orders[0]["id"], "--json")

    assert done.answer["order"]["number"] == orders[0]["name"]
    assert done.answer["recipient"]["name"] == orders[0]["shipping_address"]["name"]


def test_an_order_is_held_and_let_go_on(run: Run, orders: list[dict[str, Any]]):
    order_id = run("orders", "list", "--json").answer["items"][0]["id"]

    held = run("orders", "hold", order_id, "--reason", "ask the buyer", "--json")
    assert held.answer["order"]["hold"]["reason"] == "person"
    assert held.answer["order"]["hold"]["detail"] == "ask the buyer"
    assert [item["id"] for item in run("orders", "list", "--held", "--json").answer["items"]] == [order_id]

    assert run("orders", "release", order_id, "--json").answer["order"]["hold"] is None
    assert run("orders", "list", "--held", "--json").answer["items"] == []


def test_an_order_is_cancelled_once(run: Run, orders: list[dict[str, Any]]):
    cancelled = run("orders", "cancel", orders[0]["id"], "--reason", "by mistake", "--json")
    assert cancelled.answer["order"]["stage"] == "cancelled"

    again = run("orders", "cancel", orders[0]["id"], "--json")
    assert again.code == Exit.REFUSED
    assert again.out == ""
    assert again.problem["code"] == "orders/not-cancellable"
    assert again.problem["current"] == "cancelled"


def test_an_order_is_tried_again(run: Run, orders: list[dict[str, Any]]):
    run("orders", "hold", orders[0]["id"])

    done = run("orders", "retry", orders[0]["id"], "--json")

    assert (done.code, done.answer["order"]["hold"]) == (Exit.OK, None)


def test_an_order_is_rerouted(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "reroute", orders[0]["id"], "--reason", "too slow", "--json")

    assert (done.code, done.answer["order"]["stage"]) == (Exit.OK, "received")
    nowhere = run("orders", "reroute", orders[0]["id"], "--away-from", "Nobody", "--json")
    assert (nowhere.code, nowhere.problem["code"]) == (Exit.REFUSED, "not-found")


def test_a_part_of_an_address_is_corrected(run: Run, orders: list[dict[str, Any]]):
    before = run("orders", "show", orders[0]["id"], "--json").answer["recipient"]

    done = run("orders", "edit-address", orders[0]["id"], "--name", "Ada Quill", "--json")

    assert done.answer["recipient"] == before | {"name": "Ada Quill"}


def test_an_address_without_a_change_is_a_wrong_command(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "edit-address", orders[0]["id"], "--json")

    assert (done.code, done.out, done.problem["code"]) == (Exit.REFUSED, "", "cli/usage")
    assert "--line1" in done.problem["detail"]


def test_pieces_of_a_printed_order_are_printed_again(
    run: Run, orders: list[dict[str, Any]], installed: Settings
):
    too_early = run("orders", "reprint", orders[0]["id"], "--reason", "lost", "--json")
    assert (too_early.code, too_early.problem["code"]) == (Exit.REFUSED, "orders/nothing-to-reprint")
    asyncio.run(_deliver(installed, str(orders[0]["id"])))
    sku = orders[0]["line_items"][0]["sku"]

    done = run("orders", "reprint", orders[0]["id"], "--reason", "lost", "--line", f"{sku}=1", "--json")

    assert done.answer["order"]["stage"] == "checked"
    assert [line["reprints"] for line in done.answer["lines"] if line["sku"] == sku] == [1]


async def _deliver(settings: Settings, external_id: str) -> None:
    """Have it at the door, without anybody having printed it."""
    async with open_platform(settings) as platform:
        workspace_id = await find_workspace(platform, None)
        async with workspace_scope(platform, workspace_id, operator()) as scope:
            wanted = update(OrderRow).where(OrderRow.external_id == external_id).returning(OrderRow.id)
            order_id = (await scope.session.execute(wanted.values(stage="delivered"))).scalar_one()
            lines = update(LineRow).where(LineRow.order_id == order_id)
            await scope.session.execute(lines.values(printable=LineRow.quantity))


def test_an_order_that_was_sent_by_hand_is_marked_so(run: Run, orders: list[dict[str, Any]]):
    done = run("orders", "mark-shipped", orders[0]["id"], "--carrier", "Post", "--number", "P-1", "--json")

    assert done.answer["order"]["stage"] == "shipped"
    assert done.answer["sent_by_hand"] == {"carrier": "Post", "tracking_number": "P-1", "tracking_url": None}
    again = run("orders", "mark-shipped", orders[0]["id"], "--json")
    assert (again.code, again.problem["code"]) == (Exit.REFUSED, "orders/too-late")


def test_an_order_that_is_not_there_is_not_found(run: Run, installed: Settings):
    by_id = run("orders", "show", uuid4(), "--json")
    by_name = run("orders", "show", "no-such-order", "--json")

    assert (by_id.code, by_name.code) == (Exit.REFUSED, Exit.REFUSED)
    assert by_id.problem["code"] == by_name.problem["code"] == "not-found"
    assert by_name.problem["id"] == "no-such-order"


def test_a_limit_out_of_bounds_is_refused_by_the_operation(run: Run, installed: Settings):
    done = run("orders", "list", "-n", 1000, "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["errors"] == [{"path": "limit", "message": "Expected `int` <= 200"}]


def test_an_unknown_workspace_is_not_found(run: Run, installed: Settings):
    done = run("orders", "list", "--workspace", "other", "--json")

    assert done.code == Exit.REFUSED
    assert (done.problem["kind"], done.problem["id"]) == ("workspace", "other")


def test_a_route_that_was_not_chosen_is_explained_as_such(run: Run, orders: list[dict[str, Any]]):
    done = run("routes", "explain", orders[0]["id"], "--json")

    assert done.answer["decisions"] == []
    assert UUID(done.answer["order"]["id"])
    assert "No route was chosen yet." in run("routes", "explain", orders[0]["id"]).out
