"""What of shops crosses the wire. Secrets go in and never come out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.channels.models import ShopKind
from printvision.oauth import Answer
from printvision.platform.paging import ListInput
from printvision.platform.redaction import Secret

ShopName = Annotated[str, Meta(min_length=1, max_length=100)]


class ShopView(msgspec.Struct, frozen=True, kw_only=True):
    """A sales channel; `webhook_path` is where it is to send its orders. `oauth`: access was granted by signing in
    there, and it was told by itself; `trouble` is what is wrong with that, in words."""

    id: UUID
    kind: ShopKind
    name: str
    domain: str | None
    live: bool
    oauth: bool
    trouble: str | None
    orders_from: datetime
    webhook_path: str | None
    created_at: datetime


class AddShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        secret: with which the shop signs its webhooks (Shopify: the app's client secret).
        orders_from: older orders are stored and not printed; now, where left out.
    """

    kind: ShopKind
    name: ShopName
    domain: Annotated[str, Meta(max_length=255, pattern="^[a-z0-9][a-z0-9.-]*$")] | None = None
    secret: Secret | None = None
    orders_from: datetime | None = None


class AuthorizeShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        domain: the shop's own name at Shopify, such as `tees.myshopify.com`.
        name: of the new shop here; one of this domain that is there already keeps its own.
    """

    domain: Annotated[str, Meta(max_length=255, pattern=r"^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$")]
    name: ShopName


class FinishShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`query` is what the shop sent the browser back with, as it came: it is signed."""

    query: Answer


class ShopRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    shop_id: UUID


class UpdateShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields left out stay. A new secret is accepted beside the one before, which may still sign for a while."""

    shop_id: UUID
    name: ShopName | None = None
    live: bool | None = None
    secret: Secret | None = None


class ListShops(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass
