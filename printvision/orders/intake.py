"""The one door: an order comes in once, by whichever way, and a newer copy of it is a change of the same order."""

from __future__ import annotations

import hashlib
from uuid import UUID

import msgspec
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from printvision.channels import ChannelLine, ChannelOrder
from printvision.orders import events, moves, queries
from printvision.orders.gate import is_paid
from printvision.orders.models import LineRow, OrderRow
from printvision.orders.states import HoldReason, Stage
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.platform.sealed import SealedAt

CHANGED = (
    "The shop changed lines, address or payment after the order was routed. Release it to have it made as it was"
    " routed, or cancel it."
)
UNKNOWN_CURRENCY = "XXX"  # ISO 4217: no currency involved; an order of our own API may name no price


class Taken(msgspec.Struct, frozen=True):
    """What became of an order at the door."""

    order_id: UUID
    created: bool
    changed: bool


async def take_in(scope: WorkspaceScope, shop_id: UUID, order: ChannelOrder) -> Taken:
    """Store an order with its event and its run, or note that a known one changed.

    Doubles, and copies older than the stored one, change nothing.
    """
    encoded = msgspec.json.encode(order)
    digest = hashlib.sha256(encoded).digest()
    order_id = new_id()
    at = clock.now()
    inserted = await scope.session.execute(
        insert(OrderRow)
        .values(
            id=order_id,
            workspace_id=scope.workspace_id,
            shop_id=shop_id,
            external_id=order.external_id,
            source=_sealed(scope, order_id, encoded),
            source_digest=digest,
            stage=Stage.RECEIVED,
            released=[],
            run_failures=0,
            waits=0,
            placed_at=order.placed_at or at,
            received_at=at,
            stage_at=at,
            **_facts(order),
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "shop_id", "external_id"])
        .returning(OrderRow.id)
    )
    if inserted.scalar_one_or_none() is None:
        return await _take_change(scope, shop_id, order, encoded, digest)
    row = await queries.get_order(scope, order_id)
    _write_lines(scope, row.id, order)
    publish(scope, events.OrderReceived(subject_id=row.id, shop_id=shop_id))
    await moves.carry_on(scope, row)
    return Taken(row.id, created=True, changed=False)


async def _take_change(
    scope: WorkspaceScope, shop_id: UUID, order: ChannelOrder, encoded: bytes, digest: bytes
) -> Taken:
    row = await queries.find_order(scope, shop_id, order.external_id, for_update=True)
    assert row is not None, "the conflicting row is ours: the key begins with the workspace"
    if row.source_digest == digest or _older(order, row):
        return Taken(row.id, created=False, changed=False)
    before = open_source(scope, row)
    row.source = _sealed(scope, row.id, encoded)
    row.source_digest = digest
    for name, value in _facts(order).items():
        setattr(row, name, value)
    publish(scope, events.OrderChanged(subject_id=row.id))
    await _follow_change(scope, row, before, order)
    return Taken(row.id, created=False, changed=True)


async def _follow_change(
    scope: WorkspaceScope, row: OrderRow, before: ChannelOrder, order: ChannelOrder
) -> None:
    """Carry a change as far as it can still matter."""
    stage = Stage(row.stage)
    if stage is Stage.CANCELLED or _judged(before) == _judged(order):
        return
    if order.cancelled_at is not None and before.cancelled_at is None and not stage.ended:
        row.cancel_wanted_at = clock.now()
        row.cancel_reason = "cancelled in the shop"
        await moves.carry_on(scope, row)
    elif stage in {Stage.RECEIVED, Stage.CHECKED, Stage.NOT_PRINTABLE}:
        await _judge_again(scope, row, order)
    elif not stage.ended and _differs_in_print(before, order, stage):
        if row.hold_reason == HoldReason.PERSON and CHANGED not in (row.hold_detail or ""):
            row.hold_detail = f"{row.hold_detail} {CHANGED}"
        moves.hold(scope, row, HoldReason.CHANGED_AFTER_SENDING, CHANGED)


async def _judge_again(scope: WorkspaceScope, row: OrderRow, order: ChannelOrder) -> None:
    """Nothing has been given to a provider: judge the new copy as if it had come first."""
    if row.hold_reason not in {None, HoldReason.PERSON}:
        moves.release(scope, row, by="shop")
    row.released = []  # what a person waved through was another copy
    moves.advance(scope, row, Stage.RECEIVED)
    await scope.session.execute(delete(LineRow).where(LineRow.order_id == row.id))
    _write_lines(scope, row.id, order)
    await moves.carry_on(scope, row)


def _judged(order: ChannelOrder) -> ChannelOrder:
    """The order with only that in it which the gate judges and a provider is given: no notes, tags or sums."""
    return msgspec.structs.replace(
        order,
        number="",
        updated_at=None,
        financial_word=None,
        email=None,
        shipping_method=None,
        total=None,
        lines=tuple(msgspec.structs.replace(line, raw={}) for line in order.lines),
        raw={},
    )


def _differs_in_print(before: ChannelOrder, after: ChannelOrder, stage: Stage) -> bool:
    """Whether the change touches what is printed, where it goes or, until it is printed, whether it is paid for.
    Notes and tags do not, and neither does our own fulfilment.
    """

    def printed(order: ChannelOrder) -> object:
        return order.recipient, {(line.external_id, line.sku, _wanted(line)) for line in order.lines}

    unpaid_now = is_paid(before.financial) and not is_paid(after.financial)
    return printed(before) != printed(after) or (unpaid_now and stage in {Stage.ROUTED, Stage.SENT})


def _wanted(line: ChannelLine) -> int:
    """Pieces left after edits and refunds, whether they were sent or not."""
    left = line.quantity - line.refunded_quantity
    return left if line.current_quantity is None else min(left, line.current_quantity)


def _older(order: ChannelOrder, row: OrderRow) -> bool:
    return (
        order.updated_at is not None
        and row.source_updated_at is not None
        and order.updated_at < row.source_updated_at
    )


def _facts(order: ChannelOrder) -> dict[str, object]:
    return {
        "number": order.number,
        "source_updated_at": order.updated_at,
        "currency": order.currency or UNKNOWN_CURRENCY,
        "total_minor": order.total.amount_minor if order.total else None,
        "country": order.recipient.country if order.recipient else None,
    }


def _write_lines(scope: WorkspaceScope, order_id: UUID, order: ChannelOrder) -> None:
    scope.session.add_all(_line(scope, order_id, position, line) for position, line in enumerate(order.lines))


def _line(scope: WorkspaceScope, order_id: UUID, position: int, line: ChannelLine) -> LineRow:
    return LineRow(
        workspace_id=scope.workspace_id,
        order_id=order_id,
        position=position,
        external_id=line.external_id,
        sku=line.sku,
        title=line.title,
        quantity=max(0, line.quantity),
    )


def sealed_at(scope: WorkspaceScope, order_id: UUID) -> SealedAt:
    """Where an order's own words are sealed to."""
    return SealedAt(scope.workspace_id, "orders", "source", order_id)


def _sealed(scope: WorkspaceScope, order_id: UUID, encoded: bytes) -> bytes:
    return scope.platform.keyring.seal(encoded, sealed_at(scope, order_id))


def open_source(scope: WorkspaceScope, order: OrderRow) -> ChannelOrder:
    """The order as the shop last told it."""
    return scope.platform.keyring.open_json(order.source, sealed_at(scope, order.id), ChannelOrder)
