"""Was each printable line printed exactly once? Asked of the provider's own ledger, not of us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from printvision.cli.demo.folder import SentLine
from printvision.cli.demo.plan import Verdict
from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine

Pieces = Counter[tuple[str, str]]
"""Pieces by recipient and SKU."""


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
