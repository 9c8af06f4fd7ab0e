"""The call that both sides answer: an order of about 1 KB in, the same out, every member checked both ways."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from printvision.accounts import Permission
from printvision.platform.features import Feature, Tier
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import WorkspaceScope

ECHO: Final = Feature("benchmark", title="Echo an order", lowest_tier=Tier.FREE)

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Minor = Annotated[int, Meta(ge=0, le=100_000_000)]


class Address(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    line1: Name
    line2: Annotated[str, Meta(max_length=120)] | None = None
    city: Name
    postcode: Annotated[str, Meta(min_length=1, max_length=16)]
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")]
    email: Annotated[str, Meta(pattern="^[^@ ]+@[^@ ]+$", max_length=254)]


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Name
    sku: Annotated[str, Meta(min_length=1, max_length=64)]
    title: Name
    quantity: Annotated[int, Meta(ge=1, le=1_000)]
    price_minor: Minor


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    external_id: Name
    number: Name
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    total_minor: Minor
    ship_to: Address
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=100)]


@operation(
    "benchmark.echo",
    title="Echo an order",
    feature=ECHO,
    permission=Permission.ORDERS_CREATE,
    rest=Rest("POST", "/benchmark/echo"),
)
async def echo(scope: WorkspaceScope, input: Order) -> Order:
    return input


def one_order() -> Order:
    """An order of about 1 KB."""
    lines = tuple(
        Line(
            id=f"line-{number}",
            sku=f"POSTER-{number:03}-A2-MATTE",
            title=f"Museum poster, matte paper, 42 × 59.4 cm, motif {number}",
            quantity=number + 1,
            price_minor=2_450,
        )
        for number in range(5)
    )
    address = Address(
        name="Ana Example",
        line1="12 Harbour Street",
        line2="Second floor",
        city="Lisbon",
        postcode="1100-148",
        country="PT",
        email="ana@example.org",
    )
    return Order(
        external_id="benchmark-1",
        number="#1001",
        currency="EUR",
        total_minor=36_750,
        ship_to=address,
        lines=lines,
    )
