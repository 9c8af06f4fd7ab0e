"""Step one: may it be printed, and can it be delivered?"""

from __future__ import annotations

from printvision.channels import ChannelOrder, get_shop
from printvision.orders import moves, queries
from printvision.orders.address import InvalidAddress, check_address
from printvision.orders.gate import Outcome, Verdict, decide
from printvision.orders.intake import open_source
from printvision.orders.models import OrderRow
from printvision.orders.states import HoldReason, Stage
from printvision.orders.steps import Next, locked
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import find_variants_by_sku


async def check_order(run: Run) -> Next:
    """Judge a received order: on to routing, on hold, or ended as not printable with its reason."""
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        if order is None:
            return Next.STOP
        if order.stage != Stage.RECEIVED:
            return Next.ON
        source = open_source(scope, order)
        verdict = await _judge(scope, order, source)
        await _note_lines(scope, order, verdict)
        if verdict.outcome is Outcome.SKIP:
            moves.advance(scope, order, Stage.NOT_PRINTABLE, reason=verdict.reason)
            return Next.STOP
        if verdict.outcome is Outcome.HOLD:
            moves.hold(scope, order, HoldReason(verdict.hold_reason), verdict.sentence)
            return Next.STOP
        if not _deliverable(scope, order, source):
            return Next.STOP
        moves.advance(scope, order, Stage.CHECKED)
        return Next.ON
