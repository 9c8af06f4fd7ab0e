"""The choice itself: data in, a decision out; no session and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from printvision.orders.routing.board import NO_PROMISE, Board, Cell, Way
from printvision.orders.routing.bounds import Caps, failure_of_whole, first_failure, margin_cap
from printvision.orders.routing.decision import Basket, Candidate, Decision, Part
from printvision.orders.routing.problem import Offered, Problem
from printvision.orders.routing.solver import BUDGET, Found, Search, found


def choose(problem: Problem, *, keep: int = 1, budget: int = BUDGET) -> Decision:
    """Choose the best basket: the cheapest; of equals the one with fewer parcels, then the one that promises the
    earlier day (none promised comes last), then the one whose lines in their order have the smaller keys of connection
    and method.

    Args:
        keep: how many of the best baskets are told.
        budget: how many cells the search may look at before it ends and says so.
    """
    board = Board(problem)
    share = budget // max(1, len(board.ways))
    wholes = [_whole(board, at, share) for at in range(len(board.ways))] if problem.lines else []
    search = _search(board, wholes, problem.rules.most_parcels, keep, budget)
    if not search.best and problem.rules.most_parcels is not None:
        search = _search(board, wholes, None, keep, budget)
    limits = Caps(problem.rules.most_parcels, margin_cap(board), _extra_cap(problem, search, budget))
    baskets = tuple([_basket(board, limits, each) for each in search.best])
    candidates = [_candidate(board, limits, at, whole) for at, whole in enumerate(wholes)]
    return Decision(
        winner=baskets[0] if baskets and baskets[0].failed is None else None,
        baskets=baskets,
        candidates=tuple(sorted(candidates, key=_rank)),
        considered=len(candidates),
        looked_at=search.nodes,
        exact=search.exact,
    )


def lifted(problem: Problem, *bars: Literal["paused", "unavailable", "excluded", "address"]) -> Problem:
    """The same, had no source one of these things against it, nor any line of a source."""
    without: dict[str, None] = dict.fromkeys(bars)
    sources = tuple(msgspec.structs.replace(source, **without) for source in problem.sources)
    if "excluded" in bars:
        sources = tuple(
            msgspec.structs.replace(source, offers=tuple(map(_included, source.offers))) for source in sources
        )
    return msgspec.structs.replace(problem, sources=sources)


def _included(offer: Offered) -> Offered:
    return offer if offer.excluded is None else msgspec.structs.replace(offer, excluded=None)


def _search(
    board: Board, wholes: Sequence[Found | None], most_parcels: int | None, keep: int, budget: int
) -> Search:
    choices = [
        [cell for way in board.ways for cell in way.usable[line]] for line in range(len(board.problem.lines))
    ]
    search = Search(board.ways, choices, keep=keep, most_parcels=most_parcels, budget=budget)
    for way, whole in zip(board.ways, wholes, strict=False):
        if whole is not None and all(way.usable):
            search.offer(whole)
    search.run()
    return search


def _whole(board: Board, at: int, budget: int) -> Found | None:
    """The whole basket by one way: of what fails nothing where it can be had, else of whatever its cost is known."""
    way = board.ways[at]
    cells = way.usable if all(way.usable) else way.known
    if not all(cells):
        return None
    if all(len(each) == 1 for each in cells):
        return found(board.ways, [each[0] for each in cells])
    search = Search(board.ways, cells, budget=budget)
    search.run()
    return search.best[0] if search.best else None


def _extra_cap(problem: Problem, search: Search, budget: int) -> int | None:
    """What a basket may cost by how much dearer it may be than the cheapest, had all connections been reachable."""
    percent = problem.rules.most_extra_percent
    if percent is None:
        return None
    everywhere = Board(lifted(problem, "paused", "unavailable", "excluded"))
    cheapest = _search(everywhere, [], problem.rules.most_parcels, 1, budget)
    return cheapest.best[0].total * (100 + percent) // 100 if cheapest.best else None


def _candidate(board: Board, limits: Caps, at: int, whole: Found | None) -> Candidate:
    way = board.ways[at]
    failure = first_failure(board, at)
    if failure is None and whole is not None:
        failure = failure_of_whole(board, limits, whole.total, whole.parcels)
    goods = None if whole is None else sum(cell.goods for cell in whole.cells)
    amounts = board.amounts
    return Candidate(
        connection_id=way.source.connection_id,
        connection_name=way.source.connection_name,
        provider=way.source.provider,
        method=way.method.key if way.method else None,
        method_name=way.method.name if way.method else None,
        goods=None if goods is None else amounts.money(goods),
        shipping=None if whole is None or goods is None else amounts.money(whole.total - goods),
        total=None if whole is None else amounts.money(whole.total),
        max_days=way.method.max_days if way.method else None,
        parcels=None if whole is None else whole.parcels,
        failed=failure and failure.bound,
        failed_detail=failure and failure.detail,
    )


def _rank(candidate: Candidate) -> tuple[object, ...]:
    total = candidate.total
    return (
        candidate.failed.rank + 1 if candidate.failed else 0,
        total is None,
        total.amount_minor if total else 0,
        candidate.parcels or 0,
        NO_PROMISE if candidate.max_days is None else candidate.max_days,
        candidate.connection_id,
        candidate.method or "",
        candidate.method_name or "",
    )


def _basket(board: Board, limits: Caps, best: Found) -> Basket:
    parts = [
        _part(board, board.ways[at], [cell for cell in best.cells if cell.way == at])
        for at in sorted({cell.way for cell in best.cells})
    ]
    goods = sum(cell.goods for cell in best.cells)
    failure = failure_of_whole(board, limits, best.total, best.parcels)
    return Basket(
        parts=tuple(parts),
        goods=board.amounts.money(goods),
        shipping=board.amounts.money(best.total - goods),
        total=board.amounts.money(best.total),
        max_days=None if best.days == NO_PROMISE else best.days,
        parcels=best.parcels,
        failed=failure and failure.bound,
        failed_detail=failure and failure.detail,
    )


def _part(board: Board, way: Way, cells: Sequence[Cell]) -> Part:
    assert way.method is not None, "a way without a method has no cells"
    alone = found(board.ways, cells)
    goods = sum(cell.goods for cell in cells)
    offers = [way.source.offers[cell.offer] for cell in cells]
    return Part(
        connection_id=way.source.connection_id,
        connection_name=way.source.connection_name,
        provider=way.source.provider,
        method=way.method.key,
        method_name=way.method.name,
        goods=board.amounts.money(goods),
        shipping=board.amounts.money(alone.total - goods),
        total=board.amounts.money(alone.total),
        max_days=way.method.max_days,
        parcels=alone.parcels,
        offers={offer.line_id: offer.offer_id for offer in offers},
    )
