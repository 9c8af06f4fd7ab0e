"""How far the orders are: one cheap statement a second, and what is made of it on a terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from sqlalchemy import text

from printvision.platform.scope import system_scope, workspace_scope

if TYPE_CHECKING:
    from printvision.cli.door import Door

PLACES: Final = (
    "received",
    "checked",
    "routed",
    "sent",
    "printing",
    "shipped",
    "delivered",
    "held",
    "not_printable",
)
ENDED: Final = ("delivered", "held", "not_printable", "cancelled")

_COUNT: Final = text(
    "SELECT CASE WHEN held_at IS NULL THEN stage ELSE 'held' END AS place, count(*) AS orders FROM orders GROUP BY 1"
)
_HELD: Final = text("SELECT external_id FROM orders WHERE held_at IS NOT NULL")
_SETTLED: Final = text("SELECT external_id FROM orders WHERE held_at IS NOT NULL OR stage = ANY(:ended)")
# Whoever reads the order back settles it: the run that made the call, or a webhook's look that was quicker.
_UNKNOWN: Final = text(
    "SELECT coalesce(sum(CASE WHEN f.progress IS DISTINCT FROM 'draft' OR f.ending IS NOT NULL"
    " THEN s.unknown_outcomes ELSE s.unknown_resolved END), 0)"
    " FROM submissions s JOIN fulfilments f ON f.id = s.fulfilment_id WHERE f.progress IS NOT NULL"
)
_REROUTED: Final = text(
    """
    SELECT count(*) FILTER (WHERE passed_over) AS passed_over, count(*) FILTER (WHERE taken_back) AS taken_back,
           count(*) FILTER (WHERE passed_over OR taken_back) AS rerouted
    FROM (
        SELECT EXISTS (
            SELECT FROM route_decisions d, jsonb_array_elements(d.record->'problem'->'sources') one
            WHERE d.order_id = o.id AND jsonb_typeof(d.record->'winner') = 'object'
              AND coalesce(one->>'unavailable', one->>'excluded') IS NOT NULL
              AND NOT d.record->'winner'->'parts'
                  @> jsonb_build_array(jsonb_build_object('connection_id', one->'connection_id'))
        ) AS passed_over, EXISTS (
            SELECT FROM fulfilments f JOIN fulfilments g ON g.order_id = f.order_id
            WHERE f.order_id = o.id AND f.given_up_at IS NOT NULL
              AND g.connection_id <> f.connection_id AND g.created_at >= f.given_up_at
        ) AS taken_back
        FROM orders o
    ) each_order
    """
)
_SPLIT: Final = text(
    "SELECT count(*) FROM (SELECT order_id FROM fulfilments WHERE given_up_at IS NULL"
    " GROUP BY order_id HAVING count(DISTINCT connection_id) > 1) AS split"
)


@dataclass
class Progress:
    """What is known of the orders at the moment; `total` is how many there will be."""

    total: int
    began: float = field(default_factory=time.monotonic)
    places: Counter[str] = field(default_factory=Counter[str])

    @property
    def received(self) -> int:
        return sum(self.places.values())

    @property
    def settled(self) -> bool:
        """Every order is there, and none will go further by itself."""
        return self.received >= self.total and sum(self.places[place] for place in ENDED) == self.received

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self.began, 1)


async def count_places(door: Door) -> Counter[str]:
    """Orders by stage; held ones under `held`."""
    async with system_scope(door.platform, "demo") as scope:
        return Counter({row.place: row.orders for row in await scope.session.execute(_COUNT)})


async def held_orders(door: Door) -> set[str]:
    """The shops' ids of those that wait for a person."""
    async with system_scope(door.platform, "demo") as scope:
        return set((await scope.session.execute(_HELD)).scalars())


async def settled_orders(door: Door) -> set[str]:
    """The shops' ids of those that will not go further by themselves."""
    async with system_scope(door.platform, "demo") as scope:
        return set((await scope.session.execute(_SETTLED, {"ended": list(ENDED)})).scalars())


class Outcomes(NamedTuple):
    """What became of calls and orders.

    Args:
        unknown_resolved: calls without an answer that were cleared up.
        passed_over, taken_back, rerouted: orders given to another provider, see `Figures`; both may hold of one.
        split: orders that several providers make.
    """

    unknown_resolved: int
    passed_over: int
    taken_back: int
    rerouted: int
    split: int


async def outcomes(door: Door) -> Outcomes:
    async with workspace_scope(door.platform, door.workspace_id, door.principal) as scope:
        unknown = (await scope.session.execute(_UNKNOWN)).scalar_one()
        rerouted = (await scope.session.execute(_REROUTED)).one()
        split = (await scope.session.execute(_SPLIT)).scalar_one()
    return Outcomes(int(unknown), rerouted.passed_over, rerouted.taken_back, rerouted.rerouted, split)


def picture(progress: Progress, words: str, counts: Mapping[str, int]) -> Group:
    """The live table."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for place in PLACES:
        table.add_column(place.replace("_", " "), justify="right")
    table.add_row(*(_cell(place, progress.places[place]) for place in PLACES))
    ended = sum(progress.places[place] for place in ENDED)
    bar = Table.grid(padding=(0, 2, 0, 0))
    bar.add_row(
        ProgressBar(total=max(1, progress.total), completed=ended, width=40),
        Text(f"{ended} of {progress.total}"),
        Text(f"{progress.seconds:.0f} s", style="dim"),
    )
    told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    return Group(Text(words, style="bold"), bar, Text(), table, Text(), Text(told, style="dim"))


def _cell(place: str, count: int) -> Text:
    if not count:
        return Text("·", style="dim")
    styles = {"delivered": "bold green", "held": "yellow", "not_printable": "dim"}
    return Text(str(count), style=styles.get(place, "bold cyan"))


def line(progress: Progress, counts: Mapping[str, int]) -> str:
    """The same in one line, where there is no terminal."""
    there = [(place, progress.places[place]) for place in PLACES if progress.places[place]]
    told = ", ".join(f"{count} {place.replace('_', ' ')}" for place, count in there) or "none received yet"
    return f"{progress.seconds:5.0f} s  sent {counts.get('sent', 0)} of {progress.total}: {told}"
