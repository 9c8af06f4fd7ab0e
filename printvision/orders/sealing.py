"""What of an order is a person's: sealed in its row, opened here."""

from __future__ import annotations

from uuid import UUID

import msgspec

from printvision.channels import ChannelOrder
from printvision.orders.models import OrderRow
from printvision.platform.address import Recipient
from printvision.platform.scope import WorkspaceScope
from printvision.platform.sealed import SealedAt


def seal_source(scope: WorkspaceScope, order_id: UUID, encoded: bytes) -> bytes:
    return scope.platform.keyring.seal(encoded, _at(scope, order_id, "source"))


def shop_copy(scope: WorkspaceScope, order: OrderRow) -> ChannelOrder:
    """The order as the shop last told it."""
    return scope.platform.keyring.open_json(order.source, _at(scope, order.id, "source"), ChannelOrder)


def open_source(scope: WorkspaceScope, order: OrderRow) -> ChannelOrder:
    """The order as it is to be made: the shop's copy, with the address a person set over it."""
    source = shop_copy(scope, order)
    if order.recipient is None:
        return source
    at = _at(scope, order.id, "recipient")
    return msgspec.structs.replace(
        source, recipient=scope.platform.keyring.open_json(order.recipient, at, Recipient)
    )


def open_wanted(scope: WorkspaceScope, order: OrderRow) -> Recipient | None:
    """The address that waits for what was sent with the old one to be taken back."""
    if order.recipient_wanted is None:
        return None
    return scope.platform.keyring.open_json(
        order.recipient_wanted, _at(scope, order.id, "recipient"), Recipient
    )


def seal_recipient(scope: WorkspaceScope, order_id: UUID, recipient: Recipient) -> bytes:
    """An address that a person set, for the columns `recipient` and `recipient_wanted`."""
    return scope.platform.keyring.seal(msgspec.json.encode(recipient), _at(scope, order_id, "recipient"))


def _at(scope: WorkspaceScope, order_id: UUID, column: str) -> SealedAt:
    return SealedAt(scope.workspace_id, "orders", column, order_id)
