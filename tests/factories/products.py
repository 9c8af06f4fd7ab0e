"""A shirt in the catalogue, a picture that fits it, and products made of both."""

from __future__ import annotations

from uuid import UUID

from printvision.artwork import ArtworkView, store_artwork
from printvision.catalog import save_blueprints, save_variants
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.products import CreateProduct, NewOffer, NewPlacement, NewVariant
from printvision.providers.sdk import Blueprint, BlueprintVariant
from tests.artwork.pictures import png
from tests.factories.fake_adapter import front
from tests.factories.workspaces import MadeWorkspace

AREA = front(180, 240)


async def make_shirt(platform: Platform, provider: str = "printful") -> UUID:
    """The blueprint 71 with the variants 4011 and 4012 and one print area of 180 × 240 pixels."""
    blank = Blueprint(external_id="71", title="Shirt", techniques=("dtg",), placements=("front",))
    found = [BlueprintVariant(external_id=each, name=f"Shirt {each}") for each in ("4011", "4012")]
    async with system_scope(platform, "test") as scope:
        await save_blueprints(scope, provider, [blank])
        return (await save_variants(scope, provider, "71", found, [AREA])).blueprint_id


async def make_artwork(workspace: MadeWorkspace, width: int = 180, height: int = 240) -> ArtworkView:
    async with workspace.scope() as scope:
        return await store_artwork(scope, png(width, height), f"{width}x{height}.png")


def shirt_offer(connection_id: UUID, artwork_id: UUID) -> NewOffer:
    return NewOffer(
        connection_id=connection_id,
        variant="4011",
        technique="dtg",
        placements=(NewPlacement(placement="front", artwork_id=artwork_id),),
    )


def shirt_product(
    *offers: NewOffer, skus: tuple[str, ...] = ("SHIRT-M",), title: str = "Shirt"
) -> CreateProduct:
    variants = tuple(NewVariant(sku=sku, title=f"{title} {sku}", offers=offers) for sku in skus)
    return CreateProduct(title=title, variants=variants)
