"""Looks things up in the simulated assortment: blueprints, print providers, and what the two make together."""

from __future__ import annotations

from typing import NamedTuple

from printvision.providers.simulators.printify.blanks import (
    BLUEPRINTS,
    PRINT_PROVIDERS,
    Blueprint,
    Place,
    PrintProvider,
    Variant,
)
from printvision.providers.simulators.printify.errors import invalid, not_found

_BLUEPRINTS = {blueprint.id: blueprint for blueprint in BLUEPRINTS}
_PROVIDERS = {provider.id: provider for provider in PRINT_PROVIDERS}


class Offering(NamedTuple):
    """A blueprint at a print provider: what can be ordered."""

    blueprint: Blueprint
    provider: PrintProvider

    def find_variant(self, variant_id: int) -> Variant | None:
        return next((variant for variant in self.blueprint.variants if variant.id == variant_id), None)

    def find_place(self, position: str) -> Place | None:
        return next((place for place in self.blueprint.places if place.position == position), None)

    def names(self, variant: Variant) -> tuple[str, str]:
        """What the list of those out of stock may call a variant: `17887`, or `9:5:17887` for this one alone."""
        return str(variant.id), f"{self.blueprint.id}:{self.provider.id}:{variant.id}"


def get_blueprint(blueprint_id: int) -> Blueprint:
    if (blueprint := _BLUEPRINTS.get(blueprint_id)) is None:
        raise not_found()
    return blueprint


def get_provider(provider_id: int) -> PrintProvider:
    if (provider := _PROVIDERS.get(provider_id)) is None:
        raise not_found()
    return provider


def get_offering(blueprint_id: int, provider_id: int) -> Offering:
    offering = find_offering(blueprint_id, provider_id)
    if offering is None:
        raise not_found()
    return offering


def find_offering(blueprint_id: int, provider_id: int) -> Offering | None:
    blueprint, provider = _BLUEPRINTS.get(blueprint_id), _PROVIDERS.get(provider_id)
    if blueprint is None or provider is None or blueprint_id not in provider.blueprints:
        return None
    return Offering(blueprint, provider)


def order_offering(blueprint_id: int | None, provider_id: int | None) -> Offering:
    """The offering a product or an order names; one with an unknown offering is wrong, not lost."""
    offering = find_offering(blueprint_id or 0, provider_id or 0)
    if offering is None:
        raise invalid(f"Print provider {provider_id} does not make blueprint {blueprint_id}")
    return offering


def order_variant(offering: Offering, variant_id: int | None) -> Variant:
    variant = offering.find_variant(variant_id or 0)
    if variant is None:
        raise invalid(f"Variant {variant_id} does not exist")
    return variant


def providers_of(blueprint: Blueprint) -> list[PrintProvider]:
    return [provider for provider in PRINT_PROVIDERS if blueprint.id in provider.blueprints]


def pixels(place: Place, variant: Variant) -> tuple[int, int]:
    """Width and height of a place on a variant of this size."""
    return place.width * variant.percent // 100, place.height * variant.percent // 100


def image_url(number: int) -> str:
    return f"https://images.printify.com/simulated/{number}.png"
