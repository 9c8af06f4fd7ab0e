"""Learning a tariff from a provider that publishes none: what one piece costs, and what a second adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from printvision.platform.address import Recipient
from printvision.platform.money import Money
from printvision.providers.sdk.adapter import Adapter
from printvision.providers.sdk.types import QuoteItem, ShippingRate, Tariff


async def tariffs_by_quotes(
    adapter: Adapter[Any], variant_external_id: str, recipient: Recipient
) -> Sequence[Tariff]:
    """Two quotes of one variant. A method that is offered for one piece alone has no tariff.

    Raises:
        ProviderError
    """
    one, two = [
        await adapter.shipping_rates(
            recipient, [QuoteItem(variant_external_id=variant_external_id, quantity=count)]
        )
        for count in (1, 2)
    ]
    doubled = {rate.method: rate for rate in two}
    return [
        _tariff(rate, doubled[rate.method])
        for rate in one
        if rate.method in doubled and rate.price.currency == doubled[rate.method].price.currency
    ]


def _tariff(one: ShippingRate, two: ShippingRate) -> Tariff:
    further = max(0, two.price.amount_minor - one.price.amount_minor)
    return Tariff(
        method=one.method,
        name=one.name,
        ships_with=",".join(one.departs_from),
        first=one.price,
        additional=Money(further, one.price.currency),
        min_days=one.min_days,
        max_days=one.max_days,
    )
