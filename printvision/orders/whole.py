"""An order with all that belongs to it, locked: read once in a transaction, reasoned about without asking again.

Whoever decides about an order holds it whole. Nobody else changes any of it until the transaction ends, so what is made
of it are plain functions of these rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from printvision.orders import queries
from printvision.orders.models import FulfilmentLineRow, FulfilmentRow, LineRow, OrderRow, SubmissionRow
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope


@dataclass
class Whole:
    """An order's rows. Whoever adds rows to it in the transaction adds them here too.

    Args:
        lines: in the shop's order.
        fulfilments: in the order of their ordinals, also those that were given up.
        submissions: the current try of each fulfilment, by the fulfilment's id.
        parts: which pieces of which lines each fulfilment has.
    """

    order: OrderRow
    lines: list[LineRow]
    fulfilments: list[FulfilmentRow]
    submissions: dict[UUID, SubmissionRow]
    parts: list[FulfilmentLineRow]

    @property
    def live(self) -> list[FulfilmentRow]:
        """Those whose lines no other provider may have."""
        return [row for row in self.fulfilments if row.given_up_at is None]

    @property
    def recalled(self) -> list[FulfilmentRow]:
        """Those that are asked back and not given up yet."""
        return [row for row in self.live if row.recalled_at]

    def fulfilment(self, fulfilment_id: UUID) -> FulfilmentRow:
        """
        Raises:
            NotFound
        """
        for row in self.fulfilments:
            if row.id == fulfilment_id:
                return row
        raise NotFound(kind="fulfilment", id=str(fulfilment_id))

    def pieces_left(self) -> Mapping[UUID, int]:
        """Pieces of each line that are to be printed and that no live fulfilment has; a line without is left out."""
        given: Counter[UUID] = Counter()
        live = {row.id for row in self.live}
        for part in self.parts:
            if part.fulfilment_id in live:
                given[part.line_id] += part.quantity
        wanted = {row.id: row.printable + row.reprints for row in self.lines}
        return {
            line_id: pieces - given[line_id] for line_id, pieces in wanted.items() if pieces > given[line_id]
        }


async def lock_whole(scope: WorkspaceScope, order_id: UUID) -> Whole:
    """The order as it is now; ours until the transaction ends. Asked again in the same transaction it is the same.

    Raises:
        NotFound
    """
    kept: dict[UUID, Whole] = scope.session.info.setdefault(Whole, {})
    if order_id not in kept:
        # A statement of its own each: what a statement read before it had to wait for a lock would be old.
        order = await queries.get_order(scope, order_id, for_update=True)
        given = await queries.lock_given(scope, order_id)
        lines, parts = await queries.list_lines_and_parts(scope, order_id)
        kept[order_id] = Whole(
            order=order,
            lines=lines,
            fulfilments=sorted((row for row, _ in given), key=lambda row: row.ordinal),
            submissions={row.id: submission for row, submission in given},
            parts=parts,
        )
    return kept[order_id]
