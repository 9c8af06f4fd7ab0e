"""What things cost and how long they travel: an invented tariff, always adding up. Whole US cents inside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from printvision.platform.money import EXPONENTS, Money
from printvision.providers.simulators.geography import zone
from printvision.providers.simulators.printful import catalog
from printvision.providers.simulators.printful.errors import bad_request
from printvision.providers.simulators.printful.records import Costs, Item, Placement, Recipient


class Tariff(NamedTuple):
    """US cents for the first piece of a parcel and for each further one."""

    first: int
    more: int


class Method(NamedTuple):
    """A way to ship: what the tariff is multiplied by, in percent, and working days on the road."""

    id: str
    name: str
    percent: int
    days: dict[str, tuple[int, int]]


TARIFFS = {
    "light": Tariff(399, 200),
    "heavy": Tariff(699, 250),
    "mug": Tariff(649, 325),
    "flat": Tariff(449, 50),
    "bulky": Tariff(899, 500),
}
_ZONE_PERCENT = {
    "us": 100, "ca": 160, "gb": 115, "eu": 120, "europe": 180, "oceania": 190, "asia": 185, "world": 240,
}  # fmt: skip
_STANDARD_DAYS = {
    "us": (3, 5), "ca": (5, 9), "gb": (3, 6), "eu": (4, 8), "europe": (5, 10), "oceania": (6, 12),
    "asia": (6, 12), "world": (10, 20),
}  # fmt: skip
_EXPRESS_DAYS = {
    "us": (1, 3), "ca": (2, 5), "gb": (1, 3), "eu": (1, 3), "europe": (2, 5), "oceania": (2, 5),
    "asia": (2, 5), "world": (2, 5),
}  # fmt: skip
STANDARD = Method("STANDARD", "Flat Rate", 100, _STANDARD_DAYS)
EXPRESS = Method("PRINTFUL_FAST", "Express", 260, _EXPRESS_DAYS)
METHODS = {method.id: method for method in (STANDARD, EXPRESS)}

ACCOUNT_CURRENCY = "USD"

# Units of the currency for one dollar: fixed, so that answers repeat.
_PER_DOLLAR = {
    "USD": "1", "EUR": "0.92", "GBP": "0.79", "CAD": "1.36", "AUD": "1.52", "JPY": "149", "PLN": "3.95",
    "SEK": "10.4", "NOK": "10.6", "DKK": "6.86", "CHF": "0.88", "NZD": "1.65", "BRL": "5.1", "MXN": "17.2",
    "SGD": "1.34", "KRW": "1330",
}  # fmt: skip
_SALES_TAX_BP = {"CA": 725, "NY": 400, "TX": 625, "FL": 600, "WA": 650, "IL": 625}
_VAT_BP = {
    "GB": 2000,
    "NO": 2500,
    "CH": 810,
    "DE": 1900,
    "FR": 2000,
    "IT": 2200,
    "ES": 2100,
    "NL": 2100,
    "SE": 2500,
}
_VAT_EU_BP = 2100


def amount(cents: int, currency: str) -> str:
    """US cents as decimal text of `currency`, such as `12.50`.

    Raises:
        Refusal: SH-3, the currency is not offered.
    """
    if currency not in _PER_DOLLAR:
        raise bad_request(f"Currency {currency} is not supported", "SH-3")
    value = Decimal(cents) / 100 * Decimal(_PER_DOLLAR[currency])
    return Money.rounded(
        value.quantize(Decimal(1).scaleb(-EXPONENTS[currency]), rounding=ROUND_HALF_UP), currency
    ).text()


def check_method(method_id: str) -> str:
    """The shipping method of an order, which must be one of ours (OR-4)."""
    if method_id not in METHODS:
        raise bad_request(f"Shipping method {method_id} is not supported", "OR-4")
    return method_id


def piece_price(variant_id: int, placements: Sequence[Placement]) -> int:
    """One piece with its placements printed; the first area of the blank is included in its price."""
    blank, variant = catalog.order_variant(variant_id)
    price = variant.price_minor
    for placement in placements:
        if area := catalog.find_area(blank, placement.placement, placement.technique):
            price += area.extra_minor
    return price


def shipping(pieces: Sequence[tuple[int, int]], country_code: str, method: Method) -> int:
    """What carrying these (variant, quantity) costs: per plant the dearest piece first, then the others."""
    by_plant: dict[str, list[tuple[Tariff, int]]] = {}
    for variant_id, quantity in pieces:
        blank, _ = catalog.order_variant(variant_id)
        by_plant.setdefault(blank.plant, []).append((TARIFFS[blank.parcel], quantity))
    cents = 0
    for parcel in by_plant.values():
        dearest = max(parcel, key=lambda part: part[0].first)[0]
        cents += dearest.first - dearest.more + sum(tariff.more * quantity for tariff, quantity in parcel)
    return round(cents * _ZONE_PERCENT[zone(country_code)] * method.percent / 10_000)


def costs(items: Sequence[Item], recipient: Recipient, method_id: str) -> Costs:
    """What an order is charged, in US cents: the account's currency."""
    country = recipient.country_code or "US"
    subtotal = sum(item.price_minor * item.quantity for item in items)
    carriage = shipping([(item.variant_id, item.quantity) for item in items], country, METHODS[method_id])
    tax_bp = _SALES_TAX_BP.get(recipient.state_code or "", 0) if country == "US" else 0
    vat_bp = _VAT_BP.get(country, _VAT_EU_BP if zone(country) == "eu" else 0)
    return Costs(
        subtotal_minor=subtotal,
        shipping_minor=carriage if items else 0,
        tax_minor=round(subtotal * tax_bp / 10_000),
        vat_minor=round((subtotal + carriage) * vat_bp / 10_000),
    )
