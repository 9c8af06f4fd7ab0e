"""What exactly a provider is asked to make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from printvision.artwork import artwork_links
from printvision.orders.address import destination
from printvision.orders.models import FulfilmentRow
from printvision.orders.sealing import open_source
from printvision.orders.whole import Whole
from printvision.platform.address import Recipient
from printvision.platform.scope import WorkspaceScope
from printvision.products import Offer, get_offers
from printvision.providers.sdk import PrintFile, PrintItem, PrintOrder

# Providers fetch pictures when it suits them, also again for a reprint at their expense.
LINK_LIFE = timedelta(days=3)


async def print_order(
    scope: WorkspaceScope,
    whole: Whole,
    fulfilment: FulfilmentRow,
    provider_ref: str,
    *,
    to: Recipient | None = None,
) -> PrintOrder:
    """The neutral order of one fulfilment, with links to its pictures.

    Args:
        to: where it goes, if not where the order goes.

    Raises:
        InvalidAddress: the shop changed it after it was checked.
    """
    recipient = destination(to or open_source(scope, whole.order).recipient)
    parts = [part for part in whole.parts if part.fulfilment_id == fulfilment.id]
    lines = {line.id: line for line in whole.lines}
    offers = await get_offers(scope, [part.offer_id for part in parts])
    pictures = {placement.artwork_id for offer in offers.values() for placement in offer.placements}
    links = await artwork_links(scope, pictures, LINK_LIFE)
    items = [
        PrintItem(
            line_ref=part.line_id.hex,
            variant_external_id=offers[part.offer_id].variant_external_id,
            quantity=part.quantity,
            files=_files(offers[part.offer_id], links),
            product_external_id=offers[part.offer_id].product_external_id,
            name=lines[part.line_id].sku,
        )
        for part in sorted(parts, key=lambda part: lines[part.line_id].position)
    ]
    return PrintOrder(
        ref=provider_ref,
        recipient=recipient,
        items=tuple(items),
        shipping_method=fulfilment.method,
    )


def _files(offer: Offer, links: Mapping[UUID, str]) -> tuple[PrintFile, ...]:
    return tuple(
        PrintFile(
            placement=placement.placement,
            technique=placement.technique,
            url=links[placement.artwork_id],
        )
        for placement in offer.placements
    )
