"""Our own door for orders: stricter than a shop's, since whoever stands at it can mend what is wrong at once."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.channels import ensure_api_shop, find_shop_named
from printvision.channels.api_orders import OrderInput, from_api_order
from printvision.orders.address import check_address
from printvision.orders.errors import UnknownSku
from printvision.orders.intake import take_in
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope
from printvision.products import list_taken_skus


async def place_order(scope: WorkspaceScope, wanted: OrderInput) -> UUID:
    """Take in an order; the same `external_id` again is the same order.

    Raises:
        NotFound: no shop of that name.
        InvalidAddress, UnknownSku, UnreadableOrder, UnknownCurrency: and no order is made.
    """
    scope.require(Permission.ORDERS_CREATE)
    order = from_api_order(wanted)
    assert order.recipient is not None, "our own door asks for one"
    check_address(order.recipient)
    skus = [line.sku for line in order.lines if line.sku]
    known = await list_taken_skus(scope, skus)
    if unknown := sorted(set(skus) - set(known)):
        raise UnknownSku(skus=unknown)
    if wanted.shop is None or scope.principal.test:
        shop = await ensure_api_shop(
            scope
        )  # a test key has one of its own, where no order of a shop's can be met
    elif (found := await find_shop_named(scope, wanted.shop)) is not None:
        shop = found
    else:
        raise NotFound(kind="shop", id=wanted.shop)
    return (await take_in(scope, shop.id, order)).order_id
