"""What the demo's vendor sells: twelve products over the simulated provider's blanks, each with its own picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from printvision.cli.demo import pictures
from printvision.cli.demo.pictures import Picture


@dataclass(frozen=True)
class Article:
    """One variant: the SKU that shops order, the provider's own variant, the price in US cents."""

    sku: str
    title: str
    variant: str
    price_minor: int


@dataclass(frozen=True)
class DemoProduct:
    title: str
    picture: Picture
    placement: str
    technique: str
    articles: tuple[Article, ...]

    def members(self, connection_id: UUID, artwork_id: UUID) -> dict[str, Any]:
        """The input of `products.create`."""
        placement = {"placement": self.placement, "artwork_id": str(artwork_id)}
        offer = {"connection_id": str(connection_id), "technique": self.technique, "placements": [placement]}
        return {
            "title": self.title,
            "variants": [
                {"sku": article.sku, "title": article.title, "offers": [offer | {"variant": article.variant}]}
                for article in self.articles
            ],
        }


PRODUCTS = (
    DemoProduct(
        "Ripple tee",
        Picture("ripple", pictures.rings, (196, 45, 58), (250, 241, 222), 12, 16, 150),
        "front",
        "dtg",
        (
            Article("TEE-RIPPLE-WH-S", "White, S", "4011", 2400),
            Article("TEE-RIPPLE-WH-M", "White, M", "4012", 2400),
            Article("TEE-RIPPLE-BK-L", "Black, L", "4018", 2400),
        ),
    ),
    DemoProduct(
        "Harvest tee",
        Picture("harvest", pictures.stripes, (214, 158, 46), (90, 56, 30), 12, 16, 150),
        "front",
        "dtg",
        (
            Article("TEE-HARVEST-WH-M", "White, M", "1119", 2200),
            Article("TEE-HARVEST-NV-L", "Navy, L", "1130", 2200),
        ),
    ),
    DemoProduct(
        "Regatta long sleeve",
        Picture("regatta", pictures.checks, (24, 44, 92), (245, 245, 240), 12, 16, 150),
        "front",
        "dtg",
        (
            Article("LONG-REGATTA-WH-M", "White, M", "409", 3100),
            Article("LONG-REGATTA-BK-L", "Black, L", "415", 3100),
        ),
    ),
    DemoProduct(
        "Sunrise hoodie",
        Picture("sunrise", pictures.sun, (240, 170, 30), (38, 58, 120), 12, 16, 150),
        "front",
        "dtg",
        (
            Article("HOOD-SUNRISE-BK-M", "Black, M", "5523", 4900),
            Article("HOOD-SUNRISE-NV-XL", "Navy, XL", "5531", 4900),
        ),
    ),
    DemoProduct(
        "Tide youth tee",
        Picture("tide", pictures.waves, (20, 120, 140), (232, 246, 250), 12, 16, 150),
        "front",
        "dtg",
        (
            Article("YOUTH-TIDE-WH-S", "White, S", "202", 1900),
            Article("YOUTH-TIDE-RD-M", "Red, M", "206", 1900),
        ),
    ),
    DemoProduct(
        "Harlequin tee, printed on the back",
        Picture("harlequin", pictures.diamonds, (120, 32, 120), (240, 230, 212), 12, 16, 150),
        "back",
        "dtg",
        (Article("TEE-HARLEQUIN-BK-M", "Black, M", "4017", 2700),),
    ),
    DemoProduct(
        "Ripple poster",
        Picture("ripple-poster", pictures.rings, (28, 28, 34), (235, 200, 80), 18, 24, 150),
        "default",
        "digital",
        (
            Article("POSTER-RIPPLE-18", "18 × 24 in", "1", 2900),
            Article("POSTER-RIPPLE-12", "12 × 16 in", "3", 2300),
        ),
    ),
    DemoProduct(
        "Lagoon canvas",
        Picture("lagoon", pictures.waves, (14, 90, 80), (250, 220, 150), 12, 16, 150),
        "default",
        "digital",
        (Article("CANVAS-LAGOON-12", "12 × 16 in", "10163", 5400),),
    ),
    DemoProduct(
        "Picnic mug",
        Picture("picnic", pictures.checks, (200, 40, 40), (255, 255, 255), 9, 3.5, 300),
        "default",
        "sublimation",
        (Article("MUG-PICNIC-11", "11 oz", "1320", 1600), Article("MUG-PICNIC-15", "15 oz", "1321", 1800)),
    ),
    DemoProduct(
        "Market tote",
        Picture("market", pictures.stripes, (50, 110, 60), (245, 240, 225), 10, 10, 150),
        "default",
        "dtg",
        (Article("TOTE-MARKET-WH", "White", "4533", 2500), Article("TOTE-MARKET-BK", "Black", "4534", 2500)),
    ),
    DemoProduct(
        "Confetti sticker",
        Picture("confetti", pictures.diamonds, (230, 90, 40), (255, 248, 235), 4, 4, 300),
        "default",
        "digital",
        (Article("STICKER-CONFETTI-3", "3 × 3 in", "10363", 500),),
    ),
    DemoProduct(
        "Sunny cap",
        Picture("sunny-cap", pictures.sun, (250, 200, 40), (20, 30, 60), 4, 1.75, 300),
        "embroidery_front",
        "embroidery",
        (Article("CAP-SUNNY-WH", "White", "8746", 2800), Article("CAP-SUNNY-NV", "Navy", "8748", 2800)),
    ),
)


def articles() -> Iterator[tuple[DemoProduct, Article]]:
    """Everything that can be ordered."""
    for product in PRODUCTS:
        for article in product.articles:
            yield product, article
