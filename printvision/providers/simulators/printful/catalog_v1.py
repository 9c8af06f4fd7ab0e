"""v1's catalogue endpoints."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from printvision.providers.simulators.geography import countries, zone
from printvision.providers.simulators.printful import catalog, catalog_views, views_v1
from printvision.providers.simulators.printful.blanks import BLANKS, CATEGORIES
from printvision.providers.simulators.printful.errors import not_found
from printvision.providers.simulators.printful.web import TheShop, json, named

Word = Annotated[str | None, QueryParameter(max_length=200)]
_CATALOG = "catalog"


@get("/products", opt=named("catalog.products.list", _CATALOG))
async def list_products(shop: TheShop, category_id: Word = None) -> Response[Any]:
    wanted = set(category_id.split(",")) if category_id else set[str]()
    blanks = [blank for blank in BLANKS if not wanted or str(blank.category) in wanted]
    return json(views_v1.answer([catalog_views.product_v1(shop.account, blank) for blank in blanks]))


@get("/products/{product_id:int}", opt=named("catalog.products.get", _CATALOG))
async def read_product(product_id: FromPath[int], shop: TheShop) -> Response[Any]:
    blank = catalog.get_blank(product_id)
    variants = [catalog_views.variant_v1(shop.account, blank, variant) for variant in blank.variants]
    return json(
        views_v1.answer({"product": catalog_views.product_v1(shop.account, blank), "variants": variants})
    )


@get("/products/variant/{variant_id:int}", opt=named("catalog.variants.get", _CATALOG))
async def read_variant(variant_id: FromPath[int], shop: TheShop) -> Response[Any]:
    blank, variant = catalog.get_variant(variant_id)
    shown = catalog_views.variant_v1(shop.account, blank, variant)
    return json(views_v1.answer({"variant": shown, "product": catalog_views.product_v1(shop.account, blank)}))


@get("/categories", opt=named("catalog.categories", _CATALOG))
async def list_categories() -> Response[Any]:
    shown = [catalog_views.category_v1(category_id) for category_id in CATEGORIES]
    return json(views_v1.answer(shown))


@get("/categories/{category_id:int}", opt=named("catalog.categories", _CATALOG))
async def read_category(category_id: FromPath[int]) -> Response[Any]:
    if category_id not in CATEGORIES:
        raise not_found()
    return json(views_v1.answer(catalog_views.category_v1(category_id)))


@get("/mockup-generator/printfiles/{product_id:int}", opt=named("catalog.printfiles", _CATALOG))
async def read_printfiles(product_id: FromPath[int], technique: Word = None) -> Response[Any]:
    return json(views_v1.answer(catalog_views.printfiles(catalog.get_blank(product_id), technique)))


@get("/countries", opt=named("countries.list"))
async def list_countries() -> Response[Any]:
    shown = [
        {
            "code": country.code,
            "name": country.name,
            "states": [{"code": code, "name": name} for code, name in country.states.items()] or None,
            "region": zone(country.code),
        }
        for country in countries().values()
    ]
    return json(views_v1.answer(shown))


HANDLERS = (
    list_products, read_product, read_variant, list_categories, read_category, read_printfiles,
    list_countries,
)  # fmt: skip
