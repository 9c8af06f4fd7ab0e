"""A print provider in memory: a shelf of blanks, an order book, and faults to order.

`FakeProvider` is what the test arranges and looks at; `FakeAdapter` is one connection's view of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from printvision.platform.ids import WorkspaceId
from printvision.platform.money import Money
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.providers.sdk import (
    Account,
    Adapter,
    Bearer,
    Blueprint,
    BlueprintVariant,
    Capabilities,
    Ending,
    OrderSnapshot,
    PrintArea,
    PrintOrder,
    Progress,
    ProviderEvent,
    ProviderNotFound,
    ProviderRejected,
    QuoteItem,
    Rate,
    Recipient,
    ShippingRate,
    StockState,
    Tariff,
    VariantPrice,
    VariantStock,
    WebhookRegistration,
    tariffs_by_quotes,
)

Hook = Callable[[str, str], None]


class FakeSettings(msgspec.Struct, frozen=True):
    token: Secret = Secret("fake")


@dataclass
class Blank:
    """One blueprint on the shelf. Prices are US cents and stock is one state, by variant id, for technique `dtg`."""

    title: str
    prices: dict[str, int]
    stock: dict[str, StockState] = field(default_factory=dict[str, StockState])
    areas: list[PrintArea] = field(default_factory=list[PrintArea])
    discontinued: bool = False


def front(width_px: int = 1800, height_px: int = 2400, *, dpi: int = 150) -> PrintArea:
    return PrintArea(placement="front", technique="dtg", width_px=width_px, height_px=height_px, dpi=dpi)


@dataclass
class FakeProvider:
    """The provider itself. `calls` counts what it was asked, by verb and thing; `before` runs ahead of each answer."""

    shelf: dict[str, Blank] = field(default_factory=dict[str, Blank])
    orders: dict[str, OrderSnapshot] = field(default_factory=dict[str, OrderSnapshot])
    calls: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    before: Hook = lambda verb, thing: None
    opened: int = 0

    def add(
        self, external_id: str, *, variants: int = 2, title: str | None = None, cents: int = 900
    ) -> Blank:
        """Put a blueprint on the shelf; its variants are `<id>-1` and on."""
        prices = {f"{external_id}-{number}": cents + number for number in range(1, variants + 1)}
        stock = dict.fromkeys(prices, StockState.IN_STOCK)
        blank = Blank(title or f"Blank {external_id}", prices, stock, [front()])
        self.shelf[external_id] = blank
        return blank

    def fail(self, verb: str, thing: str, error: BaseException, *, times: int = 1) -> None:
        """Raise `error` the next `times` that `verb` is asked for `thing`."""
        left = times
        earlier = self.before

        def raise_it(asked: str, about: str) -> None:
            nonlocal left
            earlier(asked, about)
            if (asked, about) == (verb, thing) and left > 0:
                left -= 1
                raise error

        self.before = raise_it

    def answer(self, verb: str, thing: str = "") -> None:
        self.calls[verb, thing] += 1
        self.before(verb, thing)

    def blank(self, verb: str, external_id: str) -> Blank:
        self.answer(verb, external_id)
        if external_id not in self.shelf:
            raise ProviderNotFound("no such product", provider="fake", provider_code="404")
        return self.shelf[external_id]

    @asynccontextmanager
    async def open(
        self, platform: Platform, workspace_id: WorkspaceId, connection_id: UUID
    ) -> AsyncGenerator[Adapter[Any]]:
        """Takes the place of `providers.open_adapter`."""
        del platform, workspace_id, connection_id
        self.opened += 1
        yield FakeAdapter(self)


class FakeAdapter(Adapter[FakeSettings]):
    key: ClassVar[str] = "fake"
    title: ClassVar[str] = "Fake"
    base_url: ClassVar[str] = "https://fake.example"
    settings_type: ClassVar[type[msgspec.Struct]] = FakeSettings
    capabilities: ClassVar[Capabilities] = Capabilities(webhooks=False, signed_webhooks=False)
    rate: ClassVar[Rate] = Rate(1_000, timedelta(seconds=1))

    def __init__(self, provider: FakeProvider) -> None:
        self.settings = FakeSettings()
        self.provider = provider

    @classmethod
    def authenticate(cls, settings: FakeSettings) -> Bearer:
        return Bearer(settings.token)

    async def account(self) -> Account:
        self.provider.answer("account")
        return Account(external_id="1", name="Fake account")

    async def blueprints(self) -> AsyncIterator[Blueprint]:
        self.provider.answer("blueprints")
        for external_id, blank in list(self.provider.shelf.items()):
            self.provider.before("blueprint", external_id)
            yield Blueprint(
                external_id=external_id,
                title=blank.title,
                brand="Plain",
                techniques=("dtg",),
                placements=tuple(area.placement for area in blank.areas),
                discontinued=blank.discontinued,
                raw={"id": external_id, "title": blank.title},
            )

    async def variants(self, blueprint_external_id: str) -> AsyncIterator[BlueprintVariant]:
        for external_id in self.provider.blank("variants", blueprint_external_id).prices:
            yield BlueprintVariant(
                external_id=external_id, name=f"Variant {external_id}", size="M", color="White"
            )

    async def print_areas(self, blueprint_external_id: str) -> Sequence[PrintArea]:
        return self.provider.blank("print_areas", blueprint_external_id).areas

    async def prices(
        self, blueprint_external_id: str, *, currency: str | None = None
    ) -> Sequence[VariantPrice]:
        return [
            VariantPrice(
                variant_external_id=external_id, technique="dtg", price=Money(cents, currency or "USD")
            )
            for external_id, cents in self.provider.blank("prices", blueprint_external_id).prices.items()
        ]

    async def stock(self, blueprint_external_id: str) -> Sequence[VariantStock]:
        return [
            VariantStock(variant_external_id=external_id, region="worldwide", technique="dtg", state=state)
            for external_id, state in self.provider.blank("stock", blueprint_external_id).stock.items()
        ]

    async def tariffs(
        self, blueprint_external_id: str, variant_external_ids: Sequence[str], recipient: Recipient
    ) -> Sequence[Tariff]:
        return await tariffs_by_quotes(self, variant_external_ids[0], recipient)

    async def shipping_rates(
        self, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
    ) -> Sequence[ShippingRate]:
        self.provider.answer("shipping_rates", recipient.country)
        price = Money(400 + 100 * sum(item.quantity for item in items), currency or "USD")
        return [ShippingRate(method="STANDARD", name="Flat rate", price=price, min_days=3, max_days=6)]

    async def prepare(self, order: PrintOrder) -> OrderSnapshot:
        self.provider.answer("prepare", order.ref)
        known = await self.find(order.ref)
        return known or self._keep(
            OrderSnapshot(
                provider_order_id=f"order-{len(self.provider.orders) + 1}",
                ref=order.ref,
                progress=Progress.DRAFT,
                status_word="draft",
            )
        )

    async def commit(self, provider_order_id: str) -> OrderSnapshot:
        order = await self.get(provider_order_id)
        if order.progress is not Progress.DRAFT:
            return order
        return self._keep(msgspec.structs.replace(order, progress=Progress.ACCEPTED, status_word="pending"))

    async def get(self, provider_order_id: str) -> OrderSnapshot:
        self.provider.answer("get", provider_order_id)
        if provider_order_id not in self.provider.orders:
            raise ProviderNotFound("no such order", provider="fake", provider_code="404")
        return self.provider.orders[provider_order_id]

    async def find(self, ref: str) -> OrderSnapshot | None:
        self.provider.answer("find", ref)
        return next((order for order in self.provider.orders.values() if order.ref == ref), None)

    async def cancel(self, provider_order_id: str) -> OrderSnapshot:
        order = await self.get(provider_order_id)
        if order.progress.rank > Progress.ACCEPTED.rank:
            raise ProviderRejected("already being printed", provider="fake", provider_code="too-late")
        return self._keep(msgspec.structs.replace(order, ending=Ending.CANCELLED, status_word="cancelled"))

    async def register_webhooks(self, url: str) -> WebhookRegistration:
        self.provider.answer("register_webhooks", url)
        return WebhookRegistration(secret=None)

    @classmethod
    def verify_webhook(cls, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        del body, headers, secret
        return False

    @classmethod
    def read_webhook(cls, body: bytes) -> Sequence[ProviderEvent]:
        del body
        return []

    def _keep(self, order: OrderSnapshot) -> OrderSnapshot:
        self.provider.orders[order.provider_order_id] = order
        return order
