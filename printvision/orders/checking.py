"""May it be printed, and can it be delivered?"""

from __future__ import annotations

from datetime import timedelta

from printvision.channels import ChannelOrder, get_shop
from printvision.orders import moves
from printvision.orders.address import InvalidAddress, destination
from printvision.orders.gate import Outcome, Verdict, decide
from printvision.orders.models import OrderRow
from printvision.orders.sealing import open_source
from printvision.orders.states import HoldReason, Stage
from printvision.orders.steps import END, Todo, hold_for_address
from printvision.orders.whole import Whole
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import find_known_properties
from printvision.workspaces import get_send_window


async def check(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo | None:
    """Judge a received order: on to routing, on hold, or ended as not printable with its reason."""
    del run
    order = whole.order
    if order.stage != Stage.RECEIVED:
        return None
    source = open_source(scope, order)
    verdict = await judge(scope, order, source)
    _note_lines(whole, verdict)
    if verdict.outcome is Outcome.SKIP:
        moves.advance(scope, order, Stage.NOT_PRINTABLE, reason=verdict.reason)
        return END
    if _held_by(scope, order, verdict) or not _deliverable(scope, order, source):
        return END
    window = timedelta(minutes=await get_send_window(scope))
    order.not_before = order.received_at + window if window else None
    moves.advance(scope, order, Stage.CHECKED)
    return None


async def judge(scope: WorkspaceScope, order: OrderRow, source: ChannelOrder) -> Verdict:
    """What the gate says of the order as the shop last told it."""
    shop = await get_shop(scope, order.shop_id)
    skus = [line.sku for line in source.lines if line.sku]
    waved_through = HoldReason.PERSONALISED in order.released
    mapped = await find_known_properties(scope, skus)
    return decide(
        source,
        mapped_skus=mapped,
        started_at=shop.orders_from,
        live=shop.live,
        personalisable_skus=skus if waved_through else (),
        known_properties=mapped,
    )


def _held_by(scope: WorkspaceScope, order: OrderRow, verdict: Verdict) -> bool:
    """Hold the order for its first held line: no part is sent without the rest unless a person says so."""
    if verdict.outcome is Outcome.HOLD and verdict.hold_reason is not None:
        moves.hold(scope, order, verdict.hold_reason, verdict.sentence)
        return True
    for line in verdict.held_lines:
        reason = line.reason.hold_reason if line.reason else None
        if line.reason is not None and reason is not None and reason not in order.released:
            moves.hold(scope, order, reason, line.reason.sentence)
            return True
    return False


def _deliverable(scope: WorkspaceScope, order: OrderRow, source: ChannelOrder) -> bool:
    try:
        order.country = destination(source.recipient).country
    except InvalidAddress as error:
        hold_for_address(scope, order, error)
        return False
    return True


def _note_lines(whole: Whole, verdict: Verdict) -> None:
    for row, line in zip(whole.lines, verdict.lines, strict=True):
        row.printable = min(line.printable_quantity, row.quantity)
        row.reason = line.reason
