"""Telling how past orders would have been routed under other rules: nobody is asked and nothing changes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from printvision.accounts import Permission
from printvision.orders.models import DecisionRow, OrderRow
from printvision.orders.records import Record, read_record
from printvision.orders.route_schemas import Replay, ReplayedRoute, ReplayTotal, RouteOutcome
from printvision.orders.routing import Basket, choose
from printvision.orders.rulebook import SetRules, get_rules
from printvision.orders.rules import RoutingRules
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope

AT_ONCE = 20  # decisions made anew before others have their turn: some 20 ms


async def replay_routes(scope: WorkspaceScope, since: datetime, change: SetRules, *, limit: int) -> Replay:
    """Make the last decision about each order anew, under the rules of now with `change` laid over them."""
    scope.require(Permission.ROUTES_READ)
    rules = change_rules(await get_rules(scope), change)
    past = await _last_decisions(scope, since, limit + 1)
    replayed: list[ReplayedRoute] = []
    unknown = 0
    for number, decision in enumerate(past[:limit], 1):
        record = read_record(decision.record)
        if record is None:
            unknown += 1
        else:
            replayed.append(_replayed(decision, record, rules))
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    return Replay(
        rules=rules,
        looked_at=len(replayed) + unknown,
        unknown=unknown,
        changed=sum(each.changed for each in replayed),
        newly_made=sum(each.before.total is None and each.after.total is not None for each in replayed),
        no_longer_made=sum(each.before.total is not None and each.after.total is None for each in replayed),
        more_to_see=len(past) > limit,
        totals=_totals(replayed),
        orders=tuple(replayed),
    )


def change_rules(rules: RoutingRules, change: SetRules) -> RoutingRules:
    """The rules with what `change` names in the place of what they say."""
    given = {name: getattr(change, name) for name in change.__struct_fields__}
    named = {name: value for name, value in given.items() if value is not msgspec.UNSET}
    return msgspec.structs.replace(rules, **named)


class _Past(NamedTuple):
    order_id: UUID
    number: str
    decided_at: datetime
    record: dict[str, Any]


async def _last_decisions(scope: WorkspaceScope, since: datetime, limit: int) -> Sequence[_Past]:
    """The last decision about each order, the newest first."""
    last = (
        select(DecisionRow.id)
        .where(DecisionRow.workspace_id == scope.workspace_id, DecisionRow.decided_at >= since)
        .ext(distinct_on(DecisionRow.order_id))
        .order_by(DecisionRow.order_id, DecisionRow.id.desc())
    )
    query = (
        select(DecisionRow.order_id, OrderRow.number, DecisionRow.decided_at, DecisionRow.record)
        .join(OrderRow, OrderRow.id == DecisionRow.order_id)
        .where(DecisionRow.id.in_(last))
        .order_by(DecisionRow.id.desc())
        .limit(limit)
    )
    return [_Past(*row) for row in await scope.session.execute(query)]


def _replayed(decision: _Past, record: Record, rules: RoutingRules) -> ReplayedRoute:
    again = choose(msgspec.structs.replace(record.problem, rules=rules))
    before = _outcome(record.winner, "nobody made it")
    after = _outcome(again.winner, again.why_not)
    return ReplayedRoute(
        order_id=decision.order_id,
        number=decision.number,
        decided_at=decision.decided_at,
        before=before,
        after=after,
        changed=before.makers != after.makers,
        more=_more(before, after),
    )


def _outcome(winner: Basket | None, why_not: str) -> RouteOutcome:
    if winner is None:
        return RouteOutcome(makers=(), total=None, why_not=why_not)
    makers = tuple(f"{part.connection_name}, {part.method_name}" for part in winner.parts)
    return RouteOutcome(makers=makers, total=winner.total)


def _more(before: RouteOutcome, after: RouteOutcome) -> Money | None:
    if before.total is None or after.total is None or before.total.currency != after.total.currency:
        return None
    return after.total - before.total


def _totals(replayed: Sequence[ReplayedRoute]) -> tuple[ReplayTotal, ...]:
    by_currency: dict[str, list[tuple[Money, Money]]] = defaultdict(list)
    for each in replayed:
        if each.more is not None and each.before.total is not None and each.after.total is not None:
            by_currency[each.more.currency].append((each.before.total, each.after.total))
    return tuple(_total(currency, pairs) for currency, pairs in sorted(by_currency.items()))


def _total(currency: str, pairs: Sequence[tuple[Money, Money]]) -> ReplayTotal:
    before = sum((one for one, _ in pairs), start=Money(0, currency))
    after = sum((other for _, other in pairs), start=Money(0, currency))
    return ReplayTotal(currency=currency, orders=len(pairs), before=before, after=after, more=after - before)
