"""What carrying costs: tariffs of the catalogue's two versions, and live quotes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, cast

import msgspec

from printvision.providers.adapters.printify.words import CURRENCY, METHODS, Pair, to_variant
from printvision.providers.sdk import Money, QuoteItem, Raw, ShippingRate, Tariff

REST: Final = "REST_OF_THE_WORLD"  # every country that no other row names
NAMES: Final = {"standard": "Standard", "priority": "Priority", "economy": "Economy"}


class AmountBody(msgspec.Struct, frozen=True):
    amount: int
    currency: str


class CountryBody(msgspec.Struct, frozen=True):
    code: str


class CostBody(msgspec.Struct, frozen=True, rename="camel"):
    first_item: AmountBody
    additional_items: AmountBody


class DaysBody(msgspec.Struct, frozen=True):
    """`from` and `to`."""

    least: int | None = msgspec.field(name="from", default=None)
    most: int | None = msgspec.field(name="to", default=None)


class RowBody(msgspec.Struct, frozen=True, rename="camel"):
    """What one variant costs to one country by one method."""

    shipping_type: str
    country: CountryBody
    variant_id: int
    shipping_cost: CostBody
    handling_time: DaysBody = DaysBody()


class ProfileCostBody(msgspec.Struct, frozen=True):
    cost: int
    currency: str


class ProfileBody(msgspec.Struct, frozen=True):
    """The first version: variants and countries with one cost, by the standard method."""

    variant_ids: frozenset[int]
    first_item: ProfileCostBody
    additional_items: ProfileCostBody
    countries: frozenset[str]


class Terms(msgspec.Struct, frozen=True):
    """What variants must agree in to stand in one tariff."""

    method: str
    first: Money
    additional: Money
    min_days: int | None = None
    max_days: int | None = None


def from_methods(body: Any) -> list[str]:
    """The methods of a pair that we offer."""
    return [name for entry in _attributes(body) if (name := str(entry["name"])) in METHODS]


def from_rows(body: Any) -> list[RowBody]:
    return [msgspec.convert(entry, RowBody) for entry in _attributes(body)]


def _attributes(body: Any) -> list[Raw]:
    """Samples show a bare list, and JSON:API, which they say it is, has a wrapped one."""
    listed = cast("Raw", body)["data"] if isinstance(body, dict) else body
    return [entry["attributes"] for entry in listed]


def to_tariffs(pair: Pair, wanted: Collection[int], country: str, rows: Iterable[RowBody]) -> list[Tariff]:
    """The tariffs of the wanted variants; a row that names the country goes before one for the rest of the world."""
    chosen: dict[tuple[str, int], RowBody] = {}
    for row in rows:
        key = (row.shipping_type, row.variant_id)
        if row.variant_id not in wanted or row.shipping_type not in METHODS:
            continue
        if row.country.code == country or (row.country.code == REST and key not in chosen):
            chosen[key] = row
    return _grouped(pair, {key: _terms(row) for key, row in chosen.items()})


def from_profiles(pair: Pair, wanted: Collection[int], country: str, body: Any) -> list[Tariff]:
    profiles = [msgspec.convert(raw, ProfileBody) for raw in body["profiles"]]
    named = sorted(profiles, key=lambda profile: country in profile.countries)  # the last one counts
    terms = {
        ("standard", variant): Terms(
            "standard",
            Money(profile.first_item.cost, profile.first_item.currency),
            Money(profile.additional_items.cost, profile.additional_items.currency),
        )
        for profile in named
        if not profile.countries.isdisjoint((country, REST))
        for variant in profile.variant_ids.intersection(wanted)
    }
    return _grouped(pair, terms)


def _terms(row: RowBody) -> Terms:
    first, additional = row.shipping_cost.first_item, row.shipping_cost.additional_items
    return Terms(
        row.shipping_type,
        Money(first.amount, first.currency),
        Money(additional.amount, additional.currency),
        row.handling_time.least,
        row.handling_time.most,
    )


def _grouped(pair: Pair, terms: Mapping[tuple[str, int], Terms]) -> list[Tariff]:
    groups: dict[Terms, list[int]] = {}
    for (_, variant), each in sorted(terms.items()):
        groups.setdefault(each, []).append(variant)
    return [
        Tariff(
            method=each.method,
            name=NAMES[each.method],
            ships_with=str(pair.print_provider),  # each of them packs parcels of its own
            first=each.first,
            additional=each.additional,
            variants=tuple(pair.variant(variant) for variant in variants),
            min_days=each.min_days,
            max_days=each.max_days,
        )
        for each, variants in groups.items()
    ]


# -- quotes ------------------------------------------------------------------------------------------------------


def to_quote_item(item: QuoteItem) -> Raw:
    """
    Raises:
        ProviderRejected: it names nothing of theirs.
    """
    pair, variant = to_variant(item.variant_external_id)
    named = (
        {"product_id": item.product_external_id}
        if item.product_external_id
        else {"blueprint_id": pair.blueprint, "print_provider_id": pair.print_provider}
    )
    return {**named, "variant_id": variant, "quantity": item.quantity}


def from_quote(body: Any) -> list[ShippingRate]:
    """A flat map of method to cents. They say neither days nor where from."""
    prices: dict[str, int] = msgspec.convert(body, dict[str, int])
    return [
        ShippingRate(
            method=method,
            name=NAMES[method],
            price=Money(prices[word], CURRENCY),
            raw={"word": word, "cents": prices[word]},
        )
        for word, method in final_names(prices).items()
        if method in METHODS
    ]


def final_names(prices: Mapping[str, int]) -> dict[str, str]:
    """Which method each of their words stands for: they are being renamed.

    Before, `express` was what is now Priority. During the change the answer has both words with one figure, and
    `printify_express` for what will be Express in the end. So `express` is Priority while `printify_express` stands
    beside it, or `priority` with the same figure; alone or with another figure it is the Express of the final naming,
    since the first naming is over. A word that is new to us is left out.
    """
    names = {word: word for word in ("standard", "economy", "priority") if word in prices}
    if "printify_express" in prices:
        names["printify_express"] = "express"
        if "express" in prices and "priority" not in prices:
            names["express"] = "priority"
    elif "express" in prices and prices.get("priority") != prices["express"]:
        names["express"] = "express"
    return names
