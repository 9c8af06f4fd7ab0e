"""The simulated catalogue: invented products and prices, under the ids that the published examples use."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple


class Area(NamedTuple):
    """Where a blank can be printed: inches at `dpi`; `extra_minor` US cents are added to the price."""

    placement: str
    technique: str
    title: str
    width_in: float
    height_in: float
    dpi: int = 150
    extra_minor: int = 0


class Color(NamedTuple):
    name: str
    code: str


class Variant(NamedTuple):
    """`price_minor`: one piece with its first area printed, in US cents."""

    id: int
    size: str
    color: Color | None
    price_minor: int


class Blank(NamedTuple):
    """A catalogue product.

    Args:
        plant: where it is made; pieces of two plants travel in two parcels.
        parcel: which shipping tariff it has (`pricing.TARIFFS`).
    """

    id: int
    category: int
    type: str
    type_name: str
    name: str
    brand: str | None
    model: str | None
    plant: str
    parcel: str
    areas: tuple[Area, ...]
    variants: tuple[Variant, ...]

    @property
    def techniques(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(area.technique for area in self.areas))


CATEGORIES: dict[int, tuple[int | None, str]] = {
    1: (None, "Clothing"),
    2: (None, "Home & living"),
    3: (None, "Accessories"),
    24: (1, "T-Shirts"),
    27: (1, "Long sleeves"),
    28: (1, "Hoodies"),
    30: (1, "Bottoms"),
    45: (3, "Hats"),
    50: (3, "Bags"),
    55: (2, "Wall art"),
    57: (2, "Mugs"),
    60: (2, "Blankets"),
    65: (3, "Stickers"),
}

WHITE, BLACK = Color("White", "#ffffff"), Color("Black", "#14191e")
NAVY, ASH = Color("Navy", "#1f2a44"), Color("Ash", "#d8d8d8")
RED, FOREST = Color("Red", "#b4202c"), Color("Forest", "#223b2f")

_FRONT = Area("front", "dtg", "Front print", 12, 16)
_BACK = Area("back", "dtg", "Back print", 12, 16, extra_minor=595)
_SLEEVE = Area("sleeve_left", "dtg", "Left sleeve print", 4, 3.5, extra_minor=249)
_INSIDE = Area("label_inside", "dtg", "Inside label", 2.5, 2.5, extra_minor=249)
_CHEST = Area("embroidery_chest_left", "embroidery", "Left chest embroidery", 4, 4, 300, extra_minor=265)
_TORSO = (_FRONT, _BACK, _SLEEVE, _INSIDE)
_STEP_MINOR = 175  # each size beyond XL


def _garment(
    first: int, colors: tuple[Color, ...], sizes: tuple[str, ...], price_minor: int
) -> tuple[Variant, ...]:
    """Variants numbered colour by colour, size by size."""
    return tuple(
        Variant(first + number, size, color, price_minor + _STEP_MINOR * _beyond_xl(size))
        for number, (color, size) in enumerate(product(colors, sizes))
    )


def _beyond_xl(size: str) -> int:
    return {"2XL": 1, "3XL": 2, "4XL": 3}.get(size, 0)


def _sized(first: int, *prices: tuple[str, int]) -> tuple[Variant, ...]:
    return tuple(Variant(first + number, size, None, price) for number, (size, price) in enumerate(prices))


def _printed(
    width_in: float, height_in: float, technique: str = "digital", dpi: int = 150
) -> tuple[Area, ...]:
    return (Area("default", technique, "Print file", width_in, height_in, dpi),)


_ADULT = ("S", "M", "L", "XL", "2XL")

BLANKS: tuple[Blank, ...] = (
    Blank(
        1, 55, "POSTER", "Poster", "Heavy Matte Poster", None, "Matte 200", "paper", "flat", _printed(18, 24),
        _sized(1, ("18×24", 1495), ("24×36", 2095), ("12×16", 1195), ("8×10", 895), ("11×14", 1095),
               ("16×20", 1395)),
    ),
    Blank(
        3, 55, "CANVAS", "Canvas", "Gallery Stretched Canvas", None, "Gallery 38", "paper", "bulky",
        _printed(12, 16), _sized(10163, ("12×16", 2750), ("16×20", 3350), ("18×24", 4250), ("24×36", 6450)),
    ),
    Blank(
        12, 24, "T-SHIRT", "T-Shirt", "Soft Ring-Spun Tee", "Marlow & Finch", "MF100", "garments", "light",
        _TORSO, _garment(1118, (WHITE, BLACK, NAVY), _ADULT, 1095),
    ),
    Blank(
        19, 57, "MUG", "Mug", "White Glossy Mug", None, "Glossy", "ceramics", "mug",
        _printed(9, 3.5, "sublimation", 300), _sized(1320, ("11 oz", 795), ("15 oz", 995), ("20 oz", 1195)),
    ),
    Blank(
        57, 27, "LONG-SLEEVE", "Long sleeve", "Classic Long Sleeve Tee", "Marlow & Finch", "MF240",
        "garments", "light", _TORSO, _garment(408, (WHITE, BLACK), _ADULT, 1795),
    ),
    Blank(
        71, 24, "T-SHIRT", "T-Shirt", "Everyday Jersey Tee", "Northloom", "NL71", "garments", "light",
        (*_TORSO, _CHEST),
        _garment(4011, (WHITE, BLACK, NAVY, ASH), _ADULT, 1169) + _garment(9575, (FOREST,), _ADULT, 1169),
    ),
    Blank(
        84, 50, "TOTE", "Tote bag", "Sturdy Cotton Tote", "Northloom", "NL84", "garments", "light",
        (
            Area("default", "dtg", "Print file", 10, 10),
            Area("back", "dtg", "Back print", 10, 10, extra_minor=595),
        ),
        _garment(4533, (WHITE, BLACK), ("One size",), 1350),
    ),
    Blank(
        88, 24, "T-SHIRT", "T-Shirt", "Youth Jersey Tee", "Northloom", "NL88", "garments", "light",
        (_FRONT, _BACK), _garment(202, (WHITE, RED), ("S", "M", "L"), 995),
    ),
    Blank(
        146, 28, "SWEATSHIRT", "Hoodie", "Heavy Blend Pullover Hoodie", "Marlow & Finch", "MF500", "garments",
        "heavy", (*_TORSO, _CHEST), _garment(5522, (BLACK, NAVY, FOREST), (*_ADULT, "3XL"), 2195),
    ),
    Blank(
        206, 45, "HAT", "Hat", "Structured Dad Hat", "Capstan", "C12", "stitching", "light",
        (
            Area("embroidery_front", "embroidery", "Front embroidery", 4, 1.75, 300),
            Area("embroidery_back", "embroidery", "Back embroidery", 2, 1, 300, 295),
        ),
        _garment(8746, (WHITE, BLACK, NAVY, FOREST), ("One size",), 1450),
    ),
    Blank(
        257, 30, "CUT-SEW", "Joggers", "All-Over Print Joggers", None, "AOP 257", "garments", "heavy",
        (Area("default", "cut-sew", "Print file", 33, 40),), _garment(11325, (WHITE,), _ADULT, 3395),
    ),
    Blank(
        358, 65, "STICKER", "Sticker", "Kiss-Cut Sticker", None, "Vinyl 80", "paper", "flat",
        _printed(4, 4, dpi=300), _sized(10363, ("3×3", 229), ("4×4", 249), ("5.5×5.5", 269)),
    ),
    Blank(
        632, 60, "CUT-SEW", "Blanket", "Knitted Throw", None, "Knit 632", "knitting", "bulky",
        (Area("front", "cut-sew", "Front", 50, 60),), _sized(19633, ("50×60", 7950), ("60×80", 9950)),
    ),
)  # fmt: skip
