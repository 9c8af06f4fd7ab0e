"""What the demo's vendor sells: twelve products, each with its own picture, over the blanks of two simulated providers.

Most can be made by either; as in life, a few are to be had at one of them alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from printvision.cli.demo import pictures
from printvision.cli.demo.pictures import Picture


@dataclass(frozen=True)
class Article:
    """One variant: the SKU that shops order, the price in US cents, each provider's own variant where it has one."""

    sku: str
    title: str
    price_minor: int
    printful: str | None = None
    printify: str | None = None

    @property
    def variants(self) -> dict[str, str]:
        """By provider."""
        found = {"printful": self.printful, "printify": self.printify}
        return {provider: variant for provider, variant in found.items() if variant is not None}


class Spot(NamedTuple):
    """Where on a blank the picture goes, in a provider's own words."""

    placement: str
    technique: str


@dataclass(frozen=True)
class DemoProduct:
    """`spots`: by provider."""

    title: str
    picture: Picture
    spots: Mapping[str, Spot]
    articles: tuple[Article, ...]

    def members(self, connections: Mapping[str, UUID], artwork_id: UUID) -> dict[str, Any]:
        """The input of `products.create`; `connections` by provider."""
        return {
            "title": self.title,
            "variants": [
                {
                    "sku": article.sku,
                    "title": article.title,
                    "offers": [
                        self._offer(connections[provider], self.spots[provider], variant, artwork_id)
                        for provider, variant in article.variants.items()
                    ],
                }
                for article in self.articles
            ],
        }

    def _offer(self, connection_id: UUID, spot: Spot, variant: str, artwork_id: UUID) -> dict[str, Any]:
        return {
            "connection_id": connection_id,
            "variant": variant,
            "technique": spot.technique,
            "placements": [{"placement": spot.placement, "artwork_id": artwork_id}],
        }

    def title_at_provider(self, article: Article) -> str:
        """What a provider is told that a product made of it is called."""
        return f"{self.title} – {article.title}"


FRONT = {"printful": Spot("front", "dtg"), "printify": Spot("front", "dtg")}
BACK = {"printful": Spot("back", "dtg"), "printify": Spot("back", "dtg")}
TOTE = {"printful": Spot("default", "dtg"), "printify": Spot("front", "dtg")}
SHEET = {"printful": Spot("default", "digital"), "printify": Spot("front", "digital-printing")}
MUG = {"printful": Spot("default", "sublimation"), "printify": Spot("front", "sublimation")}
CAP = {"printful": Spot("embroidery_front", "embroidery")}

PRODUCTS = (
    DemoProduct(
        "Ripple tee",
        Picture("ripple", pictures.rings, (196, 45, 58), (250, 241, 222), 12, 16, 150),
        FRONT,
        (
            Article("TEE-RIPPLE-WH-S", "White, S", 2400, "4011", "9:5:17887"),
            Article("TEE-RIPPLE-WH-M", "White, M", 2400, "4012", "9:5:17888"),
            Article("TEE-RIPPLE-BK-L", "Black, L", 2400, "4018", "9:5:17894"),
        ),
    ),
    DemoProduct(
        "Harvest tee",
        Picture("harvest", pictures.stripes, (214, 158, 46), (90, 56, 30), 12, 16, 150),
        FRONT,
        (
            Article("TEE-HARVEST-WH-M", "White, M", 2200, "1119", "12:9:12360"),
            Article("TEE-HARVEST-NV-L", "Navy, L", 2200, "1130", "12:9:12371"),
        ),
    ),
    DemoProduct(
        "Regatta long sleeve",
        Picture("regatta", pictures.checks, (24, 44, 92), (245, 245, 240), 12, 16, 150),
        FRONT,
        (
            Article("LONG-REGATTA-WH-M", "White, M", 3100, "409", "80:9:14551"),
            Article("LONG-REGATTA-BK-L", "Black, L", 3100, "415", "80:9:14557"),
        ),
    ),
    DemoProduct(
        "Sunrise hoodie",
        Picture("sunrise", pictures.sun, (240, 170, 30), (38, 58, 120), 12, 16, 150),
        FRONT,
        (
            Article("HOOD-SUNRISE-BK-M", "Black, M", 4900, "5523", "77:9:32879"),
            Article("HOOD-SUNRISE-NV-XL", "Navy, XL", 4900, "5531", "77:9:32887"),
        ),
    ),
    DemoProduct(
        "Tide youth tee",
        Picture("tide", pictures.waves, (20, 120, 140), (232, 246, 250), 12, 16, 150),
        FRONT,
        (
            Article("YOUTH-TIDE-WH-S", "White, S", 1900, "202", "3:5:17390"),
            Article("YOUTH-TIDE-RD-M", "Red, M", 1900, "206", "3:5:17394"),
        ),
    ),
    DemoProduct(
        "Harlequin tee, printed on the back",
        Picture("harlequin", pictures.diamonds, (120, 32, 120), (240, 230, 212), 12, 16, 150),
        BACK,
        (Article("TEE-HARLEQUIN-BK-M", "Black, M", 2700, "4017", "9:5:17893"),),
    ),
    DemoProduct(
        "Ripple poster",
        Picture("ripple-poster", pictures.rings, (28, 28, 34), (235, 200, 80), 18, 24, 150),
        SHEET,
        (
            Article("POSTER-RIPPLE-18", "18 × 24 in", 2900, "1", "282:9:43132"),
            Article("POSTER-RIPPLE-12", "12 × 16 in", 2300, "3", "282:9:43134"),
        ),
    ),
    DemoProduct(
        "Lagoon canvas",
        Picture("lagoon", pictures.waves, (14, 90, 80), (250, 220, 150), 12, 16, 150),
        SHEET,
        (Article("CANVAS-LAGOON-12", "12 × 16 in", 5400, printify="937:9:82219"),),
    ),
    DemoProduct(
        "Picnic mug",
        Picture("picnic", pictures.checks, (200, 40, 40), (255, 255, 255), 9, 3.5, 300),
        MUG,
        (
            Article("MUG-PICNIC-11", "11 oz", 1600, "1320", "68:5:33719"),
            Article("MUG-PICNIC-15", "15 oz", 1800, "1321", "68:5:33720"),
        ),
    ),
    DemoProduct(
        "Market tote",
        Picture("market", pictures.stripes, (50, 110, 60), (245, 240, 225), 10, 10, 150),
        TOTE,
        (
            Article("TOTE-MARKET-WH", "White", 2500, "4533", "609:9:70601"),
            Article("TOTE-MARKET-BK", "Black", 2500, "4534", "609:9:70602"),
        ),
    ),
    DemoProduct(
        "Confetti sticker",
        Picture("confetti", pictures.diamonds, (230, 90, 40), (255, 248, 235), 4, 4, 300),
        SHEET,
        (Article("STICKER-CONFETTI-3", "3 × 3 in", 500, "10363", "384:5:45742"),),
    ),
    DemoProduct(
        "Sunny cap",
        Picture("sunny-cap", pictures.sun, (250, 200, 40), (20, 30, 60), 4, 1.75, 300),
        CAP,
        (
            Article("CAP-SUNNY-WH", "White", 2800, "8746"),
            Article("CAP-SUNNY-NV", "Navy", 2800, "8748"),
        ),
    ),
)

BLUEPRINTS = {
    "printful": ("1", "12", "19", "57", "71", "84", "88", "146", "206", "358"),
    "printify": ("3:5", "9:5", "12:9", "68:5", "77:9", "80:9", "282:9", "384:5", "609:9", "937:9"),
}
"""What of each catalogue is needed."""


def articles() -> Iterator[tuple[DemoProduct, Article]]:
    """Everything that can be ordered."""
    for product in PRODUCTS:
        for article in product.articles:
            yield product, article
