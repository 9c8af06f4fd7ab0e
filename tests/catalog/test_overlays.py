from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from printvision.catalog import (
    Written,
    find_variants,
    list_blueprint_names,
    list_prices,
    list_prices_of,
    list_stock,
    list_stock_of,
    save_blueprints,
    save_price,
    save_prices,
    save_stock,
    save_variants,
    vanished,
)
from printvision.catalog.models import ProviderVariantRow, VariantPriceRow
from printvision.platform.events import EventRow
from printvision.platform.money import Money
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.providers.sdk import (
    Blueprint,
    BlueprintVariant,
    StockState,
    VariantPrice,
    VariantStock,
)
from tests.factories.connections import make_connection
from tests.factories.workspaces import MadeWorkspace

LAST_WEEK = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = datetime(2026, 3, 8, 12, tzinfo=UTC)


@pytest.fixture
async def blueprint_id(platform: Platform) -> UUID:
    """Blueprint 71 with the variants 1, 2 and 3."""
    found = [BlueprintVariant(external_id=each, name=each) for each in "123"]
    async with system_scope(platform, "test") as scope:
        await save_blueprints(scope, "fake", [Blueprint(external_id="71", title="Shirt")])
        return (await save_variants(scope, "fake", "71", found, [])).blueprint_id


def price(variant: str, minor: int, currency: str = "USD", technique: str = "dtg") -> VariantPrice:
    return VariantPrice(variant_external_id=variant, technique=technique, price=Money(minor, currency))


def stock(variant: str, state: StockState, region: str = "worldwide", technique: str = "dtg") -> VariantStock:
    return VariantStock(variant_external_id=variant, region=region, technique=technique, state=state)


async def told_prices(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID, *found: VariantPrice
) -> Written:
    async with workspace.scope() as scope:
        return await save_prices(scope, connection_id, blueprint_id, found)


async def told_stock(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID, *found: VariantStock
) -> Written:
    async with workspace.scope() as scope:
        return await save_stock(scope, connection_id, blueprint_id, found)


async def known_prices(workspace: MadeWorkspace, connection_id: UUID) -> Mapping[tuple[str, str], Money]:
    async with workspace.scope() as scope:
        names = await find_variants(scope, [("fake", each) for each in "123"])
        by_id = {view.id: view.external_id for view in names.values()}
        prices = await list_prices(scope, connection_id, list(by_id))
        return {
            (by_id[variant_id], each.technique): each.price
            for variant_id, found in prices.items()
            for each in found
        }


async def known_stock(workspace: MadeWorkspace, connection_id: UUID) -> Mapping[tuple[str, str], StockState]:
    async with workspace.scope() as scope:
        names = await find_variants(scope, [("fake", each) for each in "123"])
        by_id = {view.id: view.external_id for view in names.values()}
        stock = await list_stock(scope, connection_id, list(by_id))
        return {
            (by_id[variant_id], each.region): each.state
            for variant_id, found in stock.items()
            for each in found
        }


async def events(workspace: MadeWorkspace) -> list[tuple[str, dict[str, Any]]]:
    async with workspace.scope() as scope:
        rows = await scope.session.scalars(
            select(EventRow).where(EventRow.kind.startswith("catalog.")).order_by(EventRow.seq)
        )
        return [(row.kind, row.data) for row in rows]


async def test_prices_are_kept_by_variant_and_technique(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    written = await told_prices(
        workspace,
        connection_id,
        blueprint_id,
        price("1", 950),
        price("1", 1200, technique="embroidery"),
        price("2", 1000, "JPY"),
    )

    assert written == Written(seen=3, changed=3)
    assert await known_prices(workspace, connection_id) == {
        ("1", "dtg"): Money(950, "USD"),
        ("1", "embroidery"): Money(1200, "USD"),
        ("2", "dtg"): Money(1000, "JPY"),
    }
    assert await events(workspace) == []


async def test_the_same_prices_again_rewrite_nothing_and_say_nothing(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 950))
    again = await told_prices(workspace, connection_id, blueprint_id, price("2", 950), price("1", 950))

    assert again == Written(seen=2, changed=0)
    assert await events(workspace) == []


async def test_another_price_is_seen_and_told(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 950))
    changed = await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 975))

    assert changed == Written(seen=2, changed=1)
    assert (await known_prices(workspace, connection_id))["2", "dtg"] == Money(975, "USD")
    assert await events(workspace) == [
        ("catalog.prices_changed", {"connection_id": str(connection_id), "count": 1})
    ]


async def test_a_price_that_is_no_longer_told_is_removed(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(
        workspace,
        connection_id,
        blueprint_id,
        price("1", 950),
        price("1", 900, technique="uv"),
        price("2", 950),
    )
    fewer = await told_prices(workspace, connection_id, blueprint_id, price("1", 950))

    assert fewer == Written(seen=1, changed=0, gone=2)
    assert await known_prices(workspace, connection_id) == {("1", "dtg"): Money(950, "USD")}


async def test_an_empty_answer_removes_no_price(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950))

    assert await told_prices(workspace, connection_id, blueprint_id) == Written()
    assert await known_prices(workspace, connection_id) == {("1", "dtg"): Money(950, "USD")}


async def test_prices_of_unknown_variants_and_below_nothing_are_left_out(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    written = await told_prices(
        workspace,
        connection_id,
        blueprint_id,
        price("9", 950),
        price("1", -1),
        price("2", 2**63),
        price("3", 0),
    )

    assert written == Written(seen=1, changed=1)
    assert await known_prices(workspace, connection_id) == {("3", "dtg"): Money(0, "USD")}


async def test_one_connections_prices_do_not_touch_anothers(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    other = await make_connection(workspace)
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 950))
    await told_prices(workspace, other, blueprint_id, price("1", 700))

    assert len(await known_prices(workspace, connection_id)) == 2
    assert await known_prices(workspace, other) == {("1", "dtg"): Money(700, "USD")}


async def test_prices_of_another_workspace_are_not_found(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950))

    assert await known_prices(stranger, connection_id) == {}
    async with stranger.scope() as scope:
        assert (await scope.session.scalars(select(VariantPriceRow))).all() == []


async def test_stock_is_kept_by_variant_and_region(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    written = await told_stock(
        workspace,
        connection_id,
        blueprint_id,
        stock("1", StockState.OUT_OF_STOCK, "europe"),
        stock("1", StockState.IN_STOCK, "usa"),
        stock("2", StockState.ON_DEMAND, "europe"),
    )

    assert written == Written(seen=3, changed=3)
    assert await known_stock(workspace, connection_id) == {
        ("1", "europe"): StockState.OUT_OF_STOCK,
        ("1", "usa"): StockState.IN_STOCK,
        ("2", "europe"): StockState.ON_DEMAND,
    }


async def test_stock_that_runs_out_is_seen_and_told(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_stock(workspace, connection_id, blueprint_id, stock("1", StockState.IN_STOCK))
    changed = await told_stock(workspace, connection_id, blueprint_id, stock("1", StockState.OUT_OF_STOCK))

    assert changed == Written(seen=1, changed=1)
    assert await known_stock(workspace, connection_id) == {("1", "worldwide"): StockState.OUT_OF_STOCK}
    assert await events(workspace) == [
        ("catalog.stock_changed", {"connection_id": str(connection_id), "count": 1})
    ]


async def test_a_vanished_variant_is_discontinued_whatever_was_told(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_stock(workspace, connection_id, blueprint_id, stock("1", StockState.IN_STOCK))
    async with system_scope(platform, "test") as scope:
        await save_variants(scope, "fake", "71", [BlueprintVariant(external_id="2", name="2")], [])

    assert await known_stock(workspace, connection_id) == {("1", "worldwide"): StockState.DISCONTINUED}
    async with workspace.scope() as scope:
        names = await find_variants(scope, [("fake", each) for each in "123"])
        missed = set(
            await scope.session.scalars(select(ProviderVariantRow.id).where(vanished(ProviderVariantRow.id)))
        )
    assert missed == {names["fake", "1"].id, names["fake", "3"].id}


async def test_several_connections_prices_and_stock_are_read_at_once(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    other, theirs = await make_connection(workspace), await make_connection(stranger)
    for owner, connection, minor in (
        (workspace, connection_id, 950),
        (workspace, other, 700),
        (stranger, theirs, 1),
    ):
        await told_prices(owner, connection, blueprint_id, price("1", minor), price("2", minor))
        await told_stock(owner, connection, blueprint_id, stock("1", StockState.IN_STOCK))

    async with workspace.scope() as scope:
        names = await find_variants(scope, [("fake", each) for each in "12"])
        one, two = names["fake", "1"].id, names["fake", "2"].id
        wanted = {connection_id: [one, two], other: [one], theirs: [one]}
        prices = await list_prices_of(scope, wanted)
        known = await list_stock_of(scope, wanted)
        assert (await list_prices_of(scope, {}), await list_stock_of(scope, {other: []})) == ({}, {})

    assert {pair: [each.price.amount_minor for each in found] for pair, found in prices.items()} == {
        (connection_id, one): [950],
        (connection_id, two): [950],
        (other, one): [700],
    }
    assert {pair: [each.state for each in found] for pair, found in known.items()} == {
        (connection_id, one): [StockState.IN_STOCK],
        (other, one): [StockState.IN_STOCK],
    }


async def test_a_single_price_leaves_the_others_alone(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 950))
    async with workspace.scope() as scope:
        variant_id = (await find_variants(scope, [("fake", "1")]))["fake", "1"].id
        written = [
            await save_price(scope, connection_id, variant_id, price("1", minor, technique=technique))
            for minor, technique in ((950, "dtg"), (900, "dtg"), (1500, "embroidery"), (-1, "dtg"))
        ]

    assert [(each.seen, each.changed) for each in written] == [(1, 0), (1, 1), (1, 1), (0, 0)]
    assert await known_prices(workspace, connection_id) == {
        ("1", "dtg"): Money(900, "USD"),
        ("1", "embroidery"): Money(1500, "USD"),
        ("2", "dtg"): Money(950, "USD"),
    }
    assert await events(workspace) == [
        ("catalog.prices_changed", {"connection_id": str(connection_id), "count": 1})
    ]


async def test_a_price_told_between_two_looks_is_as_old_as_it_is(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    with time_machine.travel(LAST_WEEK, tick=False):
        await told_prices(workspace, connection_id, blueprint_id, price("1", 950), price("2", 950))
    with time_machine.travel(TODAY, tick=False):
        async with workspace.scope() as scope:
            names = await find_variants(scope, [("fake", "1"), ("fake", "2")])
            await save_price(scope, connection_id, names["fake", "1"].id, price("1", 900))

    async with workspace.scope() as scope:
        found = await list_prices(scope, connection_id, [view.id for view in names.values()])
    assert [found[names["fake", each].id][0].seen_at for each in "12"] == [TODAY, LAST_WEEK]


async def test_a_variant_tells_what_its_blueprint_is_called(workspace: MadeWorkspace, blueprint_id: UUID):
    async with workspace.scope() as scope:
        view = (await find_variants(scope, [("fake", "1")]))["fake", "1"]
        assert await list_blueprint_names(scope, [view.id, blueprint_id]) == {view.id: "71"}
