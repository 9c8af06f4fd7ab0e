"""The one door: an order comes in once, by whichever way, and a newer copy of it is a change of the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec

from printvision.channels import ChannelLine, ChannelOrder
from printvision.orders import events, lines, moves, queries
from printvision.orders.gate import is_paid
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.recalling import ask_back
from printvision.orders.sealing import seal_source, shop_copy
from printvision.orders.states import HoldReason, RecallFor, Stage
from printvision.orders.storing import facts_of, store_order
from printvision.orders.whole import Whole, lock_whole
from printvision.platform import clock, workflows
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import Progress

CHANGED = (
    "The shop changed lines, address or payment after the provider had begun to print. Release it to let it go on as it"
    " was sent; what is missing can be printed again with the new address."
)


class Taken(msgspec.Struct, frozen=True):
    """What became of an order at the door."""

    order_id: UUID
    created: bool
    changed: bool


async def take_in(scope: WorkspaceScope, shop_id: UUID, order: ChannelOrder) -> Taken:
    """Store an order with its event and its run, or note that a known one changed.

    Doubles, and copies older than the stored one, change nothing.
    """
    from printvision.orders.workflows.fulfil import fulfil_order

    encoded = msgspec.json.encode(order)
    digest = hashlib.sha256(encoded).digest()
    order_id = new_id()
    run_id = workflows.new_run_id(fulfil_order, order_id)
    is_new = await store_order(
        scope, order_id, shop_id, order, encoded=encoded, digest=digest, run_id=run_id, at=clock.now()
    )
    if not is_new:
        return await _take_change(scope, shop_id, order, encoded, digest)
    publish(scope, events.OrderReceived(subject_id=order_id, shop_id=shop_id))
    await workflows.start(scope, fulfil_order, order_id, run_id=run_id)
    return Taken(order_id, created=True, changed=False)


async def _take_change(
    scope: WorkspaceScope, shop_id: UUID, order: ChannelOrder, encoded: bytes, digest: bytes
) -> Taken:
    row = await queries.find_order(scope, shop_id, order.external_id, for_update=True)
    assert row is not None, "the conflicting row is ours: the key begins with the workspace"
    if row.source_digest == digest or _older(order, row):
        return Taken(row.id, created=False, changed=False)
    before = shop_copy(scope, row)
    row.source = seal_source(scope, row.id, encoded)
    row.source_digest = digest
    for name, value in facts_of(order).items():
        setattr(row, name, value)
    publish(scope, events.OrderChanged(subject_id=row.id))
    await _follow_change(scope, row, before, order)
    return Taken(row.id, created=False, changed=True)


async def _follow_change(
    scope: WorkspaceScope, row: OrderRow, before: ChannelOrder, order: ChannelOrder
) -> None:
    """Carry a change as far as it can still matter: to the row, to the provider, or to a person."""
    stage = Stage(row.stage)
    if stage is Stage.CANCELLED or _judged(before) == _judged(order):
        return
    if before.recipient != order.recipient:
        row.recipient = row.recipient_wanted = None  # the shop's word is the newer one
    whole = await lock_whole(scope, row.id)
    live = whole.live
    if order.cancelled_at is not None and before.cancelled_at is None and not stage.ended:
        if stage is Stage.SHIPPED:
            row.recall_refused = "It was on its way when the shop cancelled it."
            publish(scope, events.OrderRecallRefused(subject_id=row.id))
            return
        await _carry(scope, whole, RecallFor.CANCEL, "cancelled in the shop")
    elif not live and stage in {Stage.RECEIVED, Stage.CHECKED, Stage.NOT_PRINTABLE}:
        await _judge_again(scope, whole)
    elif not stage.ended and _differs_in_print(before, order, stage):
        if stage is Stage.SHIPPED or _printing(live):
            _hold_for_change(scope, row)
        else:
            row.released = []  # what a person waved through was another copy
            await _carry(scope, whole, RecallFor.CHANGE, "changed in the shop")


def _printing(live: Sequence[FulfilmentRow]) -> bool:
    """Whether a provider has begun, so that asking it back is in vain."""
    return any(row.progress and Progress(row.progress).rank >= Progress.PRINTING.rank for row in live)


async def _carry(scope: WorkspaceScope, whole: Whole, purpose: RecallFor, reason: str) -> None:
    if not await ask_back(scope, whole, purpose, reason) or not Stage(whole.order.stage).ended:
        await moves.carry_on(scope, whole.order)


def _hold_for_change(scope: WorkspaceScope, row: OrderRow) -> None:
    if row.hold_reason == HoldReason.PERSON and CHANGED not in (row.hold_detail or ""):
        row.hold_detail = f"{row.hold_detail} {CHANGED}"
    moves.hold(scope, row, HoldReason.CHANGED_AFTER_SENDING, CHANGED)


async def _judge_again(scope: WorkspaceScope, whole: Whole) -> None:
    """Nothing is at a provider: judge the new copy as if it had come first."""
    row = whole.order
    if row.hold_reason not in {None, HoldReason.PERSON}:
        moves.release(scope, row, by="shop")
    row.released = []  # what a person waved through was another copy
    row.excluded = []
    moves.advance(scope, row, Stage.RECEIVED)
    await lines.rewrite(scope, whole)
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
