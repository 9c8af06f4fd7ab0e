"""What a workspace wants of the routes of its orders."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Percent = Annotated[int, Meta(ge=0, le=1_000)]
Days = Annotated[int, Meta(ge=1, le=365)]


class Fallback(StrEnum):
    """What is done where the provider that would have been chosen cannot answer, or did not make what it was given."""

    NEXT_BEST = "next_best"  # the best of the others, at once
    QUEUE = "queue"  # wait for it, until a person says otherwise
    PERSON = "person"  # hold the order


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a shipping service that a buyer can choose in the shop means at the providers.

    Args:
        asked: the service in the shop's own words; case, and blanks around it, do not count.
        methods: by provider key the keys of the shipping methods that serve it. A provider that is not named serves it
            by none.
    """

    asked: Annotated[str, Meta(min_length=1, max_length=200)]
    methods: Annotated[
        dict[
            Annotated[str, Meta(min_length=1, max_length=60)],
            Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=50)],
        ],
        Meta(max_length=50),
    ]

    def serves(self, provider: str, method: str) -> bool:
        return method in self.methods.get(provider, ())


class RoutingRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bounds of a workspace's routes. None means that there is no such bound.

    Args:
        fallback: what is done where the best provider is out of reach for now.
        most_parcels: into how many parcels an order may be split, 1 for never.
        exact_only: whether an offer of only the same grade is passed over.
        max_days: how many days from order to door a method may promise at most; one that promises none passes over.
        margin_floor_percent: how much of what the buyer paid must be left after goods and shipping. Not asked where
            the shop did not say what was paid.
        most_extra_percent: how much more than the cheapest basket, reachable or not, a route may cost.
        stale_after_days: how old prices and stock may be.
        rates_max_age_days: how old an exchange rate may be; those of the ECB rest over holidays.
        quote_tolerance_percent: how much of an order's cost its shipping may be dearer by the provider's quote than by
            the tariff before another route is looked for.
        services: the first whose words the buyer chose counts; a service nobody mapped is shipped by any method.
    """

    fallback: Fallback = Fallback.NEXT_BEST
    most_parcels: Annotated[int, Meta(ge=1, le=50)] | None = None
    exact_only: bool = False
    max_days: Days | None = None
    margin_floor_percent: Annotated[int, Meta(ge=0, le=99)] | None = None
    most_extra_percent: Percent | None = None
    stale_after_days: Days | None = 30
    rates_max_age_days: Days = 7
    quote_tolerance_percent: Percent = 2
    services: Annotated[tuple[Service, ...], Meta(max_length=100)] = ()

    def service(self, asked: str | None) -> Service | None:
        """What the buyer's words mean, or None where nobody said so."""
        wanted = (asked or "").strip().casefold()
        return next((each for each in self.services if each.asked.strip().casefold() == wanted), None)
