"""What exactly a provider is asked to make."""

from __future__ import annotations

from datetime import timedelta

from printvision.artwork import artwork_link
from printvision.orders import queries
from printvision.orders.address import check_address
from printvision.orders.intake import open_source
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.platform.scope import WorkspaceScope
from printvision.products import Offer, get_offers
from printvision.providers.sdk import PrintFile, PrintItem, PrintOrder

# Providers fetch pictures when it suits them, also again for a reprint at their expense.
LINK_LIFE = timedelta(days=3)


async def print_order(
    scope: WorkspaceScope, order: OrderRow, fulfilment: FulfilmentRow, provider_ref: str
) -> PrintOrder:
    """The neutral order of one fulfilment, with links to its pictures."""
    source = open_source(scope, order)
    assert source.recipient is not None, "an order without an address does not pass the check"
    parts = await queries.list_fulfilment_lines(scope, fulfilment.id)
    lines = {line.id: line for line in await queries.list_lines(scope, [order.id])}
    offers = await get_offers(scope, [part.offer_id for part in parts])
    items = [
        PrintItem(
            line_ref=part.line_id.hex,
            variant_external_id=offers[part.offer_id].variant_external_id,
            quantity=part.quantity,
            files=await _files(scope, offers[part.offer_id]),
            name=lines[part.line_id].sku,
        )
        for part in sorted(parts, key=lambda part: lines[part.line_id].position)
    ]
    return PrintOrder(
        ref=provider_ref,
        recipient=check_address(source.recipient),
        items=tuple(items),
        shipping_method=fulfilment.method,
    )


async def _files(scope: WorkspaceScope, offer: Offer) -> tuple[PrintFile, ...]:
    return tuple(
        [
            PrintFile(
                placement=placement.placement,
                technique=placement.technique,
                url=await artwork_link(scope, placement.artwork_id, LINK_LIFE),
            )
            for placement in offer.placements
        ]
    )
