"""A vendor whose tees two connections can make, and what is asked of them counted and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest

from printvision.orders.rulebook import SetRules, set_rules
from printvision.platform.money import Money
from printvision.providers import adapter_type
from printvision.providers.sdk import QuoteItem, Recipient, ShippingRate, StockState
from tests.factories.workspaces import MadeWorkspace
from tests.orders.conftest import OTHER_TOKEN
from tests.orders.vendor import VARIANTS, Vendor
from tests.providers.simulators.running import Running

OUT = dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK)
DEAR, CHEAP = dict.fromkeys(VARIANTS, 1500), dict.fromkeys(VARIANTS, 900)


class ChoosyVendor(Vendor):
    """`connection_id` is the dear house, `other_id` the cheap one."""

    other_id: UUID

    @classmethod
    async def with_two(cls, workspace: MadeWorkspace, printful: Running) -> ChoosyVendor:
        vendor = cls(workspace, printful)
        vendor.connection_id = await vendor.connect("Dear house")
        vendor.other_id = await vendor.connect("Cheap house", token=OTHER_TOKEN)
        vendor.blank_id = await vendor.read_catalogue()
        await vendor.price(vendor.connection_id, DEAR)
        await vendor.price(vendor.other_id, CHEAP)
        await vendor.sell(list(VARIANTS), [vendor.connection_id, vendor.other_id])
        return vendor

    async def rule(self, **rules: Any) -> None:
        async with self.workspace.scope() as scope:
            await set_rules(scope, SetRules(**rules))

    async def made_by(self, order_id: UUID) -> UUID:
        return (await self.fulfilment(order_id)).connection_id

    async def decision(self, order_id: UUID) -> dict[str, Any]:
        """The last one's record."""
        return (await self.decisions(order_id))[-1]


Change = Callable[[ShippingRate], ShippingRate | None]


class Quotes:
    """Listens to every quote that is asked for; `change` makes another of each answer, or none.

    Args:
        asked: how many pieces each was for, and whose it was: the last letters of the credential.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, int]] = []
        self.change: dict[str, Change] = {}
        kind = adapter_type("printful")
        original = kind.shipping_rates

        async def shipping_rates(
            adapter: Any, recipient: Recipient, items: Sequence[QuoteItem], *, currency: str | None = None
        ) -> Sequence[ShippingRate]:
            token = adapter.settings.token.reveal()
            self.asked.append((token, sum(item.quantity for item in items)))
            rates = await original(adapter, recipient, items, currency=currency)
            change = self.change.get(token)
            return rates if change is None else [made for rate in rates if (made := change(rate))]

        monkeypatch.setattr(kind, "shipping_rates", shipping_rates)

    def dearer(self, token: str, cents: int) -> None:
        """From now on every quote of this account is so much dearer."""

        def more(rate: ShippingRate) -> ShippingRate:
            return msgspec.structs.replace(rate, price=rate.price + Money(cents, rate.price.currency))

        self.change[token] = more

    def without(self, token: str, method: str) -> None:
        """From now on this account does not offer a method."""
        self.change[token] = lambda rate: None if rate.method == method else rate
