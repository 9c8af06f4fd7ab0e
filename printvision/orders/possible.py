"""What a person can still do with an order, and what it costs: told with every order, and when something is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from printvision.orders import queries
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.states import RecallFor, Stage, SubmissionState
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope


class Verb(StrEnum):
    """The operations on one order, by the last part of their names."""

    HOLD = "hold"
    RELEASE = "release"
    RETRY = "retry"
    CANCEL = "cancel"
    EDIT_ADDRESS = "edit_address"
    REROUTE = "reroute"
    REPRINT = "reprint"
    MARK_SHIPPED = "mark_shipped"


class Possible(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person can do with the order now.

    Args:
        certain: False where a provider may refuse it.
        cost: what it adds to the vendor's bill, by the last known prices; None where nothing is added or it is not
            known; `note` says which.
    """

    verb: Verb
    certain: bool
    cost: Money | None
    note: str


FREE = "Nothing was sent to be printed: it costs nothing."
ASKED = "The provider has it and is asked for it back: it costs nothing if it has not begun to print."
ORDERED_ANEW = "The pieces are ordered and charged a second time."
BY_HAND = "You sent it yourself. What a provider prints is charged all the same."

_ASKS_BACK = (Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.REROUTE)
_BEFORE = frozenset({Stage.RECEIVED, Stage.CHECKED, Stage.ROUTED})
_BEGUN = frozenset({SubmissionState.COMMITTING, SubmissionState.COMMITTED})
_FOR_NOBODY = frozenset({RecallFor.CANCEL, RecallFor.BY_HAND})


async def still_possible(scope: WorkspaceScope, order: OrderRow) -> list[Possible]:
    """In the order of how little they cost."""
    stage = Stage(order.stage)
    live = await queries.list_live_fulfilments(scope, order.id)
    parts = {row.id: row for row in live}
    tries = [
        row
        for row in await queries.list_submissions(scope, list(parts))
        if row.generation == parts[row.fulfilment_id].generation
    ]
    begun = {SubmissionState(row.state) for row in tries} & _BEGUN
    found = [_free(verb) for verb in _waiting(order, stage, being_sent=SubmissionState.COMMITTING in begun)]
    if stage in _BEFORE or stage is Stage.SENT:
        asks = Verb.CANCEL if order.recall_for in _FOR_NOBODY else None
        verbs = [verb for verb in _ASKS_BACK if asks in {None, verb}]
        found += [_asked(verb) if begun or stage is Stage.SENT else _free(verb) for verb in verbs]
    if stage.committed and order.recall_at is None and await _was_printed(scope, order):
        found.append(Possible(verb=Verb.REPRINT, certain=True, cost=_cost(live), note=ORDERED_ANEW))
    if not stage.ended and stage is not Stage.SHIPPED and order.recall_for != RecallFor.CANCEL:
        found.append(Possible(verb=Verb.MARK_SHIPPED, certain=not begun, cost=None, note=BY_HAND))
    return found


def _waiting(order: OrderRow, stage: Stage, *, being_sent: bool) -> tuple[Verb, ...]:
    if stage.ended:
        return ()
    if order.held_at is not None:
        hold = (Verb.HOLD,) if stage in _BEFORE and not being_sent else ()
        return (Verb.RELEASE, Verb.RETRY, *hold)
    if stage in _BEFORE:
        return (Verb.RETRY,) if being_sent else (Verb.HOLD, Verb.RETRY)
    return () if order.recall_at is None else (Verb.RETRY,)


async def _was_printed(scope: WorkspaceScope, order: OrderRow) -> bool:
    """Whether any of it was for a provider to print; what a person made is not."""
    return any(row.printable for row in await queries.list_lines(scope, [order.id]))


def _asked(verb: Verb) -> Possible:
    return Possible(verb=verb, certain=False, cost=None, note=ASKED)


def _free(verb: Verb) -> Possible:
    return Possible(verb=verb, certain=True, cost=None, note=FREE)


def _cost(live: Sequence[FulfilmentRow]) -> Money | None:
    """What was charged for it; None where that is not known of every part, or in several currencies."""
    sums: Counter[str] = Counter()
    for row in live:
        if row.cost_minor is None or row.cost_currency is None:
            return None
        sums[row.cost_currency] += row.cost_minor
    if len(sums) != 1:
        return None
    currency, minor = next(iter(sums.items()))
    return Money(minor, currency)
