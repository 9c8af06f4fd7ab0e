"""What a demo is asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from printvision.cli.demo.evidence import Evidence


@dataclass(frozen=True)
class Dark:
    """A provider is dark for `lasts_s`, once this share of the orders is sent."""

    provider: str
    after: float
    lasts_s: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    Args:
        orders: how many, 1 to 100 000.
        seed: of all that is left to chance.
        data: the folder; None for a temporary one.
        port: of the web server; None for a free one.
        kills: how often the web server or the worker is killed while the orders are under way.
        kill_pause_s: shortest and longest time between two kills.
        unanswered: share of `unanswered_calls` that a provider applies and never answers.
        applied_late: share of the same that it applies only some seconds after we gave up.
        webhooks_lost: share of the providers' webhooks that are never sent.
        rough: share of all calls that a provider answers with 500, as many that it cuts off, and the first few as many
            that it answers with 429.
        sold_out: by provider, its variants that are out of stock, of which nobody has told us.
        dark: when a provider is out of reach.
        a_second: how many orders are sent each second.
    """

    orders: int = 200
    seed: int = 1
    data: Path | None = None
    port: int | None = None
    kills: int = 0
    kill_pause_s: tuple[float, float] = (2.0, 6.0)
    unanswered: float = 0.05
    unanswered_calls: tuple[str, ...] = ("orders.confirm",)
    applied_late: float = 0.0
    webhooks_lost: float = 0.0
    rough: float = 0.0
    sold_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    dark: tuple[Dark, ...] = (Dark("printify", after=1 / 3, lasts_s=20.0),)
    a_second: float = 6.0

    @property
    def limit_s(self) -> float:
        """How long to wait for the last order, once all are sent."""
        return 90.0 + 0.5 * self.orders + 6.0 * self.kills


class ProviderFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider printed, by its own ledger."""

    orders: int
    pieces: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `lost` and `doubled` count lines, by the providers' ledgers against what was sent.

    Args:
        rerouted: orders that were given to another provider: `passed_over` of them while one that offers the same was
            out of reach, `taken_back` of them from one that had them.
        split: orders that several providers made together.
        held_wrongly: of those held, orders that were sent to be printed.
        providers: by their keys.
    """

    received: int
    delivered: int
    held: int
    not_printable: int
    lost: int
    doubled: int
    rerouted: int
    unknown_resolved: int
    seconds: float
    passed_over: int
    taken_back: int
    split: int
    held_wrongly: int
    providers: dict[str, ProviderFigures]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Lines by recipient and SKU.

    Args:
        lost: those that were to be printed and were not, or not wholly, while nobody holds them.
        doubled: those of which more was ordered or printed than was wanted; nothing is wanted of what may not
            be printed.
    """

    lost: tuple[tuple[str, str], ...]
    doubled: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ended:
    """
    Args:
        problems: in words, what is not well; empty where all is.
        counts: what the senders did, and how many processes were killed.
        evidence: what is known of orders that were lost, doubled, left under way or held without need.
        sign_in: the address that signs somebody in to look at it, once.
    """

    figures: Figures
    verdict: Verdict
    problems: tuple[str, ...]
    counts: Mapping[str, int]
    evidence: tuple[Evidence, ...] = ()
    sign_in: str = ""
