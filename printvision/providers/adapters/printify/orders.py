"""Orders: from our words into Printify's, and what to claim of one that is there. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printify.words import KEY, METHODS, to_variant
from printvision.providers.sdk import (
    OrderSnapshot,
    PrintItem,
    PrintOrder,
    ProviderConflict,
    ProviderRejected,
    Raw,
    Recipient,
)

NO_LAST_NAME: Final = "-"  # they want two names of everybody

Piece = tuple[str, int]  # product and variant


class PlacedBody(msgspec.Struct):
    """The answer to a create: nothing but the id."""

    id: str | int


class LineBody(msgspec.Struct):
    quantity: int
    product_id: str = ""
    variant_id: int = 0


class LinesBody(msgspec.Struct):
    line_items: list[LineBody]


def to_order(order: PrintOrder) -> Raw:
    """The body of a create.

    Raises:
        ProviderRejected: what they would make something else of, or nothing at all.
    """
    if order.shipping_method not in METHODS:
        raise _refused(f"{order.shipping_method[:40]} is no shipping method we offer at Printify")
    return {
        "external_id": order.ref,
        "line_items": [to_line(item) for item in order.items],
        "shipping_method": METHODS[order.shipping_method],
        "send_shipping_notification": False,
        "address_to": to_address(order.recipient),
    }


def to_line(item: PrintItem) -> Raw:
    """The pictures are on the product, so that without one there is nothing to print."""
    if not item.product_external_id:
        raise _refused(f"{item.line_ref} has no product at Printify yet")
    product, variant = _piece(item)
    return {
        "product_id": product,
        "variant_id": variant,
        "quantity": item.quantity,
        "external_id": item.line_ref,
    }


def to_address(recipient: Recipient) -> Raw:
    """`company` is not among the documented fields of a request, but is among those of an answer."""
    first, _, last = recipient.name.strip().rpartition(" ")
    fields = {
        "first_name": first.strip() or last,
        "last_name": last if first else NO_LAST_NAME,
        "company": recipient.company,
        "email": recipient.email,
        "phone": recipient.phone,
        "country": recipient.country,
        "region": recipient.region or "",
        "address1": recipient.line1,
        "address2": recipient.line2,
        "city": recipient.city,
        "zip": recipient.postal_code,
    }
    return {name: value for name, value in fields.items() if value is not None}


def from_placed(body: Any) -> str:
    return str(msgspec.convert(body, PlacedBody).id)


def require_same(order: PrintOrder, known: OrderSnapshot) -> OrderSnapshot:
    """The order that carries our reference, if it is the one that was to be made.

    Pieces are counted by product and variant: they may put lines of the same together.

    Raises:
        ProviderConflict: it holds something else, so somebody else uses the same references.
    """
    lines = msgspec.convert(known.raw, LinesBody).line_items
    wanted = _count((_piece(item), item.quantity) for item in order.items)
    if wanted != _count(((line.product_id, line.variant_id), line.quantity) for line in lines):
        raise ProviderConflict(
            f"Their order {known.provider_order_id} has the same reference and other items",
            provider=KEY,
            provider_code=None,
        )
    return known


def _piece(item: PrintItem) -> Piece:
    return item.product_external_id or "", to_variant(item.variant_external_id)[1]


def _count(pieces: Iterable[tuple[Piece, int]]) -> Counter[Piece]:
    counted: Counter[Piece] = Counter()
    for piece, quantity in pieces:
        counted[piece] += quantity
    return counted


def _refused(detail: str) -> ProviderRejected:
    return ProviderRejected(detail, provider=KEY, provider_code=None)
