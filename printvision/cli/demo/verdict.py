"""Was each printable line printed exactly once? Asked of the providers' own ledgers together, not of us."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from printvision.cli.demo.assortment import articles
from printvision.cli.demo.folder import SentLine
from printvision.cli.demo.plan import Verdict
from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine

Pieces = Counter[tuple[str, str]]
"""Pieces by recipient and SKU."""

_SKUS: Final = {product.title_at_provider(article): article.sku for product, article in articles()}


def judge(sent: Iterable[SentLine], ledger: Iterable[LedgerLine], *, held: Collection[str] = ()) -> Verdict:
    """
    Args:
        ledger: of all providers together: what one printed, no other may.
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


def shop_sku(line: LedgerLine) -> str:
    """What the shop calls it: a provider that prints its own products knows them by other SKUs, but by our titles."""
    return _SKUS.get(line.title or "", line.sku)


def _pieces(ledger: Iterable[LedgerLine]) -> tuple[Pieces, Pieces]:
    """What was printed; and what was ordered to be, but for orders that ended before any of it was."""
    printed: Pieces = Counter()
    confirmed: Pieces = Counter()
    for lines in _by_order(ledger):
        events = {line.event for line in lines}
        taken_back = LedgerEvent.CANCELLED in events and LedgerEvent.PRINTED not in events
        for line in lines:
            what = line.recipient or "", shop_sku(line)
            if line.event is LedgerEvent.PRINTED:
                printed[what] += line.quantity
            elif line.event is LedgerEvent.CONFIRMED and not taken_back:
                confirmed[what] += line.quantity
    return printed, confirmed


def _by_order(ledger: Iterable[LedgerLine]) -> Iterable[Sequence[LedgerLine]]:
    orders: defaultdict[tuple[str | None, str], list[LedgerLine]] = defaultdict(list)
    for line in ledger:
        orders[line.our_ref, line.order_id].append(line)
    return orders.values()
