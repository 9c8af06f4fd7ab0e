"""The simulated catalogue: invented blanks, print providers and prices, under ids the published examples use."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple


class Place(NamedTuple):
    """Where a blank can be printed: pixels on its largest size; `extra_minor` US cents are added to its cost."""

    position: str
    method: str
    width: int
    height: int
    extra_minor: int = 0


class Color(NamedTuple):
    name: str
    code: str


class Variant(NamedTuple):
    """
    Args:
        cost_minor: one piece with its first place printed, in US cents, at a print provider of 100 percent.
        percent: how large its places are, of those of the largest size.
    """

    id: int
    size: str
    color: Color | None
    cost_minor: int
    grams: int
    percent: int = 100

    @property
    def title(self) -> str:
        """`White / S`."""
        return " / ".join([*([self.color.name] if self.color else []), self.size])


class Blueprint(NamedTuple):
    """A blank of the catalogue; `parcel` is which shipping tariff it has (`pricing.TARIFFS`)."""

    id: int
    title: str
    brand: str
    model: str
    parcel: str
    places: tuple[Place, ...]
    variants: tuple[Variant, ...]


class PrintProvider(NamedTuple):
    """Who prints; `percent`: its costs, of the catalogue's. `express` and `economy`: whether it offers them."""

    id: int
    title: str
    address1: str
    city: str
    region: str
    zip: str
    country: str
    percent: int
    blueprints: tuple[int, ...]
    express: bool = False
    economy: bool = False


WHITE, BLACK, NAVY = Color("White", "#f7f7f7"), Color("Black", "#101010"), Color("Navy", "#1c2540")
ASH, FOREST, RED = Color("Ash", "#dcdcd8"), Color("Forest", "#1f3d2b"), Color("Red", "#b3202b")
_STEP_MINOR = 190  # each size beyond XL
_SIZES = {
    "S": 87,
    "M": 92,
    "L": 96,
    "XL": 100,
    "2XL": 100,
    "3XL": 100,
}  # how large the places are, in percent
_ADULT = ("S", "M", "L", "XL", "2XL")
_FRONT, _BACK = Place("front", "dtg", 1800, 2400), Place("back", "dtg", 1800, 2400, 450)
_SLEEVES = (Place("left_sleeve", "dtg", 450, 450, 220), Place("right_sleeve", "dtg", 450, 450, 220))


def _garment(
    first: int, colors: tuple[Color, ...], sizes: tuple[str, ...], cost_minor: int, grams: int
) -> tuple[Variant, ...]:
    """Variants numbered colour by colour, size by size."""
    beyond_xl = {"2XL": 1, "3XL": 2}
    return tuple(
        Variant(
            first + number,
            size,
            color,
            cost_minor + _STEP_MINOR * beyond_xl.get(size, 0),
            grams,
            _SIZES.get(size, 100),
        )
        for number, (color, size) in enumerate(product(colors, sizes))
    )


def _sized(first: int, grams: int, *sizes: tuple[str, int, int], step: int = 1) -> tuple[Variant, ...]:
    """Variants of (size, US cents, percent)."""
    return tuple(
        Variant(first + number * step, size, None, cost, grams, percent)
        for number, (size, cost, percent) in enumerate(sizes)
    )


BLUEPRINTS: tuple[Blueprint, ...] = (
    Blueprint(
        3, "Youth Jersey Tee", "Northloom", "NL88", "light", (_FRONT, _BACK),
        _garment(17390, (WHITE, RED), ("S", "M", "L"), 1049, 120),
    ),
    Blueprint(
        9, "Everyday Jersey Tee", "Northloom", "NL71", "light", (_FRONT, _BACK, *_SLEEVES),
        _garment(17887, (WHITE, BLACK, NAVY, ASH, FOREST), _ADULT, 1099, 155),
    ),
    Blueprint(
        12, "Soft Ring-Spun Tee", "Marlow & Finch", "MF100", "light", (_FRONT, _BACK),
        _garment(12359, (WHITE, BLACK, NAVY), _ADULT, 1015, 150),
    ),
    Blueprint(
        68, "White Glossy Mug", "Generic brand", "Glossy", "mug", (Place("front", "sublimation", 2700, 1050),),
        _sized(33719, 460, ("11 oz", 622, 100), ("15 oz", 815, 100), ("20 oz", 1049, 100)),
    ),
    Blueprint(
        77, "Heavy Blend Pullover Hoodie", "Marlow & Finch", "MF500", "heavy", (_FRONT, _BACK),
        _garment(32878, (BLACK, NAVY, FOREST), (*_ADULT, "3XL"), 2079, 490),
    ),
    Blueprint(
        80, "Classic Long Sleeve Tee", "Marlow & Finch", "MF240", "light", (_FRONT, _BACK),
        _garment(14550, (WHITE, BLACK), _ADULT, 1690, 210),
    ),
    Blueprint(
        282, "Heavy Matte Poster", "Generic brand", "Matte 200", "flat",
        (Place("front", "digital-printing", 2700, 3600),),
        _sized(43132, 90, ("18×24", 1279, 100), ("24×36", 1849, 100), ("12×16", 1089, 66), ("8×10", 799, 44),
               ("11×14", 999, 58), ("16×20", 1249, 83)),
    ),
    Blueprint(
        384, "Kiss-Cut Sticker", "Generic brand", "Vinyl 80", "flat",
        (Place("front", "digital-printing", 1800, 1800),),
        _sized(45740, 10, ("2×2", 134, 33), ("3×3", 149, 50), ("4×4", 187, 66), ("6×6", 216, 100), step=2),
    ),
    Blueprint(
        609, "Sturdy Cotton Tote", "Northloom", "NL84", "light",
        (Place("front", "dtg", 1500, 1500), Place("back", "dtg", 1500, 1500, 540)),
        _garment(70601, (WHITE, BLACK), ("One size",), 1420, 170),
    ),
    Blueprint(
        937, "Gallery Stretched Canvas", "Generic brand", "Gallery 38", "bulky",
        (Place("front", "digital-printing", 3600, 4800),),
        _sized(82219, 900, ("12×16", 2649, 50), ("16×20", 3290, 66), ("18×24", 4090, 75), ("24×36", 6590, 100)),
    ),
    Blueprint(
        1447, "Structured Dad Hat", "Capstan", "C12", "light",
        (
            Place("front_embroidery", "embroidery", 1200, 525),
            Place("back_embroidery", "embroidery", 600, 300, 310),
        ),
        _garment(105320, (WHITE, BLACK, NAVY, FOREST), ("One size",), 1590, 95),
    ),
)  # fmt: skip

_ALL = tuple(blueprint.id for blueprint in BLUEPRINTS)

PRINT_PROVIDERS: tuple[PrintProvider, ...] = (
    PrintProvider(
        1, "Ironwood Custom", "89 Tannery Road", "Buffalo", "NY", "14201", "US", 109, (9, 12, 68, 282, 384),
        express=True,
    ),
    PrintProvider(5, "Gull Creek Prints", "12 Mill Race", "Portland", "OR", "97205", "US", 100, _ALL, economy=True),
    PrintProvider(9, "Tamsin & Reed", "Gerberstraße 4", "Leipzig", "", "04109", "DE", 106, _ALL, express=True),
)  # fmt: skip
