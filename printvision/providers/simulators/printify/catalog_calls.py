"""The catalogue: blueprints, print providers, variants, and both versions of shipping."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from printvision.providers.simulators.printify import catalog, pricing
from printvision.providers.simulators.printify.blanks import (
    BLUEPRINTS,
    PRINT_PROVIDERS,
    Blueprint,
    PrintProvider,
)
from printvision.providers.simulators.printify.catalog import Offering
from printvision.providers.simulators.printify.errors import not_found
from printvision.providers.simulators.printify.limits import CATALOG
from printvision.providers.simulators.printify.pricing import Method, Zone
from printvision.providers.simulators.printify.records import Raw
from printvision.providers.simulators.printify.web import TheDesk, json, named, stem

_DESCRIPTION = "An invented product of the simulated catalogue."
_BLUEPRINT = "/v1/catalog/blueprints/{blueprint_id:int}"
_OFFERING = _BLUEPRINT + "/print_providers/{provider_id:int}"
_SHIPPING_V2 = "/v2/catalog/blueprints/{blueprint_id:int}/print_providers/{provider_id:int}/shipping"


@get("/v1/catalog/blueprints.json", opt=named("catalog.products.list", CATALOG))
async def list_blueprints() -> Response[Any]:
    return json([_blueprint(blueprint) for blueprint in BLUEPRINTS])


@get("/v1/catalog/blueprints/{name:str}", opt=named("catalog.products.get", CATALOG))
async def read_blueprint(name: FromPath[str]) -> Response[Any]:
    return json(_blueprint(catalog.get_blueprint(_number(name))))


@get(_BLUEPRINT + "/print_providers.json", opt=named("catalog.products.get", CATALOG))
async def list_providers_of(blueprint_id: FromPath[int]) -> Response[Any]:
    blueprint = catalog.get_blueprint(blueprint_id)
    methods = sorted({place.method for place in blueprint.places})
    return json(
        [
            {"id": provider.id, "title": provider.title, "decoration_methods": methods}
            for provider in catalog.providers_of(blueprint)
        ]
    )


@get(_OFFERING + "/variants.json", opt=named("catalog.variants.list", CATALOG))
async def list_variants(
    blueprint_id: FromPath[int],
    provider_id: FromPath[int],
    desk: TheDesk,
    show_out_of_stock: Annotated[int, QueryParameter(name="show-out-of-stock", ge=0, le=1)] = 0,
) -> Response[Any]:
    """Those out of stock only where they are asked for; nothing else tells them from the others."""
    offering = catalog.get_offering(blueprint_id, provider_id)
    shown = [
        _variant(offering, variant)
        for variant in offering.blueprint.variants
        if show_out_of_stock or not desk.account.is_out(offering, variant)
    ]
    return json({"id": offering.provider.id, "title": offering.provider.title, "variants": shown})


@get(_OFFERING + "/shipping.json", opt=named("catalog.shipping", CATALOG))
async def read_shipping(blueprint_id: FromPath[int], provider_id: FromPath[int]) -> Response[Any]:
    offering = catalog.get_offering(blueprint_id, provider_id)
    profiles = [_profile(offering, zone) for zone in pricing.zones(offering.provider)]
    return json({"handling_time": {"value": pricing.MAKING_DAYS, "unit": "day"}, "profiles": profiles})


@get("/v1/catalog/print_providers.json", opt=named("catalog.providers.list", CATALOG))
async def list_providers() -> Response[Any]:
    return json([_provider(provider) for provider in PRINT_PROVIDERS])


@get("/v1/catalog/print_providers/{name:str}", opt=named("catalog.providers.get", CATALOG))
async def read_provider(name: FromPath[str]) -> Response[Any]:
    provider = catalog.get_provider(_number(name))
    blueprints = [
        {
            key: value
            for key, value in _blueprint(catalog.get_blueprint(number)).items()
            if key != "description"
        }
        for number in provider.blueprints
    ]
    return json({**_provider(provider), "blueprints": blueprints})


@get(_SHIPPING_V2 + ".json", opt=named("catalog.shipping", CATALOG))
async def list_methods(blueprint_id: FromPath[int], provider_id: FromPath[int]) -> Response[Any]:
    offering = catalog.get_offering(blueprint_id, provider_id)
    zones = pricing.zones(offering.provider)
    offered = [method for method in Method if any(pricing.offers(offering, method, zone) for zone in zones)]
    rows = [
        {"type": "shipping_method", "id": str(int(method)), "attributes": {"name": method.word}}
        for method in offered
    ]
    return json({"data": rows})


@get(_SHIPPING_V2 + "/{name:str}", opt=named("catalog.shipping", CATALOG))
async def read_method(
    blueprint_id: FromPath[int], provider_id: FromPath[int], name: FromPath[str]
) -> Response[Any]:
    offering = catalog.get_offering(blueprint_id, provider_id)
    method = next((method for method in Method if f"{method.word}.json" == name), None)
    if method is None:
        raise not_found()
    rows = [
        _cost(offering, variant.id, method, zone, country)
        for variant in offering.blueprint.variants
        for zone in pricing.zones(offering.provider)
        if pricing.offers(offering, method, zone)
        for country in zone.countries
    ]
    return json({"data": rows})


HANDLERS = (
    list_blueprints, read_blueprint, list_providers_of, list_variants, read_shipping, list_providers,
    read_provider, list_methods, read_method,
)  # fmt: skip


def _number(name: str) -> int:
    """`12.json` → 12."""
    number = stem(name)
    if not number.isdecimal() or len(number) > 12:
        raise not_found()
    return int(number)


def _blueprint(blueprint: Blueprint) -> Raw:
    return {
        "id": blueprint.id,
        "title": blueprint.title,
        "description": _DESCRIPTION,
        "brand": blueprint.brand,
        "model": blueprint.model,
        "images": [catalog.image_url(blueprint.id)],
    }


def _provider(provider: PrintProvider) -> Raw:
    location = {
        "address1": provider.address1,
        "address2": None,
        "city": provider.city,
        "country": provider.country,
        "region": provider.region,
        "zip": provider.zip,
    }
    return {"id": provider.id, "title": provider.title, "location": location}


def _variant(offering: Offering, variant: catalog.Variant) -> Raw:
    color = {"color": variant.color.name} if variant.color else {}
    placeholders: list[Raw] = []
    for place in offering.blueprint.places:
        width, height = catalog.pixels(place, variant)
        placeholders.append(
            {
                "position": place.position,
                "decoration_method": place.method,
                "height": height,
                "width": width,
            }
        )
    return {
        "id": variant.id,
        "title": variant.title,
        "options": {**color, "size": variant.size},
        "placeholders": placeholders,
    }


def _profile(offering: Offering, zone: Zone) -> Raw:
    first, more = pricing.tariff(offering, Method.STANDARD, zone)
    return {
        "variant_ids": [variant.id for variant in offering.blueprint.variants],
        "first_item": {"cost": first, "currency": "USD"},
        "additional_items": {"cost": more, "currency": "USD"},
        "countries": list(zone.countries),
    }


def _cost(offering: Offering, variant_id: int, method: Method, zone: Zone, country: str) -> Raw:
    first, more = pricing.tariff(offering, method, zone)
    soonest, latest = pricing.days(method, zone)
    return {
        "type": f"variant_shipping_{method.word}_{country.lower()}",
        "id": str(variant_id),
        "attributes": {
            "shippingType": method.word,
            "country": {"code": country},
            "variantId": variant_id,
            "shippingPlanId": f"{offering.provider.id:08x}{offering.blueprint.id:08x}{int(method):08x}",
            "handlingTime": {"from": soonest, "to": latest},
            "shippingCost": {
                "firstItem": {"amount": first, "currency": "USD"},
                "additionalItems": {"amount": more, "currency": "USD"},
            },
        },
    }
