"""The calls that read the catalogue. Each of them costs as much of the budget as six others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from printvision.providers.adapters.printify import catalog, shipping
from printvision.providers.adapters.printify.catalog import Cost, VariantsBody
from printvision.providers.adapters.printify.orders import to_address
from printvision.providers.adapters.printify.shop import PrintifySettings, ShopCalls
from printvision.providers.adapters.printify.words import CATALOGUE_COST, Pair, to_pair, to_variant
from printvision.providers.sdk import (
    Blueprint,
    BlueprintVariant,
    Effect,
    NumberPaging,
    PrintArea,
    ProviderHttp,
    ProviderNotFound,
    QuoteItem,
    Recipient,
    Reply,
    ShippingRate,
    Tariff,
    VariantPrice,
    VariantStock,
)

PROVIDERS = "/v1/catalog/print_providers"
OFFERING = "catalog/blueprints/{blueprint}/print_providers/{provider}"
PRODUCTS = NumberPaging(limit=50)  # their most


class CatalogueCalls(ShopCalls):
    """A blueprint at a print provider is what we call a blueprint.

    The list of variants answers three questions and that of products one for every blueprint, so the last answer of
    each is kept as long as the adapter: for a slice of a sync.
    """

    def __init__(self, settings: PrintifySettings, http: ProviderHttp) -> None:
        super().__init__(settings, http)
        self._variants: tuple[Pair, VariantsBody] | None = None
        self._costs: list[Cost] | None = None

    async def blueprints(self) -> AsyncIterator[Blueprint]:
        """By print provider: there are some ninety of them, and more than a thousand blueprints."""
        listed = await self.http.get(f"{PROVIDERS}.json", cost=CATALOGUE_COST)
        for number in listed.read(catalog.from_print_providers):
            ids = {"provider": number}
            reply = await self.http.get(f"{PROVIDERS}/{{provider}}.json", ids=ids, cost=CATALOGUE_COST)
            for blueprint in reply.read(catalog.from_print_provider):
                yield blueprint

    async def variants(self, blueprint_external_id: str) -> AsyncIterator[BlueprintVariant]:
        pair = to_pair(blueprint_external_id)
        for variant in (await self.all_variants(pair)).variants:
            yield catalog.from_variant(pair, variant)

    async def print_areas(self, blueprint_external_id: str) -> Sequence[PrintArea]:
        return catalog.to_areas((await self.all_variants(to_pair(blueprint_external_id))).variants)

    async def prices(
        self, blueprint_external_id: str, *, currency: str | None = None
    ) -> Sequence[VariantPrice]:
        """What the account's products tell; the catalogue tells no price. In US dollars, whatever was asked for."""
        del currency
        pair = to_pair(blueprint_external_id)
        if self._costs is None:
            pages = self.http.pages(
                "/v1/shops/{shop}/products.json", PRODUCTS, catalog.from_product, ids=await self.shop()
            )
            self._costs = [cost async for product in pages for cost in product]
        known = [cost for cost in self._costs if cost.pair == pair]
        return catalog.to_prices(pair, await self.all_variants(pair), known) if known else []

    async def stock(self, blueprint_external_id: str) -> Sequence[VariantStock]:
        pair = to_pair(blueprint_external_id)
        everything = await self.all_variants(pair)
        return catalog.to_stock(pair, everything, await self._list_variants(pair, sold_out=False))

    async def all_variants(self, pair: Pair) -> VariantsBody:
        """Also those that are sold out."""
        if self._variants is None or self._variants[0] != pair:
            self._variants = pair, await self._list_variants(pair, sold_out=True)
        return self._variants[1]

    async def _list_variants(self, pair: Pair, *, sold_out: bool) -> VariantsBody:
        reply = await self._offering(pair, "v1", "/variants.json", {"show-out-of-stock": int(sold_out)})
        return reply.decode(VariantsBody)

    # -- shipping --------------------------------------------------------------------------------------------

    async def tariffs(
        self, blueprint_external_id: str, variant_external_ids: Sequence[str], recipient: Recipient
    ) -> Sequence[Tariff]:
        """From the catalogue's second version; from the first where the second knows nothing of the blueprint."""
        pair = to_pair(blueprint_external_id)
        wanted = {to_variant(external_id)[1] for external_id in variant_external_ids}
        try:
            methods = (await self._offering(pair, "v2", "/shipping.json")).read(shipping.from_methods)
        except ProviderNotFound:
            reply = await self._offering(pair, "v1", "/shipping.json")
            return reply.read(lambda body: shipping.from_profiles(pair, wanted, recipient.country, body))
        rows = [row for method in methods for row in await self._rows(pair, method)]
        return shipping.to_tariffs(pair, wanted, recipient.country, rows)

    async def _rows(self, pair: Pair, method: str) -> list[shipping.RowBody]:
        try:
            return (await self._offering(pair, "v2", f"/shipping/{method}.json")).read(shipping.from_rows)
        except ProviderNotFound:  # the list may name every method there is
            return []

    async def shipping_rates(
        self, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
    ) -> Sequence[ShippingRate]:
        """In US dollars, whatever was asked for."""
        del currency
        body = {
            "line_items": [shipping.to_quote_item(item) for item in items],
            "address_to": to_address(recipient),
        }
        path = "/v1/shops/{shop}/orders/shipping.json"
        reply = await self.http.post(path, ids=await self.shop(), json=body, effect=Effect.READ)
        return reply.read(shipping.from_quote)

    async def _offering(
        self, pair: Pair, version: str, path: str, params: dict[str, str | int | None] | None = None
    ) -> Reply:
        ids = {"blueprint": pair.blueprint, "provider": pair.print_provider}
        whole = f"/{version}/{OFFERING}{path}"
        return await self.http.get(whole, ids=ids, params=params, cost=CATALOGUE_COST)
