"""What is against a way, and against a whole basket, in sentences."""

from __future__ import annotations

import msgspec

from printvision.orders.routing.board import Board, Way, fresh_from, offer_fault, source_fault
from printvision.orders.routing.decision import Bound, Failure
from printvision.platform.money import Money


def first_failure(board: Board, at: int) -> Failure | None:
    """The first bound that a way fails, had it to make the whole basket; bounds of the whole cost left out."""
    way = board.ways[at]
    if all(way.usable):
        return None
    against = source_fault(way.source)
    if against is not None:
        return Failure(against, _source_detail(way, against))
    by_line = [_line_fault(board, way, line) for line in range(len(board.problem.lines))]
    faults = [fault for fault in (*by_line, board.method_fault(way.source, way.method)) if fault is not None]
    assert faults, "a way that fails nothing has a usable cell for every line"
    worst = min(faults, key=lambda fault: fault.rank)
    skus = [line.sku for line, fault in zip(board.problem.lines, by_line, strict=True) if fault is worst]
    return Failure(worst, _detail(board, way, worst, ", ".join(skus)))


def _line_fault(board: Board, way: Way, line: int) -> Bound | None:
    """What the line fails by the offer of it that comes furthest."""
    if way.usable[line]:
        return None
    wanted = board.problem.lines[line].line_id
    known = {cell.offer for cell in way.known[line]}
    fresh = fresh_from(board.problem)
    faults: list[Bound] = []
    for at, offer in enumerate(way.source.offers):
        if offer.line_id != wanted:
            continue
        fault = offer_fault(board.problem, offer, fresh)
        if fault is None and at not in known:
            fault = Bound.NO_RATE if _is_carried(way, at) else Bound.NO_METHOD
        if fault is None:
            return None  # the line is well; it is the method that is not
        faults.append(fault)
    return max(faults, key=lambda fault: fault.rank, default=Bound.LINE_NOT_OFFERED)


def _is_carried(way: Way, offer: int) -> bool:
    carriage = way.method.carriage if way.method else ()
    return any(
        offer in each.offers and each.first.amount_minor >= 0 and each.additional.amount_minor >= 0
        for each in carriage
    )


def _source_detail(way: Way, bound: Bound) -> str:
    source = way.source
    if bound is Bound.CONNECTION_PAUSED:
        return source.paused or "the connection is paused"
    if bound is Bound.UNAVAILABLE:
        return source.unavailable or "it cannot be reached"
    if bound is Bound.EXCLUDED:
        return source.excluded or "it shall not get this order"
    return source.address or "the address does not fit"


def _detail(board: Board, way: Way, bound: Bound, skus: str) -> str:
    if bound is Bound.NOT_READY:
        return _not_ready(board, way)
    if bound is Bound.EXCLUDED:
        return next(offer.excluded for offer in way.source.offers if offer.excluded)
    if bound is Bound.NO_METHOD:
        return _no_method(way, skus)
    rules = board.problem.rules
    days = way.method.max_days if way.method else None
    return {
        Bound.LINE_NOT_OFFERED: f"no offer for {skus}",
        Bound.NOT_EXACT: f"only a blank of the same grade for {skus}",
        Bound.OUT_OF_STOCK: f"out of stock: {skus}",
        Bound.STALE: f"price or stock is older than {rules.stale_after_days} days for {skus}; sync the catalogue",
        Bound.NO_PRICE: f"no price known for {skus}; sync the catalogue",
        Bound.SERVICE: f"none of its methods serves {board.problem.service}",
        Bound.TOO_SLOW: f"up to {days} days, more than {rules.max_days}",
        Bound.NO_RATE: f"no fresh exchange rate for {_unknown_currency(board, way)}",
    }[bound]


def _unknown_currency(board: Board, way: Way) -> str:
    prices = [offer.price for offer in way.source.offers if offer.price]
    charges = [each.first for each in way.method.carriage] if way.method else []
    extra = [way.method.extra] if way.method and way.method.extra else []
    amounts = [*prices, *charges, *extra]
    unknown = {amount.currency for amount in amounts if board.amounts.units(amount) is None}
    return " and ".join(sorted(unknown)) or board.amounts.currency


def _not_ready(board: Board, way: Way) -> str:
    sku = {line.line_id: line.sku for line in board.problem.lines}
    told = [f"{sku[offer.line_id]}: {offer.unready}" for offer in way.source.offers if offer.unready]
    return ", ".join(told)


def _no_method(way: Way, skus: str) -> str:
    if way.method is None:
        return way.source.no_method or "no shipping method to this address"
    if way.method.gone is not None:
        return way.method.gone
    return f"{way.method.name} does not carry {skus}"


class Caps(msgspec.Struct, frozen=True):
    """What a whole basket may come to, in units; None where nothing bounds it."""

    parcels: int | None = None
    margin: int | None = None
    extra: int | None = None


def failure_of_whole(board: Board, caps: Caps, total: int, parcels: int) -> Failure | None:
    """The first bound that a whole basket fails."""
    rules = board.problem.rules
    if caps.parcels is not None and parcels > caps.parcels:
        return Failure(Bound.TOO_MANY_PARCELS, f"{parcels} parcels are more than {caps.parcels}")
    if caps.margin is not None and total > caps.margin:
        left = f"less than {rules.margin_floor_percent} % of what was paid"
        detail = f"{_money(board, total)} leaves {left}: {_money(board, caps.margin)} at most"
        return Failure(Bound.MARGIN_FLOOR, detail)
    if caps.extra is not None and total > caps.extra:
        more = f"over {rules.most_extra_percent} % more than the cheapest"
        detail = f"{_money(board, total)} is {more}: {_money(board, caps.extra)} at most"
        return Failure(Bound.MOST_EXTRA, detail)
    return None


def margin_cap(board: Board) -> int | None:
    """What goods and shipping may cost by the margin floor."""
    floor, paid = board.problem.rules.margin_floor_percent, board.problem.paid
    if floor is None or paid is None:
        return None
    units = board.amounts.units(paid)
    return None if units is None else units * (100 - floor) // 100


def _money(board: Board, units: int) -> Money:
    return board.amounts.money(units)
