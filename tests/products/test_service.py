from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import event, func, select

from printvision.accounts import Permission
from printvision.artwork.errors import ArtworkTooSmall
from printvision.catalog import save_variants
from printvision.platform.errors import NotFound, RuleBroken
from printvision.platform.events import EventRow
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, system_scope
from printvision.products import (
    CreateProduct,
    Likeness,
    NewOffer,
    NewPlacement,
    NewVariant,
    Placement,
    ProductView,
    create_product,
    find_known_properties,
    find_variants_by_sku,
    get_offers,
)
from printvision.products.errors import OfferImpossible, SkuTaken
from printvision.products.models import OfferPlacementRow, OfferRow, ProductRow, VariantRow
from printvision.products.operations import create, get, list_all
from printvision.products.schemas import GetProduct, ListProducts
from printvision.providers.sdk import BlueprintVariant
from tests.factories.connections import make_connection
from tests.factories.products import AREA, make_artwork, make_shirt, shirt_offer, shirt_product
from tests.factories.workspaces import MadeWorkspace


@dataclass(frozen=True)
class Desk:
    """A workspace with a connection, a picture that fits the shirt, and the shirt in the catalogue."""

    workspace: MadeWorkspace
    connection_id: UUID
    artwork_id: UUID

    def offer(self, **said: Any) -> NewOffer:
        return msgspec.structs.replace(shirt_offer(self.connection_id, self.artwork_id), **said)

    async def add(self, wanted: CreateProduct) -> ProductView:
        async with self.workspace.scope() as scope:
            return await create_product(scope, wanted)

    async def rows(self) -> list[int]:
        """How many products, variants, offers and placements there are."""
        async with self.workspace.scope() as scope:
            tables = (ProductRow, VariantRow, OfferRow, OfferPlacementRow)
            return [
                (await scope.session.execute(select(func.count()).select_from(table))).scalar_one()
                for table in tables
            ]


@pytest.fixture
async def desk(platform: Platform, workspace: MadeWorkspace, connection_id: UUID) -> Desk:
    await make_shirt(platform)
    return Desk(workspace, connection_id, (await make_artwork(workspace)).id)


async def test_a_product_is_added_with_everything_an_order_needs(desk: Desk):
    added = await desk.add(shirt_product(desk.offer(), skus=("SHIRT-M", "SHIRT-L")))

    async with desk.workspace.scope() as scope:
        assert await get(scope, GetProduct(product_id=added.id)) == added
        found = await find_variants_by_sku(scope, ["SHIRT-L", "SHIRT-M", "UNKNOWN"])
        events = (
            await scope.session.scalars(select(EventRow.data).where(EventRow.kind == "products.added"))
        ).all()
    assert set(found) == {"SHIRT-M", "SHIRT-L"}
    assert [variant.sku for variant in added.variants] == ["SHIRT-M", "SHIRT-L"]
    (offer,) = found["SHIRT-M"].offers
    assert (offer.connection_id, offer.provider, offer.variant_external_id) == (
        desk.connection_id,
        "printful",
        "4011",
    )
    assert (offer.technique, offer.likeness, offer.active) == ("dtg", Likeness.EXACT, True)
    assert offer.placements == (Placement(placement="front", technique="dtg", artwork_id=desk.artwork_id),)
    assert events == [{"variants": 2}]


async def test_a_variant_can_be_made_by_two_connections(desk: Desk):
    other = await make_connection(desk.workspace)
    cheap = desk.offer(connection_id=other, variant="4012", likeness=Likeness.SAME_GRADE, active=False)
    added = await desk.add(shirt_product(desk.offer(), cheap))

    offers = added.variants[0].offers
    assert [(offer.connection_id, offer.likeness, offer.active) for offer in offers] == [
        (desk.connection_id, Likeness.EXACT, True),
        (other, Likeness.SAME_GRADE, False),
    ]
    async with desk.workspace.scope() as scope:
        assert await get_offers(scope, [offers[1].id]) == {offers[1].id: offers[1]}
        with pytest.raises(NotFound):
            await get_offers(scope, [offers[0].id, uuid4()])


async def test_an_offer_whose_blank_has_vanished_is_no_longer_active(platform: Platform, desk: Desk):
    await desk.add(shirt_product(desk.offer()))
    async with system_scope(platform, "test") as scope:
        left = [BlueprintVariant(external_id="4012", name="Shirt 4012")]
        await save_variants(scope, "printful", "71", left, [AREA])

    async with desk.workspace.scope() as scope:
        found = await find_variants_by_sku(scope, ["SHIRT-M"])
    assert [offer.active for offer in found["SHIRT-M"].offers] == [False]


async def test_a_taken_sku_is_refused_and_nothing_is_added(desk: Desk):
    await desk.add(shirt_product(desk.offer(), skus=("A", "B")))

    with pytest.raises(SkuTaken) as refused:
        await desk.add(shirt_product(desk.offer(), skus=("C", "B", "A")))

    assert refused.value.skus == ["A", "B"]
    assert await desk.rows() == [1, 2, 2, 2]


async def test_of_two_products_with_one_sku_at_one_moment_one_is_added(desk: Desk):
    results = await asyncio.gather(
        *(desk.add(shirt_product(desk.offer(), skus=("ONE", f"OTHER-{number}"))) for number in range(4)),
        return_exceptions=True,
    )

    refused = [result for result in results if isinstance(result, BaseException)]
    assert [type(error) for error in refused] == [SkuTaken] * 3
    assert await desk.rows() == [1, 2, 2, 2]


async def test_another_workspace_may_use_the_same_sku_and_finds_only_its_own(
    desk: Desk, stranger: MadeWorkspace
):
    mine = await desk.add(shirt_product(desk.offer(), skus=("SHIRT-M", "SHIRT-L")))
    theirs = Desk(stranger, await make_connection(stranger), (await make_artwork(stranger)).id)
    other = await theirs.add(shirt_product(theirs.offer(), title="Theirs"))

    async with stranger.scope() as scope:
        assert (await find_variants_by_sku(scope, ["SHIRT-M"]))["SHIRT-M"].id == other.variants[0].id
        assert await find_known_properties(scope, ["SHIRT-L"]) == {}
        with pytest.raises(NotFound):
            await get(scope, GetProduct(product_id=mine.id))
        with pytest.raises(NotFound):
            await get_offers(scope, [mine.variants[0].offers[0].id])
        assert [item.title for item in (await list_all(scope, ListProducts())).items] == ["Theirs"]


def wrong(desk: Desk, **said: Any) -> CreateProduct:
    return shirt_product(desk.offer(**said))


async def refusal(desk: Desk, wanted: CreateProduct) -> list[str]:
    with pytest.raises(OfferImpossible) as refused:
        await desk.add(wanted)
    assert await desk.rows() == [0, 0, 0, 0]
    return [error["path"] for error in refused.value.errors]


async def test_another_workspaces_connection_makes_no_offer(desk: Desk, stranger: MadeWorkspace):
    theirs = await make_connection(stranger)

    assert await refusal(desk, wrong(desk, connection_id=theirs)) == ["variants[0].offers[0].connection_id"]


async def test_a_blank_that_no_sync_has_seen_makes_no_offer(desk: Desk):
    assert await refusal(desk, wrong(desk, variant="9999")) == ["variants[0].offers[0].variant"]


async def test_a_vanished_blank_makes_no_offer(platform: Platform, desk: Desk):
    async with system_scope(platform, "test") as scope:
        await save_variants(scope, "printful", "71", [BlueprintVariant(external_id="4012", name="x")], [AREA])

    assert await refusal(desk, wrong(desk)) == ["variants[0].offers[0].variant"]


@pytest.mark.parametrize(
    ("technique", "placement"),
    [
        ("dtg", NewPlacement(placement="moon", artwork_id=uuid4())),
        ("embroidery", NewPlacement(placement="front", artwork_id=uuid4())),
        ("dtg", NewPlacement(placement="front", technique="uv", artwork_id=uuid4())),
    ],
)
async def test_a_place_the_blank_does_not_have_makes_no_offer(
    desk: Desk, technique: str, placement: NewPlacement
):
    placed = msgspec.structs.replace(placement, artwork_id=desk.artwork_id)

    assert await refusal(desk, wrong(desk, technique=technique, placements=(placed,))) == [
        "variants[0].offers[0].placements[0].placement"
    ]


async def test_another_workspaces_picture_makes_no_offer(desk: Desk, stranger: MadeWorkspace):
    theirs = (await make_artwork(stranger, 400, 400)).id
    placed = NewPlacement(placement="front", artwork_id=theirs)

    assert await refusal(desk, wrong(desk, placements=(placed,))) == [
        "variants[0].offers[0].placements[0].artwork_id"
    ]


async def test_everything_wrong_is_told_at_once(desk: Desk):
    offers = (desk.offer(variant="1"), desk.offer(variant="2"), desk.offer())
    wanted = shirt_product(*offers, skus=("A", "B"))

    assert await refusal(desk, wanted) == [
        "variants[0].offers[0].variant",
        "variants[0].offers[1].variant",
        "variants[1].offers[0].variant",
        "variants[1].offers[1].variant",
    ]


async def test_a_picture_of_one_pixel_is_refused_with_what_is_needed(desk: Desk):
    tiny = (await make_artwork(desk.workspace, 1, 1)).id
    placed = NewPlacement(placement="front", artwork_id=tiny)

    with pytest.raises(ArtworkTooSmall) as refused:
        await desk.add(wrong(desk, placements=(placed,)))

    assert (refused.value.needed_width_px, refused.value.needed_height_px) == (180, 180)
    assert await desk.rows() == [0, 0, 0, 0]


async def test_one_thing_named_twice_is_refused(desk: Desk):
    placed = NewPlacement(placement="front", artwork_id=desk.artwork_id)
    wanted = CreateProduct(
        title="Shirt",
        variants=(
            NewVariant(sku="A", title="A", offers=(desk.offer(), desk.offer())),
            NewVariant(sku="A", title="A", offers=(desk.offer(placements=(placed, placed)),)),
        ),
    )

    with pytest.raises(RuleBroken) as refused:
        await desk.add(wanted)

    assert [error["path"] for error in refused.value.errors] == [
        "variants",
        "variants[0].offers",
        "variants[1].offers[0].placements",
    ]
    assert await desk.rows() == [0, 0, 0, 0]


async def test_a_hundred_variants_cost_no_more_statements_than_one(desk: Desk, platform: Platform):
    statements: list[str] = []

    def count(*said: Any) -> None:
        statements.append(said[2])

    event.listen(platform.db.app.sync_engine, "before_cursor_execute", count)
    await desk.add(shirt_product(desk.offer(), skus=("ONE",)))
    one = len(statements)
    statements.clear()
    added = await desk.add(shirt_product(desk.offer(), skus=tuple(f"S-{number}" for number in range(100))))
    hundred = len(statements)
    statements.clear()
    async with desk.workspace.scope() as scope:
        found = await find_variants_by_sku(scope, [variant.sku for variant in added.variants])
    event.remove(platform.db.app.sync_engine, "before_cursor_execute", count)

    assert len(found) == 100
    assert hundred == one
    assert len(statements) == 2  # the workspace's name, and all the rest


async def test_known_properties_are_kept_as_they_were_named(desk: Desk):
    wanted = shirt_product(desk.offer())
    (variant,) = wanted.variants
    names = (" Gift note ", "Gift note", "Wrap")
    wanted = msgspec.structs.replace(
        wanted, variants=(msgspec.structs.replace(variant, known_properties=names),)
    )

    added = await desk.add(wanted)

    async with desk.workspace.scope() as scope:
        found = await find_variants_by_sku(scope, ["SHIRT-M"])
        alone = await find_known_properties(scope, ["SHIRT-M", "UNKNOWN", "\x00"])
    assert found["SHIRT-M"].known_properties == ("Gift note", "Wrap")
    assert alone == {"SHIRT-M": ("Gift note", "Wrap")}
    assert added.variants[0].known_properties == ("Gift note", "Wrap")


async def test_products_are_listed_newest_first_and_found_by_sku(desk: Desk):
    await desk.add(shirt_product(desk.offer(), skus=("A",), title="First"))
    await desk.add(shirt_product(desk.offer(), skus=("B", "C"), title="Second"))

    async with desk.workspace.scope() as scope:
        everything = await list_all(scope, ListProducts())
        named = await list_all(scope, ListProducts(sku="A"))
    assert [(item.title, item.variants) for item in everything.items] == [("Second", 2), ("First", 1)]
    assert [item.title for item in named.items] == ["First"]


async def test_looking_up_nothing_finds_nothing(desk: Desk):
    async with desk.workspace.scope() as scope:
        assert await find_variants_by_sku(scope, []) == {}
        assert await find_variants_by_sku(scope, ["a\x00b"]) == {}
        assert await get_offers(scope, []) == {}


async def test_adding_and_looking_need_their_permissions(desk: Desk):
    async with desk.workspace.scope(Permission.PRODUCTS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await create(scope, shirt_product(desk.offer()))
    async with desk.workspace.scope(Permission.PRODUCTS_MANAGE) as scope:
        added = await create(scope, shirt_product(desk.offer()))
        with pytest.raises(PermissionMissing):
            await get(scope, GetProduct(product_id=added.id))
        with pytest.raises(PermissionMissing):
            await list_all(scope, ListProducts())


@pytest.mark.parametrize("sku", ["", " A", "A ", "A\n", "\tA", "A\nB", "x" * 101])
def test_a_sku_that_could_not_be_told_from_another_is_refused(sku: str):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"sku": sku, "title": "A", "offers": []}, NewVariant)


@pytest.mark.parametrize("sku", ["A", "A 1/2", "Größe-M", "a" * 100])
def test_a_sku_is_any_line_without_blanks_around_it(sku: str):
    offer = {
        "connection_id": str(uuid4()),
        "variant": "1",
        "technique": "dtg",
        "placements": [{"placement": "front", "artwork_id": str(uuid4())}],
    }
    assert msgspec.convert({"sku": sku, "title": "A", "offers": [offer]}, NewVariant).sku == sku


@pytest.mark.parametrize("count", [0, 101])
def test_a_product_has_one_to_a_hundred_variants(count: int):
    offer = {
        "connection_id": str(uuid4()),
        "variant": "1",
        "technique": "dtg",
        "placements": [{"placement": "front", "artwork_id": str(uuid4())}],
    }
    variants = [{"sku": f"S-{number}", "title": "A", "offers": [offer]} for number in range(count)]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"title": "A", "variants": variants}, CreateProduct)
