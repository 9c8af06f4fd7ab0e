"""What the demo says of orders, held against orders that went these ways."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, Generator
from uuid import UUID

import msgspec
import pytest
import stamina

from printvision.cli.demo.evidence import Evidence, gather_evidence
from printvision.cli.demo.orders import DemoOrder, make_orders
from printvision.cli.demo.progress import held_orders, outcomes, settled_orders
from printvision.cli.door import Door, operator
from printvision.orders.holding import hold_order
from printvision.orders.rerouting import reroute_order
from printvision.platform.address import Recipient
from tests.factories.workspaces import MadeWorkspace
from tests.orders.carrying import settle
from tests.orders.houses import Houses
from tests.orders.printful_thread import Served, served, used
from tests.orders.vendor import BUYER
from tests.providers.simulators.running import NEVER, TOKEN, quick


@pytest.fixture(scope="module")
def simulators(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Served, Served]]:
    """Two that begin no order of their own accord."""
    with (
        served(quick(tmp_path_factory.mktemp("first"), stages=NEVER)) as first,
        served(quick(tmp_path_factory.mktemp("second"), stages=NEVER)) as second,
    ):
        yield first, second


@pytest.fixture
async def houses(workspace: MadeWorkspace, simulators: tuple[Served, Served]) -> AsyncGenerator[Houses]:
    first, second = simulators
    with stamina.set_testing(True, attempts=1):
        async with used(first, TOKEN) as cheap, used(second, TOKEN) as dear:
            yield await Houses.open_both(workspace, cheap, dear)


@pytest.fixture
def door(workspace: MadeWorkspace) -> Door:
    return Door(workspace.platform, workspace.id, operator())


def demo_order(external_id: str) -> DemoOrder:
    order = make_orders(1, seed=1)[0]
    return dataclasses.replace(
        order, external_id=external_id, recipient=msgspec.convert(BUYER, Recipient, strict=False)
    )


async def asked_back(houses: Houses) -> UUID:
    """An order that the cheaper house had and gave back."""
    order_id = await houses.place("back-1")
    await settle(houses, order_id)
    async with houses.workspace.scope() as scope:
        await reroute_order(scope, order_id, reason="too slow")
    await settle(houses, order_id)
    return order_id


async def test_it_counts_orders_that_another_provider_made(houses: Houses, door: Door):
    plain = await houses.place("plain-1")
    await settle(houses, plain)
    await asked_back(houses)
    await houses.unplug(houses.connection_id)
    passed = await houses.place("passed-1")
    await settle(houses, passed)

    found = await outcomes(door)

    # who was asked to give it back is also passed over when it is routed anew
    assert (found.taken_back, found.passed_over, found.rerouted, found.split) == (1, 2, 2, 0)


async def test_it_knows_who_is_held_and_who_goes_no_further(houses: Houses, door: Door):
    await houses.place("way-1")
    held = await houses.place("held-1")
    async with houses.workspace.scope() as scope:
        await hold_order(scope, held, reason="looks odd")

    assert await held_orders(door) == {"held-1"}
    assert await settled_orders(door) == {"held-1"}


async def test_the_evidence_of_an_order_has_its_story_its_tries_and_what_providers_did(
    houses: Houses, door: Door
):
    await asked_back(houses)
    order = demo_order("back-1")

    (found,) = await gather_evidence(
        door, [order], {"cheap": houses.first.ledger(), "dear": houses.second.ledger()}
    )

    assert found.order is not None
    assert (found.order["stage"], found.order["held_at"], found.run) == ("sent", None, "SUCCESS")
    assert found.events[0]["kind"] == "orders.received"
    assert "orders.rerouted" in [event["kind"] for event in found.events]
    assert [one["state"] for one in found.submissions] == ["cancelled", "committed"]
    assert [one["given_up_at"] is None for one in found.fulfilments] == [False, True]
    assert [decision["parts"][0]["connection_name"] for decision in found.decisions] == [
        "Cheap house",
        "Dear house",
    ]
    assert found.decisions[1]["sources"][0]["excluded"] == "too slow"
    assert {line.recipient for ledger in found.ledger.values() for line in ledger} == {order.recipient.name}
    assert "cancelled" in [line.event for line in found.ledger["cheap"]]
    told = msgspec.json.encode(found)
    assert b"source_digest" not in told
    assert msgspec.json.decode(told, type=Evidence).external_id == "back-1"


async def test_an_order_that_never_came_in_is_told_of_too(houses: Houses, door: Door):
    (found,) = await gather_evidence(door, [demo_order("nowhere-1")], {})

    assert (found.order, found.run, found.events, found.submissions) == (None, None, [], [])
