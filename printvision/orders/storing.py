"""The rows of a new order: it and its lines are written by one statement, or nothing where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.channels import ChannelLine, ChannelOrder
from printvision.orders.sealing import seal_source
from printvision.orders.states import Stage
from printvision.platform.db import run
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope

UNKNOWN_CURRENCY: Final = "XXX"  # ISO 4217: no currency involved; an order of our own API may name no price

_STORE: Final = """
WITH stored AS (
    INSERT INTO orders (
        id, workspace_id, shop_id, external_id, number, source, source_digest, source_updated_at, currency,
        total_minor, country, test, stage, released, excluded, placed_at, received_at, stage_at, run_id, run_at,
        run_failures, waits
    ) VALUES (
        %(id)s, %(workspace_id)s, %(shop_id)s, %(external_id)s, %(number)s, %(source)b, %(source_digest)b,
        %(source_updated_at)s, %(currency)s, %(total_minor)s, %(country)s, %(test)s, %(stage)s, '[]', '[]',
        %(placed_at)s, %(at)s, %(at)s, %(run_id)s, %(at)s, 0, 0
    ) ON CONFLICT (workspace_id, shop_id, external_id) DO NOTHING RETURNING id, workspace_id
), lines AS (
    INSERT INTO order_lines (
        workspace_id, order_id, id, position, external_id, sku, title, quantity, printable, reprints
    )
    SELECT stored.workspace_id, stored.id, line.*, 0, 0
    FROM stored, jsonb_to_recordset(%(lines)s::jsonb)
        AS line (id uuid, position int, external_id text, sku text, title text, quantity int)
)
SELECT id FROM stored
"""


async def store_order(
    scope: WorkspaceScope,
    order_id: UUID,
    shop_id: UUID,
    order: ChannelOrder,
    *,
    encoded: bytes,
    digest: bytes,
    run_id: str,
    at: datetime,
) -> bool:
    """Write a new order with its lines; whether it was new.

    Args:
        encoded: the order as it is sealed; `digest` is its SHA-256.
        run_id: of the run that begins `at` once.
    """
    values = {
        "id": order_id,
        "workspace_id": scope.workspace_id,
        "shop_id": shop_id,
        "external_id": order.external_id,
        "source": seal_source(scope, order_id, encoded),
        "source_digest": digest,
        "test": scope.principal.test,
        "stage": Stage.RECEIVED,
        "placed_at": order.placed_at or at,
        "at": at,
        "run_id": run_id,
        "lines": msgspec.json.encode(_lines(order.lines)).decode(),
    }
    return bool(await run(scope.session, _STORE, values | facts_of(order)))


def facts_of(order: ChannelOrder) -> dict[str, Any]:
    """What of a shop's copy stands in the order's row in clear; a newer copy brings it anew."""
    return {
        "number": order.number,
        "source_updated_at": order.updated_at,
        "currency": order.currency or UNKNOWN_CURRENCY,
        "total_minor": order.total.amount_minor if order.total else None,
        "country": order.recipient.country if order.recipient else None,
    }


def _lines(lines: Sequence[ChannelLine]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "position": position,
            "external_id": line.external_id,
            "sku": line.sku,
            "title": line.title,
            "quantity": max(0, line.quantity),
        }
        for position, line in enumerate(lines)
    ]
