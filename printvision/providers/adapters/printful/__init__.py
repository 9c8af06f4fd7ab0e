"""Printful: apparel, posters, mugs; plants on four continents.

Their docs are at https://developers.printful.com (v1 and v2-beta, read 2026-03). v2 is used for everything it
serves. Orders are cancelled through v1: v2 can only delete, and a deleted order gives its reference free, so
that a create that comes late would go through. Print areas come from v2's mockup styles, which know placement
*and* technique in the words orders use; v1's print files want one call for each technique. Money is decimal
text. Errors come in three shapes, which the SDK reads; `OR-13` is "this reference is in use".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printful import catalog, orders, webhooks
from printvision.providers.adapters.printful.words import KEY
from printvision.providers.sdk import (
    Account,
    Adapter,
    Auth,
    Bearer,
    Blueprint,
    BlueprintVariant,
    Capabilities,
    Declared,
    Effect,
    Ending,
    OffsetPaging,
    OrderSnapshot,
    PrintArea,
    PrintOrder,
    Progress,
    ProviderConflict,
    ProviderError,
    ProviderEvent,
    ProviderNeedsAttention,
    ProviderNotFound,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    QuoteItem,
    Rate,
    Raw,
    Recipient,
    Reply,
    Secret,
    ShippingRate,
    Tariff,
    VariantPrice,
    VariantStock,
    WebhookRegistration,
    tariffs_by_quotes,
)

RECALCULATION_S: Final = 2.0  # costs are there after a second or two; to confirm before is refused
NO_PARCELS_YET: Final = frozenset({"draft", "inreview", "pending", "failed"})


class PrintfulSettings(msgspec.Struct, frozen=True):
    """`store_id` is needed with a token for the whole account, and may be left out with a store's own."""

    token: Secret
    store_id: str | None = None


class Printful(Adapter[PrintfulSettings]):
    key = KEY
    title = "Printful"
    base_url = "https://api.printful.com"
    settings_type = PrintfulSettings
    capabilities = Capabilities()
    rate = Rate(requests=120, per=timedelta(seconds=60))
    oauth = Declared(
        authorize_url="https://www.printful.com/oauth/authorize",
        exchange_url="https://www.printful.com/oauth/token",
        redirect="redirect_url",
    )

    @classmethod
    def authenticate(cls, settings: PrintfulSettings) -> Auth:
        return Bearer(settings.token)

    @classmethod
    def headers(cls, settings: PrintfulSettings) -> Mapping[str, str]:
        return {"X-PF-Store-Id": settings.store_id} if settings.store_id else {}

    @classmethod
    def classify(cls, reply: Reply, error: ProviderError) -> ProviderError:
        if reply.status == 419:  # their older word for 429
            return ProviderThrottled(error.detail, provider=KEY, retry_after_s=None)
        if b"OR-13" in reply.raw[:4_000]:
            return ProviderConflict(error.detail, provider=KEY, provider_code="OR-13")
        if b"OR-2:" in reply.raw[:4_000]:
            return ProviderNeedsAttention(error.detail, provider=KEY)
        return error

    # -- account ---------------------------------------------------------------------------------------------

    async def account(self) -> Account:
        scopes = (await self.http.get("/v2/oauth-scopes")).read(catalog.from_scopes)
        stores = [store async for store in self.http.pages("/v2/stores", OffsetPaging(), catalog.from_store)]
        named = [store for store in stores if self.settings.store_id in (None, store.external_id)]
        if len(named) != 1:
            raise ProviderNeedsAttention(
                f"The token is good for {len(stores)} stores: give the id of the one to use", provider=KEY
            )
        return msgspec.structs.replace(named[0], scopes=scopes)

    # -- catalogue -------------------------------------------------------------------------------------------

    def blueprints(self) -> AsyncIterator[Blueprint]:
        return self.http.pages("/v2/catalog-products", OffsetPaging(), catalog.from_product)

    def variants(self, blueprint_external_id: str) -> AsyncIterator[BlueprintVariant]:
        path = "/v2/catalog-products/{product}/catalog-variants"
        return self.http.pages(
            path, OffsetPaging(), catalog.from_variant, ids={"product": blueprint_external_id}
        )

    async def print_areas(self, blueprint_external_id: str) -> Sequence[PrintArea]:
        path, ids = "/v2/catalog-products/{product}/mockup-styles", {"product": blueprint_external_id}
        areas: dict[tuple[str, str], PrintArea] = {}
        async for area in self.http.pages(path, OffsetPaging(), catalog.from_style, ids=ids):
            if area is not None:
                areas.setdefault((area.placement, area.technique), area)
        return list(areas.values())

    async def prices(
        self, blueprint_external_id: str, *, currency: str | None = None
    ) -> Sequence[VariantPrice]:
        paging = OffsetPaging(items=("data", "variants"))
        pages = self.http.walk(
            "/v2/catalog-products/{product}/prices",
            paging,
            ids={"product": blueprint_external_id},
            params={"currency": currency},
        )
        return [price async for reply, _ in pages for price in reply.read(catalog.from_prices)]

    async def stock(self, blueprint_external_id: str) -> Sequence[VariantStock]:
        found = self.http.pages(
            "/v2/catalog-products/{product}/availability",
            OffsetPaging(),
            catalog.from_availability,
            ids={"product": blueprint_external_id},
            params={"selling_region_name": "all"},
        )
        return [stock async for variant in found for stock in variant]

    async def tariffs(
        self, blueprint_external_id: str, variant_external_ids: Sequence[str], recipient: Recipient
    ) -> Sequence[Tariff]:
        # their shipping tables go by product, so that one variant stands for all
        return await tariffs_by_quotes(self, variant_external_ids[0], recipient)

    async def shipping_rates(
        self, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
    ) -> Sequence[ShippingRate]:
        body = {
            "recipient": orders.to_address(recipient),
            "order_items": [catalog.to_quote_item(item) for item in items],
        }
        body |= {"currency": currency} if currency else {}
        reply = await self.http.post("/v2/shipping-rates", json=body, effect=Effect.READ)
        return reply.read(catalog.from_rates)

    # -- orders ----------------------------------------------------------------------------------------------

    async def prepare(self, order: PrintOrder) -> OrderSnapshot:
        body = orders.to_order(order)
        try:
            reply = await self.http.post("/v2/orders", json=body, effect=Effect.REPEATABLE)
            return reply.read(orders.from_order)
        except (ProviderConflict, ProviderOutcomeUnknown, ProviderUnintelligible) as error:
            known = await self._find_again(order.ref, error)
            if known is not None:
                return orders.require_same(order, known)
            if isinstance(error, ProviderConflict):  # in use, but not to be seen yet
                raise ProviderUnavailable(error.detail, provider=KEY, retry_after_s=None) from error
            raise

    async def _find_again(self, ref: str, error: ProviderError) -> OrderSnapshot | None:
        try:
            return await self.find(ref)
        except ProviderUnavailable as failure:
            if isinstance(error, ProviderConflict):  # it was refused, so nothing is unknown
                raise
            raise ProviderOutcomeUnknown(
                failure.detail, provider=KEY, retry_after_s=failure.retry_after_s
            ) from failure

    async def commit(self, provider_order_id: str) -> OrderSnapshot:
        path, ids = "/v2/orders/{order}/confirmation", {"order": provider_order_id}
        try:
            return (await self.http.post(path, ids=ids, effect=Effect.ONCE)).read(orders.from_order)
        except ProviderUnintelligible as error:  # they said yes to something
            raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=None) from error
        except ProviderRejected as error:
            current = await self.get(provider_order_id)
            if current.progress is not Progress.DRAFT:
                return current
            if _may_pass(error, current):
                raise ProviderUnavailable(
                    error.detail, provider=KEY, retry_after_s=RECALCULATION_S
                ) from error
            raise

    async def get(self, provider_order_id: str) -> OrderSnapshot:
        ids = {"order": provider_order_id}
        reply = await self.http.get("/v2/orders/{order}", ids=ids)
        if reply.read(_status) in NO_PARCELS_YET:
            return reply.read(orders.from_order)
        path = "/v2/orders/{order}/shipments"
        shipments = [shipment async for shipment in self.http.pages(path, OffsetPaging(), _raw, ids=ids)]
        return reply.read(lambda body: orders.from_order(body, shipments))

    async def find(self, ref: str) -> OrderSnapshot | None:
        try:
            return await self.get(f"@{ref}")
        except ProviderNotFound:
            return None

    async def cancel(self, provider_order_id: str) -> OrderSnapshot:
        try:
            await self.http.delete(
                "/orders/{order}", ids={"order": provider_order_id}, effect=Effect.REPEATABLE
            )
        except ProviderRejected:
            current = await self.get(provider_order_id)
            if current.ending is Ending.CANCELLED:
                return current
            if current.ending is Ending.FAILED:
                return await self._delete(current)
            raise
        return await self.get(provider_order_id)

    async def _delete(self, failed: OrderSnapshot) -> OrderSnapshot:
        """A failed order cannot be cancelled, only deleted."""
        ids = {"order": failed.provider_order_id}
        with suppress(ProviderNotFound):  # an earlier try was heard
            await self.http.delete("/v2/orders/{order}", ids=ids, effect=Effect.REPEATABLE)
        return msgspec.structs.replace(failed, ending=Ending.CANCELLED, status_word="deleted")

    # -- webhooks --------------------------------------------------------------------------------------------

    async def register_webhooks(self, url: str) -> WebhookRegistration:
        body = {"default_url": url, "events": [{"type": event} for event in webhooks.ORDER_EVENTS]}
        # the last answer holds the secret that counts, so this may be repeated
        reply = await self.http.post("/v2/webhooks", json=body, effect=Effect.REPEATABLE)
        return reply.read(webhooks.from_registration)

    @classmethod
    def verify_webhook(cls, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        return webhooks.is_signed(body, headers, secret)

    @classmethod
    def read_webhook(cls, body: bytes) -> Sequence[ProviderEvent]:
        return [webhooks.read_event(body)]


def _may_pass(error: ProviderRejected, current: OrderSnapshot) -> bool:
    """Whether a refused confirmation may be taken later: no costs yet, or something else is at the order."""
    if current.ending or current.hold:
        return False
    counting = not current.cost_ready or "calculat" in (error.detail or "").lower()
    return counting or isinstance(error, ProviderConflict)


def _raw(item: Raw) -> Raw:
    return item


def _status(body: Any) -> str:
    return str(body["data"]["status"])
