"""Giving an order, or a part of it, to another provider: never before the first is proved not to print it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import moves
from printvision.orders.errors import OrderTooLate
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.possible import Verb, still_possible
from printvision.orders.recalling import ask_back
from printvision.orders.rulebook import get_rules
from printvision.orders.rules import Fallback
from printvision.orders.states import RecallFor, Stage
from printvision.orders.whole import Whole, lock_whole
from printvision.platform import clock
from printvision.platform.errors import RuleBroken
from printvision.platform.scope import WorkspaceScope
from printvision.products import find_variants_by_sku
from printvision.providers import list_connections

AVOID_FOR = timedelta(minutes=10)  # a provider that was out of reach is asked again after that


async def reroute_order(
    scope: WorkspaceScope, order_id: UUID, *, reason: str, away_from: UUID | None = None
) -> None:
    """Have what is not printed yet made elsewhere; those who have it now do not get it again until it is released.

    Args:
        away_from: only the part that lies at this connection.

    Raises:
        OrderTooLate: it says what is still possible.
        RuleBroken: nothing of it lies at that connection.
    """
    scope.require(Permission.ORDERS_REROUTE)
    whole = await lock_whole(scope, order_id)
    order = whole.order
    stage = Stage(order.stage)
    nobodys = order.recall_for in {RecallFor.CANCEL, RecallFor.BY_HAND}
    if stage.ended or nobodys or stage in {Stage.PRINTING, Stage.SHIPPED}:
        raise OrderTooLate(
            order_id=order.id, verb=Verb.REROUTE, current=stage, possible=await still_possible(scope, order)
        )
    there = {row.connection_id for row in whole.live}
    if away_from is not None and away_from not in there:
        problem = {"path": "away_from", "message": "Nothing of the order lies at this connection."}
        raise RuleBroken(errors=[problem])
    for connection_id in sorted(there if away_from is None else {away_from}):
        exclude(order, connection_id, reason)
    if stage is not Stage.RECEIVED:  # else what holds it is no provider
        moves.release(scope, order, by=scope.principal.id)
        wanted = [row for row in whole.live if away_from in {None, row.connection_id}]
        await ask_back(scope, whole, RecallFor.REROUTE, reason, only=wanted)
    await moves.carry_on(scope, order)


def exclude(
    order: OrderRow,
    connection_id: UUID,
    reason: str,
    *,
    lasting: timedelta | None = None,
    lines: Collection[UUID] | None = None,
) -> None:
    """Keep the order from a connection, for a while or until a person releases the order.

    Args:
        lines: keep only these from it, beside those that are kept from it already.
    """
    until = (clock.now() + lasting).isoformat() if lasting else None
    others = [entry for entry in order.excluded if entry["connection_id"] != str(connection_id)]
    entry: dict[str, Any] = {"connection_id": str(connection_id), "reason": reason[:500], "until": until}
    if lines is not None:
        kept_already = excluded_lines(order).get(connection_id, {})
        entry["lines"] = sorted(str(line_id) for line_id in {*lines, *kept_already})
    order.excluded = [*others, entry]


async def fail_over(
    scope: WorkspaceScope,
    whole: Whole,
    fulfilment: FulfilmentRow,
    reason: str,
    *,
    lasting: timedelta | None = None,
) -> bool:
    """Where the workspace wants the next best provider and there is another: exclude this one and ask the part back.

    Where only some of its lines have another, those alone are kept from this one if it refused for good: the others are
    tried here once more, without what may have been refused. One that is out of reach for a while is waited for whole.

    Returns:
        Whether that was done. A run is to be asked for then.
    """
    order = whole.order
    rules = await get_rules(scope)
    if rules.fallback is not Fallback.NEXT_BEST or order.recall_for not in {None, RecallFor.REROUTE}:
        return False
    own = {part.line_id for part in whole.parts if part.fulfilment_id == fulfilment.id}
    elsewhere = await _made_elsewhere(scope, whole, fulfilment, own)
    if not elsewhere or (lasting is not None and elsewhere != own):
        return False
    some = None if elsewhere == own else elsewhere
    exclude(order, fulfilment.connection_id, reason, lasting=lasting, lines=some)
    await ask_back(scope, whole, RecallFor.REROUTE, reason, only=[fulfilment])
    return True


async def _made_elsewhere(
    scope: WorkspaceScope, whole: Whole, fulfilment: FulfilmentRow, own: Collection[UUID]
) -> set[UUID]:
    """Which of a fulfilment's lines are offered at another connection in use that the order is not kept from."""
    skus = {line.id: line.sku for line in whole.lines if line.id in own and line.sku}
    variants = await find_variants_by_sku(scope, set(skus.values()))
    places = {
        line_id: {offer.connection_id for offer in variants[sku].offers if offer.active}
        for line_id, sku in skus.items()
        if sku in variants
    }
    kept_from = {fulfilment.connection_id, *excluded(whole.order)}
    others = set[UUID]().union(*places.values()) - kept_from
    usable = {one.id for one in await list_connections(scope, sorted(others)) if one.active}
    kept_lines = excluded_lines(whole.order)
    return {
        line_id
        for line_id, there in places.items()
        if any(place in usable and line_id not in kept_lines.get(place, {}) for place in there)
    }


def excluded(order: OrderRow) -> dict[UUID, str]:
    """The connections the order is kept from at this moment, each with its reason."""
    return {UUID(entry["connection_id"]): entry["reason"] for entry in _now(order) if not entry.get("lines")}


def excluded_lines(order: OrderRow) -> dict[UUID, dict[UUID, str]]:
    """By connection that may make some of the order, the lines that are kept from it, each with the reason."""
    return {
        UUID(entry["connection_id"]): {UUID(line_id): entry["reason"] for line_id in entry["lines"]}
        for entry in _now(order)
        if entry.get("lines")
    }


def _now(order: OrderRow) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        entry
        for entry in order.excluded
        if entry.get("until") is None or datetime.fromisoformat(entry["until"]) > now
    ]
