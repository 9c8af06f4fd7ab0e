"""How far an order is, by what its parts have reached."""

from __future__ import annotations

from printvision.orders import moves
from printvision.orders.models import FulfilmentRow
from printvision.orders.progress import least
from printvision.orders.states import Stage
from printvision.orders.whole import Whole
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import Progress

STAGE_OF = {
    Progress.ACCEPTED: Stage.SENT,
    Progress.PRINTING: Stage.PRINTING,
    Progress.SHIPPED: Stage.SHIPPED,
    Progress.DELIVERED: Stage.DELIVERED,
}


def catch_up(scope: WorkspaceScope, whole: Whole) -> None:
    """Put the order on the stage of its least advanced part, if that is further on and every piece is in a part."""
    reached = least([_progress(row) for row in whole.live])
    stage = STAGE_OF.get(reached) if reached else None
    if stage is None or _rank(stage) <= _rank(Stage(whole.order.stage)):
        return
    if not whole.pieces_left():
        moves.advance(scope, whole.order, stage)


def _progress(row: FulfilmentRow) -> Progress | None:
    """How far it is; what bounced or was cancelled there has to begin again."""
    return Progress(row.progress) if row.progress and row.ending is None else None


def _rank(stage: Stage) -> int:
    return list(Stage).index(stage)
