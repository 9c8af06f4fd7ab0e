"""Was each printable line printed exactly once? Asked of the provider's own ledger, not of us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from printvision.cli.demo.folder import SentLine
from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine

Pieces = Counter[tuple[str, str]]
"""Pieces by recipient and SKU."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        lost: lines that were to be printed and were not, or not wholly, while nobody holds them.
        doubled: lines of which more was ordered or printed than was wanted; nothing is wanted of what may not
            be printed.
    """

    lost: tuple[tuple[str, str], ...]
    doubled: tuple[tuple[str, str], ...]


def judge(sent: Iterable[SentLine], ledger: Iterable[LedgerLine], *, held: Collection[str] = ()) -> Verdict:
    """
    Args:
        held: recipients whose order waits for a person, with its reason.
    """
    wanted: Pieces = Counter()
    for line in sent:
        if line.printable:
            wanted[line.recipient, line.sku] += line.quantity
    printed, confirmed = _pieces(ledger)
    lost = [line for line, pieces in wanted.items() if printed[line] < pieces and line[0] not in held]
    doubled = [
        line
        for line in {*printed, *confirmed}
        if printed[line] > wanted[line] or confirmed[line] > wanted[line]
    ]
    return Verdict(lost=tuple(sorted(lost)), doubled=tuple(sorted(doubled)))


def _pieces(ledger: Iterable[LedgerLine]) -> tuple[Pieces, Pieces]:
    printed: Pieces = Counter()
    confirmed: Pieces = Counter()
    for line in ledger:
        counts = {LedgerEvent.PRINTED: printed, LedgerEvent.CONFIRMED: confirmed}.get(line.event)
        if counts is not None:
            counts[line.recipient or "", line.sku] += line.quantity
    return printed, confirmed
