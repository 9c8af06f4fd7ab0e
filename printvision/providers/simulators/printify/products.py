"""What can be done with the shop's products."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from printvision.providers.simulators.printify import catalog
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.announcer import Announcer
from printvision.providers.simulators.printify.catalog import Offering
from printvision.providers.simulators.printify.errors import (
    LOCKED,
    LOW_QUALITY,
    impossible,
    invalid,
    not_found,
    turned_away,
)
from printvision.providers.simulators.printify.intake import (
    AreaIn,
    ImageIn,
    PlaceholderIn,
    PrintAreas,
    ProductChange,
    ProductIn,
    SourceIn,
    VariantIn,
)
from printvision.providers.simulators.printify.library import Library
from printvision.providers.simulators.printify.records import Product, ProductVariant, Raw

SAMPLE_PICTURE = "5d15ca551163cde90d7b2203"
SAMPLES = (  # product, blueprint, print provider, variant, SKU
    ("5bfd0b66a342bcc9b5563216", 9, 5, 17887, "MY-SKU"),
    ("5b05842f3921c9547531758d", 12, 9, 12359, "168699843"),
    ("5b05842f3921c34764fa478bc", 9, 5, 17887, "168699844"),
)
_MOST_PRODUCTS = 100_000
_LOWEST_SHARE = (
    0.5  # of the pixels a picture covers; with fewer it is refused. Where the line is, is not documented.
)


class Products:
    def __init__(self, account: Account, library: Library, announcer: Announcer) -> None:
        self._account = account
        self._library = library
        self._announcer = announcer

    def stock(self) -> None:
        """Have what the published examples take for granted: a picture, and products to order."""
        if self._account.products:
            return
        self._library.stock(SAMPLE_PICTURE)
        for product_id, blueprint_id, provider_id, variant_id, sku in SAMPLES:
            sample = ProductIn(
                title="Sample product",
                description="",
                blueprint_id=blueprint_id,
                print_provider_id=provider_id,
                variants=[VariantIn(variant_id, 2200, sku=sku)],
                print_areas=[AreaIn([variant_id], [PlaceholderIn("front", [ImageIn(SAMPLE_PICTURE)])])],
            )
            self._keep(self._make(sample, product_id))

    def get(self, product_id: str) -> Product:
        if (product := self.find(product_id)) is None:
            raise not_found()
        return product

    def find(self, product_id: str | None) -> Product | None:
        return self._account.products.get(product_id or "")

    def find_sku(self, sku: str) -> tuple[Product, ProductVariant] | None:
        """The newest product with a variant of this SKU: Printify does not keep SKUs apart."""
        for product in reversed(list(self._account.products.values())):
            for variant in product.variants:
                if variant.sku == sku:
                    return product, variant
        return None

    def list(self) -> Sequence[Product]:
        """Newest first."""
        return [
            product for product in reversed(list(self._account.products.values())) if not product.on_the_fly
        ]

    def create(self, sent: ProductIn) -> Product:
        """
        Raises:
            Refusal: 400, with what is wrong; 8203, a picture is too small.
        """
        if len(self._account.products) >= _MOST_PRODUCTS:
            raise turned_away(503, "This simulated shop holds as many products as it can")
        product = self._make(sent, self._account.fresh_id())
        self._keep(product)
        self._announcer.product_created(product)
        return product

    def make_on_the_fly(self, offering: Offering, variant_id: int, print_areas: PrintAreas) -> Product:
        """The product that an order describes in place of naming one. Its pictures are not looked at before."""
        now = time.time()
        for position in print_areas:
            if offering.find_place(position) is None:
                raise invalid(f"There is no placeholder {position} on blueprint {offering.blueprint.id}")
        placeholders = [
            {"position": position, "images": _sources(position, images)}
            for position, images in print_areas.items()
        ]
        product = Product(
            id=self._account.fresh_id(),
            title=offering.blueprint.title,
            description="",
            blueprint_id=offering.blueprint.id,
            print_provider_id=offering.provider.id,
            variants=[
                ProductVariant(id=variant_id, price=0, sku=str(self._account.number()), is_default=True)
            ],
            print_areas=[{"variant_ids": [variant_id], "placeholders": placeholders}],
            created_at=now,
            updated_at=now,
            on_the_fly=True,
        )
        self._account.products.put(product.id, product)
        return product

    def change(self, product: Product, sent: ProductChange) -> Product:
        """
        Raises:
            Refusal: it is being published; something is wrong.
        """
        if product.is_locked:
            raise impossible("Product is disabled for editing", LOCKED)
        offering = catalog.get_offering(product.blueprint_id, product.print_provider_id)
        if sent.variants is not None:
            missing = {variant.id for variant in product.variants} - {variant.id for variant in sent.variants}
            if missing:
                raise invalid(f"All variants must be sent; {min(missing)} is missing")
        variants = sent.variants or [
            VariantIn(variant.id, variant.price, variant.is_enabled, variant.is_default, variant.sku)
            for variant in product.variants
        ]
        if sent.print_areas is not None:
            product.print_areas = self._areas(offering, variants, sent.print_areas)
        if sent.variants is not None:
            product.variants = self._variants(offering, variants)
        for name in ("title", "description", "tags", "visible"):
            if (value := getattr(sent, name)) is not None:
                setattr(product, name, value)
        self._keep(product)
        self._announcer.product_updated(product)
        return product

    def delete(self, product: Product) -> None:
        if product.is_locked:
            raise impossible("Product is disabled for editing", LOCKED)
        self._account.products.remove(product.id)
        self._announcer.product_deleted(product)

    def publish(self, product: Product, details: Raw) -> None:
        """A custom shop publishes by itself: the product is locked until it says how that went."""
        product.is_locked = True
        self._keep(product)
        self._announcer.publish_started(product, details)

    def end_publishing(self, product: Product, external: Raw | None) -> None:
        """With what the shop made of it, or None where it failed or was taken back."""
        product.is_locked = False
        product.external = external
        self._keep(product)

    def positions(self, product: Product, variant_id: int) -> list[str]:
        """Where a variant is printed."""
        return [
            placeholder["position"]
            for area in product.print_areas
            if variant_id in area["variant_ids"]
            for placeholder in area["placeholders"]
            if placeholder["images"]
        ]

    def _make(self, sent: ProductIn, product_id: str) -> Product:
        offering = catalog.order_offering(sent.blueprint_id, sent.print_provider_id)
        now = time.time()
        return Product(
            id=product_id,
            title=sent.title,
            description=sent.description,
            blueprint_id=sent.blueprint_id,
            print_provider_id=sent.print_provider_id,
            variants=self._variants(offering, sent.variants),
            print_areas=self._areas(offering, sent.variants, sent.print_areas),
            created_at=now,
            updated_at=now,
            tags=sent.tags,
            visible=sent.visible,
        )

    def _keep(self, product: Product) -> None:
        product.updated_at = time.time()
        self._account.products.put(product.id, product)

    def _variants(self, offering: Offering, sent: Sequence[VariantIn]) -> list[ProductVariant]:
        for variant in sent:
            catalog.order_variant(offering, variant.id)
        default = next((variant.id for variant in sent if variant.is_default), sent[0].id)
        return [
            ProductVariant(
                id=variant.id,
                price=variant.price,
                sku=variant.sku or str(self._account.number()),
                is_enabled=variant.is_enabled,
                is_default=variant.id == default,
            )
            for variant in sent
        ]

    def _areas(self, offering: Offering, variants: Sequence[VariantIn], sent: Sequence[AreaIn]) -> list[Raw]:
        areas_of = Counter(variant_id for area in sent for variant_id in area.variant_ids)
        wanted = {variant.id for variant in variants}
        if set(areas_of) != wanted or max(areas_of.values(), default=0) > 1:
            raise invalid("Every variant must be in exactly one print area")
        return [
            {
                "variant_ids": area.variant_ids,
                "placeholders": [
                    {
                        "position": placeholder.position,
                        "images": [
                            self._image(offering, area.variant_ids, placeholder.position, image)
                            for image in placeholder.images
                        ],
                    }
                    for placeholder in area.placeholders
                ],
                "background": "#ffffff",
            }
            for area in sent
        ]

    def _image(self, offering: Offering, variant_ids: Sequence[int], position: str, sent: ImageIn) -> Raw:
        place = offering.find_place(position)
        if place is None:
            raise invalid(f"There is no placeholder {position} on blueprint {offering.blueprint.id}")
        upload = self._library.find(sent.id)
        if upload is None:
            raise invalid(f"Image {sent.id} does not exist")
        widest = max(
            catalog.pixels(place, catalog.order_variant(offering, number))[0] for number in variant_ids
        )
        if upload.width < widest * sent.scale * _LOWEST_SHARE:
            raise invalid("Image has low quality", LOW_QUALITY)
        picture = {
            "name": upload.file_name,
            "type": upload.mime_type,
            "height": upload.height,
            "width": upload.width,
        }
        return {"id": sent.id, **picture, **msgspec.to_builtins(sent)}


def _sources(position: str, images: str | list[SourceIn]) -> list[Raw]:
    """The pictures of a place in an order: one address, or several with where they are."""
    listed = [SourceIn(images)] if isinstance(images, str) else images
    if not listed:
        raise invalid(f"There is no picture for {position}")
    for image in listed:
        if urlsplit(image.src).scheme not in ("http", "https"):
            raise invalid(f"The picture of {position} must be an address")
    return [msgspec.to_builtins(image) for image in listed]
