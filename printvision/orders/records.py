"""What is stored of a decision, so that it can be told, explained anew and made again under other rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from printvision.orders.asking import Asked
from printvision.orders.gathering import only_needed
from printvision.orders.routing import Basket, Candidate, Problem, Quote

MOST_CANDIDATES = 100


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it is stored.

    Args:
        refused: where nothing won, the best basket that failed a bound of the whole.
        candidates: the best ones; those of paused connections are among them, since their orders wait for these.
        problem: all that the decision was made from.
    """

    winner: Basket | None
    candidates: tuple[Candidate, ...]
    considered: int
    problem: Problem
    refused: Basket | None = None
    quotes: tuple[Quote, ...] = ()
    looked_at: int = 0
    exact: bool = True


def write_record(asked: Asked) -> dict[str, Any]:
    decision = asked.decision
    record = Record(
        winner=decision.winner,
        refused=decision.baskets[0] if decision.baskets and decision.winner is None else None,
        candidates=decision.candidates[:MOST_CANDIDATES],
        considered=decision.considered,
        looked_at=decision.looked_at,
        exact=decision.exact,
        quotes=asked.quotes,
        problem=only_needed(asked.problem),
    )
    return msgspec.to_builtins(record, str_keys=True)


def read_record(stored: Mapping[str, Any]) -> Record | None:
    """None for one of an older shape, which tells less."""
    if "problem" not in stored:
        return None
    return msgspec.convert(stored, Record)
