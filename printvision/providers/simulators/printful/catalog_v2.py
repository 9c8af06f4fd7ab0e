"""v2's catalogue endpoints."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from printvision.providers.simulators.geography import countries
from printvision.providers.simulators.printful import catalog, catalog_views, views_v2
from printvision.providers.simulators.printful.blanks import BLANKS, CATEGORIES, Blank
from printvision.providers.simulators.printful.errors import bad_request, not_found
from printvision.providers.simulators.printful.pricing import ACCOUNT_CURRENCY
from printvision.providers.simulators.printful.views_v2 import link
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    found,
    named,
)

Word = Annotated[str, QueryParameter(max_length=40)]
_CATALOG = "catalog"


@get("/v2/catalog-products", opt=named("catalog.products.list", _CATALOG))
async def list_products(
    request: AnyRequest, shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    wanted = _Filter(request)
    blanks = [blank for blank in BLANKS if wanted.fits(blank)]
    rows, paging, links = views_v2.page(f"{shop.url}/v2/catalog-products", blanks, limit, offset)
    return found([catalog_views.product_v2(shop.url, blank) for blank in rows], paging=paging, _links=links)


@get("/v2/catalog-products/{product_id:int}", opt=named("catalog.products.get", _CATALOG))
async def read_product(product_id: FromPath[int], shop: TheShop) -> Response[Any]:
    return found(catalog_views.product_v2(shop.url, catalog.get_blank(product_id)))


@get("/v2/catalog-products/{product_id:int}/catalog-variants", opt=named("catalog.variants.list", _CATALOG))
async def list_variants(
    product_id: FromPath[int], shop: TheShop, limit: Limit = 100, offset: Offset = 0
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    rows, paging, links = views_v2.page(f"{url}/catalog-variants", blank.variants, limit, offset)
    shown = [catalog_views.variant_v2(shop.url, blank, variant) for variant in rows]
    return found(shown, paging=paging, _links=links | {"product_details": link(url)})


@get("/v2/catalog-variants/{variant_id:int}", opt=named("catalog.variants.get", _CATALOG))
async def read_variant(variant_id: FromPath[int], shop: TheShop) -> Response[Any]:
    shown = catalog_views.variant_v2(shop.url, *catalog.get_variant(variant_id))
    return found(shown, _links=shown["_links"])


@get("/v2/catalog-products/{product_id:int}/prices", opt=named("catalog.prices", _CATALOG))
async def read_product_prices(
    product_id: FromPath[int],
    shop: TheShop,
    currency: Word = ACCOUNT_CURRENCY,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    rows, paging, links = views_v2.page(f"{url}/prices", blank.variants, limit, offset)
    shown = {
        "currency": currency,
        "product": catalog_views.product_prices(shop.account, blank, currency),
        "variants": [
            catalog_views.variant_prices(shop.account, blank, variant, currency) for variant in rows
        ],
    }
    return found(shown, paging=paging, _links=links | {"product_details": link(url)})


@get("/v2/catalog-variants/{variant_id:int}/prices", opt=named("catalog.prices", _CATALOG))
async def read_variant_prices(
    variant_id: FromPath[int], shop: TheShop, currency: Word = ACCOUNT_CURRENCY
) -> Response[Any]:
    blank, variant = catalog.get_variant(variant_id)
    _, product_url = _product(shop, blank.id)
    shown = {
        "currency": currency,
        "product": catalog_views.product_prices(shop.account, blank, currency),
        "variant": catalog_views.variant_prices(shop.account, blank, variant, currency),
    }
    links = {
        "self": link(f"{shop.url}/v2/catalog-variants/{variant_id}/prices"),
        "product_prices": link(f"{product_url}/prices"),
        "product_details": link(product_url),
    }
    return found(shown, _links=links)


@get("/v2/catalog-products/{product_id:int}/availability", opt=named("catalog.availability", _CATALOG))
async def read_product_availability(
    product_id: FromPath[int],
    shop: TheShop,
    selling_region_name: Word = "worldwide",
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    rows, paging, links = views_v2.page(f"{url}/availability", blank.variants, limit, offset)
    regions = _regions(selling_region_name)
    return found(
        [catalog_views.availability(shop.account, blank, variant, regions) for variant in rows],
        paging=paging,
        filter_settings=[{"name": "selling_region_name", "value": selling_region_name}],
        _links=links | {"product": link(url)},
    )


@get("/v2/catalog-variants/{variant_id:int}/availability", opt=named("catalog.availability", _CATALOG))
async def read_variant_availability(
    variant_id: FromPath[int], shop: TheShop, selling_region_name: Word = "worldwide"
) -> Response[Any]:
    blank, variant = catalog.get_variant(variant_id)
    url = f"{shop.url}/v2/catalog-variants/{variant_id}"
    regions = _regions(selling_region_name)
    return found(
        catalog_views.availability(shop.account, blank, variant, regions),
        filter_settings=[{"name": "selling_region_name", "value": selling_region_name}],
        _links={"self": link(f"{url}/availability"), "variant": link(url)},
    )


@get("/v2/catalog-products/{product_id:int}/mockup-styles", opt=named("catalog.mockup_styles", _CATALOG))
async def list_mockup_styles(
    product_id: FromPath[int], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    rows, paging, links = views_v2.page(f"{url}/mockup-styles", blank.areas, limit, offset)
    shown = [catalog_views.mockup_styles(area) for area in rows]
    return found(shown, paging=paging, _links=links | {"product": link(url)})


@get("/v2/catalog-products/{product_id:int}/images", opt=named("catalog.images", _CATALOG))
async def list_images(
    product_id: FromPath[int], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    rows, paging, links = views_v2.page(f"{url}/images", blank.variants, limit, offset)
    shown = [catalog_views.images(blank, variant) for variant in rows]
    return found(shown, paging=paging, _links=links | {"product_details": link(url)})


@get("/v2/catalog-products/{product_id:int}/shipping-countries", opt=named("catalog.countries", _CATALOG))
async def list_shipping_countries(
    product_id: FromPath[int], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    _, url = _product(shop, product_id)
    return _countries(f"{url}/shipping-countries", limit, offset)


@get("/v2/catalog-products/{product_id:int}/catalog-categories", opt=named("catalog.categories", _CATALOG))
async def list_product_categories(
    product_id: FromPath[int], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    blank, url = _product(shop, product_id)
    path = [blank.category]
    while (parent := CATEGORIES[path[-1]][0]) is not None:
        path.append(parent)
    rows, paging, links = views_v2.page(f"{url}/catalog-categories", path, limit, offset)
    shown = [catalog_views.category(shop.url, category_id) for category_id in rows]
    everything = link(f"{shop.url}/v2/catalog-categories")
    return found(shown, paging=paging, _links=links | {"all_categories": everything})


@get("/v2/catalog-categories", opt=named("catalog.categories", _CATALOG))
async def list_categories(shop: TheShop, limit: Limit = 20, offset: Offset = 0) -> Response[Any]:
    url = f"{shop.url}/v2/catalog-categories"
    rows, paging, links = views_v2.page(url, list(CATEGORIES), limit, offset)
    shown = [catalog_views.category(shop.url, category_id) for category_id in rows]
    return found(shown, paging=paging, _links=links)


@get("/v2/catalog-categories/{category_id:int}", opt=named("catalog.categories", _CATALOG))
async def read_category(category_id: FromPath[int], shop: TheShop) -> Response[Any]:
    if category_id not in CATEGORIES:
        raise not_found()
    shown = catalog_views.category(shop.url, category_id)
    everything = {"all_categories": link(f"{shop.url}/v2/catalog-categories")}
    return found(shown, _links=shown["_links"] | everything)


@get("/v2/countries", opt=named("countries.list"))
async def list_countries(
    shop: TheShop, limit: Annotated[int, QueryParameter(ge=1, le=250)] = 20, offset: Offset = 0
) -> Response[Any]:
    return _countries(f"{shop.url}/v2/countries", limit, offset)


HANDLERS = (
    list_products, read_product, list_variants, read_variant, read_product_prices, read_variant_prices,
    read_product_availability, read_variant_availability, list_mockup_styles, list_images,
    list_shipping_countries,    list_product_categories, list_categories, read_category, list_countries,
)  # fmt: skip


class _Filter:
    """What a list of products is narrowed to; values may be repeated or parted by commas."""

    def __init__(self, request: AnyRequest) -> None:
        def values(name: str) -> set[str]:
            sent: list[str] = request.query_params.getall(name, []) + request.query_params.getall(
                f"{name}[]", []
            )
            return {value.strip() for text in sent for value in text.split(",") if value.strip()}

        self._categories = values("category_ids")
        self._techniques = values("techniques")
        self._placements = values("placements")
        self._colors = {color.lower() for color in values("colors")}

    def fits(self, blank: Blank) -> bool:
        colors = {variant.color.name.lower() for variant in blank.variants if variant.color}
        return (
            (not self._categories or str(blank.category) in self._categories)
            and (not self._techniques or bool(self._techniques & set(blank.techniques)))
            and (not self._placements or bool(self._placements & {area.placement for area in blank.areas}))
            and (not self._colors or bool(self._colors & colors))
        )


def _product(shop: Shop, product_id: int) -> tuple[Blank, str]:
    return catalog.get_blank(product_id), f"{shop.url}/v2/catalog-products/{product_id}"


def _regions(name: str) -> tuple[str, ...]:
    if name == "all":
        return catalog_views.REGIONS
    if name not in catalog_views.REGIONS:
        raise bad_request(f"selling_region_name {name} is not valid")
    return (name,)


def _countries(url: str, limit: int, offset: int) -> Response[Any]:
    rows, paging, links = views_v2.page(url, list(countries().values()), limit, offset)
    shown = [
        {
            "code": country.code,
            "name": country.name,
            "states": [{"code": code, "name": name} for code, name in country.states.items()],
        }
        for country in rows
    ]
    return found(shown, paging=paging, _links=links)
