"""What things cost and how long they travel: an invented tariff. US cents, as everywhere at Printify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from printvision.providers.simulators.geography import EU
from printvision.providers.simulators.printify.blanks import PrintProvider, Variant
from printvision.providers.simulators.printify.catalog import Offering

REST = "REST_OF_THE_WORLD"


class Method(IntEnum):
    """Ways to ship, by the codes an order names them with."""

    STANDARD = 1
    PRIORITY = 2
    EXPRESS = 3
    ECONOMY = 4

    @property
    def word(self) -> str:
        """The final naming, which the second version of the catalogue uses."""
        return self.name.lower()


class Tariff(NamedTuple):
    """For the first piece and for each further one."""

    first: int
    more: int

    def times(self, percent: int) -> Tariff:
        return Tariff(round(self.first * percent / 100), round(self.more * percent / 100))


class Zone(NamedTuple):
    """Countries with one tariff; days from order to carrier's last mile, for standard."""

    countries: tuple[str, ...]
    percent: int
    days: tuple[int, int]


class Piece(NamedTuple):
    """Something to carry."""

    offering: Offering
    variant: Variant
    quantity: int


TARIFFS = {
    "light": Tariff(475, 240),
    "heavy": Tariff(849, 210),
    "mug": Tariff(619, 310),
    "flat": Tariff(599, 40),
    "bulky": Tariff(1099, 480),
}
_EUROPE = tuple(sorted(EU))
_ZONES = {  # by where the print provider is
    "US": (
        Zone(("US",), 100, (3, 6)),
        Zone(("CA",), 175, (6, 11)),
        Zone(("AU", "NZ"), 230, (9, 18)),
        Zone(("GB", *_EUROPE), 210, (8, 16)),
        Zone((REST,), 250, (12, 25)),
    ),
    "DE": (
        Zone(_EUROPE, 94, (3, 7)),
        Zone(("GB", "CH", "NO"), 112, (4, 9)),
        Zone(("US", "CA"), 215, (8, 15)),
        Zone((REST,), 245, (12, 25)),
    ),
}
_PERCENT = {Method.STANDARD: 100, Method.PRIORITY: 210, Method.EXPRESS: 168, Method.ECONOMY: 84}
_DAYS_PERCENT = {Method.STANDARD: 100, Method.PRIORITY: 60, Method.EXPRESS: 50, Method.ECONOMY: 140}
MAKING_DAYS = 30  # what the first version of the catalogue calls handling time: the longest there can be
_QUICK = frozenset({"light", "flat"})  # what Printify Express and economy carry


def zones(provider: PrintProvider) -> Sequence[Zone]:
    return _ZONES[provider.country]


def offers(offering: Offering, method: Method, zone: Zone) -> bool:
    """Whether it is carried there that way: express and economy go where the print provider is at home."""
    near = zone == zones(offering.provider)[0] and offering.blueprint.parcel in _QUICK
    if method is Method.EXPRESS:
        return offering.provider.express and near
    if method is Method.ECONOMY:
        return offering.provider.economy and near
    return True


def zone_of(provider: PrintProvider, country: str) -> Zone:
    known = zones(provider)
    return next((zone for zone in known if country in zone.countries), known[-1])


def tariff(offering: Offering, method: Method, zone: Zone) -> Tariff:
    return TARIFFS[offering.blueprint.parcel].times(zone.percent).times(_PERCENT[method])


def days(method: Method, zone: Zone) -> tuple[int, int]:
    """From the order to the door."""
    soonest, latest = (max(1, round(days * _DAYS_PERCENT[method] / 100)) for days in zone.days)
    return soonest, latest


def base_cost(offering: Offering, variant: Variant, positions: Iterable[str]) -> int:
    """One piece printed at these positions; the first place of the blueprint is included in its cost."""
    first, *others = offering.blueprint.places
    printed = set(positions) - {first.position}
    extra = sum(place.extra_minor for place in others if place.position in printed)
    return round((variant.cost_minor + extra) * offering.provider.percent / 100)


def carriage(pieces: Sequence[Piece], country: str, method: Method) -> list[int] | None:
    """What carrying each of them costs, or None where one is not carried that way.

    Of all pieces of one print provider the dearest is the first in the parcel; the others are further ones.
    """
    shares = [0] * len(pieces)
    firsts: dict[
        int, tuple[int, int]
    ] = {}  # print provider → how much dearer a first piece is, and whose it is
    for number, piece in enumerate(pieces):
        zone = zone_of(piece.offering.provider, country)
        if not offers(piece.offering, method, zone):
            return None
        first, more = tariff(piece.offering, method, zone)
        shares[number] = more * piece.quantity
        dearest = firsts.get(piece.offering.provider.id, (-1, 0))
        firsts[piece.offering.provider.id] = max(dearest, (first - more, -number))
    for surcharge, number in firsts.values():
        shares[-number] += surcharge
    return shares


def quote(pieces: Sequence[Piece], country: str) -> dict[str, int]:
    """By the words of the transition: `express` and `priority` are the same, Printify Express has its own."""
    found = {method: carriage(pieces, country, method) for method in Method}
    words = {
        "standard": Method.STANDARD,
        "express": Method.PRIORITY,
        "priority": Method.PRIORITY,
        "printify_express": Method.EXPRESS,
        "economy": Method.ECONOMY,
    }
    return {word: sum(shares) for word, method in words.items() if (shares := found[method]) is not None}
