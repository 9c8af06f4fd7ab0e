"""The cheapest baskets, exactly: depth-first over the lines, cut off by a bound.

Every line is given to one cell, and of each source at most one way is used: a facility location problem in which the
groups of parcels are what is opened. The bound is a feasible dual of it. Each line is charged a price, such that the
lines of no group together are charged more for its parcels than they cost; then the prices of the lines still open are
never more than what they will cost. In a group that is open already a line's own cost counts where it is smaller.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

import msgspec

from printvision.orders.routing.board import FAR, Cell, Way, cost

BUDGET = 50_000  # cells looked at: some 50 ms
PATIENCE = 10  # so many times the budget is spent where nothing was found yet


class Found(msgspec.Struct, frozen=True, order=True, gc=False):
    """A basket: its rank by cost, parcels, latest day and, all else being equal, by the keys of the lines in order."""

    total: int
    parcels: int
    days: int
    tags: tuple[int, ...]
    cells: tuple[Cell, ...]


def found(ways: Sequence[Way], cells: Sequence[Cell]) -> Found:
    return Found(
        cost(ways, cells),
        len({cell.group for cell in cells}),
        max([ways[cell.way].days for cell in cells]),
        tuple([cell.tag for cell in cells]),
        tuple(cells),
    )


class _Node(msgspec.Struct, frozen=True, gc=False):
    """A basket that is made as far as `cells`, the first lines of the search's order.

    Args:
        least: no basket that goes on like this costs less.
        cost: of `cells`, each group counted by its floor.
        rest: what each line still open costs at the least.
        used: by source its way; `floors`: by group what it adds so far.
    """

    least: int
    parcels: int
    days: int
    cost: int
    cells: tuple[Cell, ...]
    rest: list[int]
    used: dict[int, int]
    floors: dict[int, int]


_PROMISE = attrgetter("least", "parcels", "days")


class Search:
    """One search for the `keep` best baskets of at most `most_parcels`.

    `nodes` counts the cells looked at; `exact` turns False where the budget ended it.
    """

    def __init__(
        self,
        ways: Sequence[Way],
        choices: Sequence[Sequence[Cell]],
        *,
        keep: int = 1,
        most_parcels: int | None = None,
        budget: int = BUDGET,
    ) -> None:
        self.best: list[Found] = []
        self.nodes = 0
        self.exact = True
        self._ways = ways
        self._choices = choices
        self._keep = keep
        self._most_parcels = FAR if most_parcels is None else most_parcels
        self._budget = budget

    def offer(self, basket: Found) -> None:
        """Remember a basket where it is among the best."""
        if basket.parcels <= self._most_parcels and basket not in self.best:
            insort(self.best, basket)
            del self.best[self._keep :]

    def run(self) -> None:
        if not self._choices or not all(self._choices):
            return
        self._arrange()
        waiting = [_Node(0, 0, 0, 0, (), self._prices, {}, {})]
        while waiting:
            node = waiting.pop()
            if not self._may_win(node):
                continue
            if self.nodes > (self._budget if self.best else self._budget * PATIENCE):
                self.exact = False
                return
            if node.rest:
                waiting += self._followers(node)
            else:
                self._reached(node)

    @property
    def _worst(self) -> int:
        """What a basket may cost at most to be among the best."""
        return self.best[-1].total if len(self.best) >= self._keep else FAR

    # -- the bound -----------------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Put the lines in order, and leave out the cells that no basket as good as those known can hold."""
        lows = [_by_group(cells) for cells in self._choices]
        prices, slack = _charge(self._choices, lows)
        spare = self._worst - sum(prices)
        rows: list[list[tuple[int, Cell]]] = []
        for cells, price in zip(self._choices, prices, strict=True):
            row = [(max(price, cell.low) + slack[cell.group], cell) for cell in cells]
            rows.append([each for each in row if each[0] - price <= spare])
        # the line with the fewest ways first, then the dearest: its choice decides most about the others
        self._order = sorted(range(len(rows)), key=lambda line: (len(rows[line]), -prices[line]))
        self._rows = [rows[line] for line in self._order]
        self._prices = [prices[line] for line in self._order]
        self._lows: dict[int, list[int]] = {}
        for at, line in enumerate(self._order):
            for group, low in lows[line].items():
                if group not in self._lows:
                    self._lows[group] = [FAR] * len(rows)
                self._lows[group][at] = low

    # -- the search ----------------------------------------------------------------------------------------------------

    def _followers(self, node: _Node) -> list[_Node]:
        """The basket with each cell that its next line may be given to, the most promising last."""
        at, rest, worst = len(node.cells), node.rest[1:], self._worst
        spare = worst - node.cost - sum(rest)
        followers: list[_Node] = []
        for share, cell in self._rows[at]:
            floor = node.floors.get(cell.group)
            if floor is None and share > spare:
                continue
            way = self._ways[cell.way]
            in_use = node.used.get(way.source_at)
            if in_use is not None and in_use != cell.way:
                continue
            total = node.cost + cell.base + (way.extra if in_use is None else 0)
            if floor is None:
                total += cell.floor
                still = list(map(min, rest, self._lows[cell.group][at + 1 :]))
            else:
                total += max(0, cell.floor - floor)
                still = rest
            least = total + sum(still)
            if least > worst or (floor is None and node.parcels >= self._most_parcels):
                continue
            followers.append(
                _Node(
                    least,
                    node.parcels + (floor is None),
                    max(node.days, way.days),
                    total,
                    (*node.cells, cell),
                    still,
                    node.used if in_use is not None else {**node.used, way.source_at: cell.way},
                    {**node.floors, cell.group: cell.floor if floor is None else max(floor, cell.floor)},
                )
            )
        self.nodes += len(self._rows[at])
        followers.sort(key=_PROMISE, reverse=True)
        return followers

    def _may_win(self, node: _Node) -> bool:
        """Whether a basket that goes on like this could still be among the best."""
        if len(self.best) < self._keep:
            return True
        worst = self.best[-1]
        if node.least != worst.total:
            return node.least < worst.total
        return (node.parcels, node.days, self._least_tags(node)) < (worst.parcels, worst.days, worst.tags)

    def _least_tags(self, node: _Node) -> tuple[int, ...]:
        """The smallest keys that a basket can have which goes on like this."""
        tags = [min([cell.tag for cell in cells]) for cells in self._choices]
        for line, cell in zip(self._order, node.cells, strict=False):
            tags[line] = cell.tag
        return tuple(tags)

    def _reached(self, node: _Node) -> None:
        by_line = dict(zip(self._order, node.cells, strict=True))
        self.offer(found(self._ways, [by_line[line] for line in range(len(by_line))]))


def _by_group(cells: Sequence[Cell]) -> dict[int, int]:
    """What a line costs at the least in each group."""
    lows: dict[int, int] = {}
    for cell in cells:
        if cell.low < lows.get(cell.group, FAR):
            lows[cell.group] = cell.low
    return lows


def _charge(
    choices: Sequence[Sequence[Cell]], lows: Sequence[dict[int, int]]
) -> tuple[list[int], dict[int, int]]:
    """The price of each line, and what each group has not been charged of its floor.

    First every group's floor is shared out evenly, then each price is raised as far as all groups have something left.
    """
    slack: dict[int, int] = {}
    for cells in choices:
        for cell in cells:
            floor = max(0, cell.floor)
            if floor < slack.get(cell.group, FAR):
                slack[cell.group] = floor
    lines_of = Counter([group for each in lows for group in each])
    share = {group: floor // lines_of[group] for group, floor in slack.items()}
    prices = [min([low + share[group] for group, low in each.items()]) for each in lows]
    for each, price in zip(lows, prices, strict=True):
        for group, low in each.items():
            if low < price:
                slack[group] -= price - low
    for line, each in enumerate(lows):
        price = prices[line]
        raised = min([max(low, price) + slack[group] for group, low in each.items()])
        for group, low in each.items():
            if low < raised:
                slack[group] -= raised - max(low, price)
        prices[line] = raised
    return prices, slack
