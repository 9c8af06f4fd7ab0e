"""What is known of orders that did not end well: our rows and events beside the ledgers' lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import text

from printvision.cli.demo.orders import DemoOrder
from printvision.platform.scope import system_scope, workspace_scope
from printvision.providers.simulators.ledger import LedgerLine

if TYPE_CHECKING:
    from printvision.cli.door import Door

MOST_ORDERS: Final = 50

_SEALED: Final = "'{source,source_digest,recipient,recipient_wanted,told}'::text[]"
_ORDER: Final = text(
    f"SELECT o.id, o.run_id, to_jsonb(o) - {_SEALED} AS row FROM orders o WHERE o.external_id = :external_id"  # noqa: S608
)
_RUN: Final = text("SELECT status FROM dbos.workflow_status WHERE workflow_uuid = :run_id")
_EVENTS: Final = text("SELECT at, kind, data FROM events WHERE subject_id = :id ORDER BY seq")
_FULFILMENTS: Final = text(
    f"SELECT to_jsonb(f) - {_SEALED} FROM fulfilments f WHERE f.order_id = :id ORDER BY f.ordinal"  # noqa: S608
)
_SUBMISSIONS: Final = text(
    "SELECT to_jsonb(s) FROM submissions s JOIN fulfilments f ON f.id = s.fulfilment_id"
    " WHERE f.order_id = :id ORDER BY s.created_at"
)
_DECISIONS: Final = text(
    """
    SELECT decided_at, record->'winner'->'parts' AS parts, (
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'provider', one->'provider', 'paused', one->'paused', 'unavailable', one->'unavailable',
            'excluded', one->'excluded', 'no_method', one->'no_method'
        ))) FROM jsonb_array_elements(record->'problem'->'sources') one
    ) AS sources
    FROM route_decisions WHERE order_id = :id ORDER BY id
    """
)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One order. The rows are as they are stored, without what is sealed.

    Args:
        order: None where we do not know it at all.
        run: the state of its last run.
        ledger: what providers did for its recipient, by provider.
    """

    external_id: str
    recipient: str
    fate: str
    wanted: list[str]
    order: dict[str, Any] | None
    run: str | None
    events: list[dict[str, Any]]
    fulfilments: list[dict[str, Any]]
    submissions: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    ledger: dict[str, list[LedgerLine]]


async def gather_evidence(
    door: Door, orders: Collection[DemoOrder], ledgers: Mapping[str, Sequence[LedgerLine]]
) -> list[Evidence]:
    """Of the first fifty."""
    return [await _of(door, order, ledgers) for order in sorted(orders, key=_number)[:MOST_ORDERS]]


def _number(order: DemoOrder) -> int:
    return order.number


async def _of(door: Door, order: DemoOrder, ledgers: Mapping[str, Sequence[LedgerLine]]) -> Evidence:
    async with workspace_scope(door.platform, door.workspace_id, door.principal) as scope:
        session = scope.session
        row = (await session.execute(_ORDER, {"external_id": order.external_id})).one_or_none()
        its = {"id": row.id if row else None}
        events = (await session.execute(_EVENTS, its)).mappings().all()
        decisions = (await session.execute(_DECISIONS, its)).mappings().all()
        fulfilments = (await session.execute(_FULFILMENTS, its)).scalars().all()
        submissions = (await session.execute(_SUBMISSIONS, its)).scalars().all()
    name = order.recipient.name
    return Evidence(
        external_id=order.external_id,
        recipient=name,
        fate=order.fate,
        wanted=[f"{line.quantity} × {line.article.sku}" for line in order.lines if line.printable],
        order=row.row if row else None,
        run=await _run(door, row.run_id if row else None),
        events=[dict(event) for event in events],
        fulfilments=list(fulfilments),
        submissions=list(submissions),
        decisions=[dict(decision) for decision in decisions],
        ledger={
            provider: [line for line in ledger if line.recipient == name]
            for provider, ledger in ledgers.items()
        },
    )


async def _run(door: Door, run_id: str | None) -> str | None:
    async with system_scope(door.platform, "demo") as scope:
        return (await scope.session.execute(_RUN, {"run_id": run_id})).scalar_one_or_none()
