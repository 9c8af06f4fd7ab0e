"""What came of it all, once every order has come to its end: figures, and in words what is not well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from printvision.cli.demo.evidence import gather_evidence
from printvision.cli.demo.folder import read_sent
from printvision.cli.demo.orders import DemoOrder
from printvision.cli.demo.plan import Ended, Figures, Plan, ProviderFigures, Verdict
from printvision.cli.demo.progress import Progress, held_orders, outcomes, settled_orders
from printvision.cli.demo.surroundings import PROVIDERS
from printvision.cli.demo.verdict import judge
from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine, read_ledger

if TYPE_CHECKING:
    from printvision.cli.demo.stage import Stage
    from printvision.cli.door import Door

MOST_HELD: Final = 0.02
"""Share of the orders that may wait for a person though they were sent to be printed."""


async def judge_all(
    door: Door,
    stage: Stage,
    progress: Progress,
    orders: Sequence[DemoOrder],
    counts: Mapping[str, int],
) -> Ended:
    """Ask the ledgers of all providers together, and us for the rest."""
    folder = stage.folder
    held = await held_orders(door)
    ledgers = {provider: read_ledger(folder.ledger(provider)) for provider in PROVIDERS}
    verdict = judge(
        read_sent(folder.sent),
        [line for ledger in ledgers.values() for line in ledger],
        held={order.recipient.name for order in orders if order.external_id in held},
    )
    known = await outcomes(door)
    figures = Figures(
        received=progress.received,
        delivered=progress.places["delivered"],
        held=progress.places["held"],
        not_printable=progress.places["not_printable"],
        lost=len(verdict.lost),
        doubled=len(verdict.doubled),
        rerouted=known.rerouted,
        unknown_resolved=known.unknown_resolved,
        seconds=progress.seconds,
        passed_over=known.passed_over,
        taken_back=known.taken_back,
        split=known.split,
        held_wrongly=sum(order.printable and order.external_id in held for order in orders),
        providers={provider: _printed(ledger) for provider, ledger in ledgers.items()},
    )
    suspects = _suspects(orders, verdict, held, await settled_orders(door))
    evidence = await gather_evidence(door, suspects, ledgers)
    if evidence:
        folder.evidence.write_bytes(msgspec.json.format(msgspec.json.encode(evidence)) + b"\n")
    return Ended(figures, verdict, tuple(_problems(stage.plan, figures, counts)), counts, tuple(evidence))


def _suspects(
    orders: Sequence[DemoOrder], verdict: Verdict, held: Collection[str], settled: Collection[str]
) -> list[DemoOrder]:
    """Those to look into, one by one."""
    told = {recipient for recipient, _ in (*verdict.lost, *verdict.doubled)}
    return [
        order
        for order in orders
        if order.recipient.name in told
        or order.external_id not in settled
        or (order.printable and order.external_id in held)
    ]


def _printed(ledger: Sequence[LedgerLine]) -> ProviderFigures:
    printed = [line for line in ledger if line.event is LedgerEvent.PRINTED]
    return ProviderFigures(
        orders=len({line.order_id for line in printed}), pieces=sum(line.quantity for line in printed)
    )


def _problems(plan: Plan, figures: Figures, counts: Mapping[str, int]) -> list[str]:
    under_way = figures.received - figures.delivered - figures.held - figures.not_printable
    found = {
        f"{figures.lost} lines were not printed": figures.lost,
        f"{figures.doubled} lines were ordered or printed more than once": figures.doubled,
        f"{plan.orders - figures.received} orders did not come in": plan.orders != figures.received,
        f"{under_way} orders did not come to their end": under_way,
        f"{figures.held_wrongly} orders that could be printed wait for a person": (
            figures.held_wrongly > MOST_HELD * plan.orders
        ),
        f"{counts.get('given_up', 0)} deliveries were given up by their sender": counts.get("given_up", 0),
        f"{counts.get('refused', 0)} orders were refused at the API": counts.get("refused", 0),
    }
    return [words for words, holds in found.items() if holds]
