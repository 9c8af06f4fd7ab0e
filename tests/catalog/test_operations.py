from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
import pytest

from printvision.accounts import Permission
from printvision.catalog import save_blueprints, save_prices, save_stock, save_variants
from printvision.catalog.operations import get_blueprint, list_blueprints
from printvision.catalog.schemas import GetBlueprint, ListBlueprints
from printvision.platform.errors import NotFound
from printvision.platform.money import Money
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, system_scope
from printvision.providers.sdk import (
    Blueprint,
    BlueprintVariant,
    StockState,
    VariantPrice,
    VariantStock,
)
from tests.factories.fake_adapter import front
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture
async def shirt(platform: Platform) -> UUID:
    async with system_scope(platform, "test") as scope:
        await save_blueprints(
            scope,
            "fake",
            [
                Blueprint(external_id="71", title="Unisex Shirt", brand="Bella", model="3001"),
                Blueprint(external_id="19", title="White 100% Mug"),
            ],
        )
        await save_blueprints(scope, "other", [Blueprint(external_id="71", title="Poster")])
        found = [
            BlueprintVariant(external_id="1", name="White / M"),
            BlueprintVariant(external_id="2", name="Red"),
        ]
        return (await save_variants(scope, "fake", "71", found, [front()])).blueprint_id


async def titles(workspace: MadeWorkspace, **asked: object) -> list[str]:
    async with workspace.scope() as scope:
        page = await list_blueprints(scope, msgspec.convert(asked, ListBlueprints))
        return [view.title for view in page.items]


@pytest.mark.usefixtures("shirt")
async def test_blueprints_are_listed_newest_first_and_found_by_provider_and_words(workspace: MadeWorkspace):
    assert await titles(workspace) == ["Poster", "White 100% Mug", "Unisex Shirt"]
    assert await titles(workspace, provider="other") == ["Poster"]
    assert await titles(workspace, q="SHIRT") == ["Unisex Shirt"]
    assert await titles(workspace, q="bella") == ["Unisex Shirt"]
    assert await titles(workspace, q="3001") == ["Unisex Shirt"]
    assert await titles(workspace, q="%") == ["White 100% Mug"]
    assert await titles(workspace, q="_") == []


@pytest.mark.usefixtures("shirt")
async def test_the_list_comes_in_pages(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        first = await list_blueprints(scope, ListBlueprints(limit=2))
        second = await list_blueprints(scope, ListBlueprints(limit=2, cursor=first.next_cursor))

    assert [view.title for view in (*first.items, *second.items)] == [
        "Poster",
        "White 100% Mug",
        "Unisex Shirt",
    ]
    assert second.next_cursor is None


async def test_a_blueprint_shows_what_the_workspaces_own_connections_know(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID, shirt: UUID
):
    async with workspace.scope() as scope:
        price = VariantPrice(variant_external_id="1", technique="dtg", price=Money(950, "EUR"))
        await save_prices(scope, connection_id, shirt, [price])
        state = VariantStock(
            variant_external_id="1", region="europe", technique="dtg", state=StockState.ON_DEMAND
        )
        await save_stock(scope, connection_id, shirt, [state])

    async with workspace.scope() as scope:
        mine = await get_blueprint(scope, GetBlueprint(blueprint_id=shirt))
    async with stranger.scope() as scope:
        theirs = await get_blueprint(scope, GetBlueprint(blueprint_id=shirt))

    assert mine.blueprint.print_areas == (front(),)
    assert [each.variant.external_id for each in mine.variants] == ["1", "2"]
    assert [(each.price, each.connection_id) for each in mine.variants[0].prices] == [
        (Money(950, "EUR"), connection_id)
    ]
    assert [(each.region, each.state) for each in mine.variants[0].stock] == [
        ("europe", StockState.ON_DEMAND)
    ]
    assert mine.variants[0].prices[0].seen_at >= mine.variants[0].prices[0].changed_at
    assert mine.more is False
    assert [(each.prices, each.stock) for each in theirs.variants] == [((), ()), ((), ())]


async def test_an_unknown_blueprint_is_not_found(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        with pytest.raises(NotFound):
            await get_blueprint(scope, GetBlueprint(blueprint_id=uuid4()))


async def test_reading_the_catalogue_needs_the_permission(workspace: MadeWorkspace, shirt: UUID):
    async with workspace.scope(Permission.ORDERS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await list_blueprints(scope, ListBlueprints())
        with pytest.raises(PermissionMissing):
            await get_blueprint(scope, GetBlueprint(blueprint_id=shirt))
