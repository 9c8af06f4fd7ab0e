"""Orders from our door until they are shipped, beside plain DBOS workflows that make the same calls."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg

from benchmarks.client import closed_loop
from benchmarks.figures import Section, figure, ratios
from benchmarks.memory import Memory
from benchmarks.peer.stage import open_peer
from benchmarks.plan import Plan
from benchmarks.stage import Simulator, Stage

CLIENTS: Final = 8
LOOK_EVERY_S: Final = 0.05
SHIPPED_WITHIN_S: Final = 300.0
_SHIPPED: Final = "SELECT count(*) FROM orders WHERE stage IN ('shipped', 'delivered')"
_STEPS: Final = """
SELECT coalesce(sum(CASE WHEN name LIKE 'orders.fulfil@%' THEN 5 WHEN name LIKE 'orders.follow@%' THEN 1 END), 0)
FROM dbos.workflow_status
"""


@dataclass
class Rounds:
    """One side's rounds: orders a second, and what an order took."""

    rates: list[float] = field(default_factory=list[float])
    calls: Counter[str] = field(default_factory=Counter[str])
    orders: int = 0
    steps: int = 0


async def measure(stage: Stage, plan: Plan) -> Section:
    """In turns: so many orders through ours, as many through the peer, each until all are shipped."""
    ours, theirs = Rounds(), Rounds()
    async with (
        open_peer(stage) as peer,
        await psycopg.AsyncConnection.connect(stage.superuser_url, autocommit=True) as asking,
        stage.running(*peer.roles, worker=True),
    ):
        await peer.register()
        memory = Memory(stage.processes, ("serve", "worker"))
        peer_memory = Memory(stage.processes, ("peer-door", "peer-worker"))

        async def count(query: str) -> int:
            row = await (await asking.execute(query.encode())).fetchone()
            assert row is not None
            return int(row[0])

        async def run_ours(orders: int) -> float:
            requests = [stage.vendor.order() for _ in range(orders)]
            with memory.watched():
                return await _until_shipped(stage.url, requests, lambda: count(_SHIPPED))

        async def run_peer(orders: int) -> float:
            requests = [peer.order() for _ in range(orders)]
            with peer_memory.watched():
                return await _until_shipped(peer.url, requests, peer.shipped)

        await run_ours(plan.warm_up)
        await run_peer(plan.warm_up)
        for _ in range(plan.rounds):
            await _round(ours, stage.simulator, plan.orders, run_ours, lambda: count(_STEPS))
            await _round(theirs, peer.simulator, plan.orders, run_peer, peer.steps)
    return _section(ours, theirs, memory, peer_memory)


async def _round(
    rounds: Rounds,
    simulator: Simulator,
    orders: int,
    run: Callable[[int], Awaitable[float]],
    count_steps: Callable[[], Awaitable[int]],
) -> None:
    calls, steps = Counter(await simulator.calls()), await count_steps()
    seconds = await run(orders)
    rounds.rates.append(orders / seconds)
    rounds.orders += orders
    rounds.calls += Counter(await simulator.calls()) - calls
    rounds.steps += await count_steps() - steps


async def _until_shipped(
    url: str, requests: Sequence[bytes], count_shipped: Callable[[], Awaitable[int]]
) -> float:
    """Seconds from the first order sent to the last one seen shipped."""
    wanted = await count_shipped() + len(requests)
    began = time.perf_counter()
    (await closed_loop(url, requests, clients=CLIENTS)).require(201)
    async with asyncio.timeout(SHIPPED_WITHIN_S):
        while await count_shipped() < wanted:  # noqa: ASYNC110 -- it happens in other processes
            await asyncio.sleep(LOOK_EVERY_S)
    return time.perf_counter() - began


def _section(ours: Rounds, theirs: Rounds, memory: Memory, peer_memory: Memory) -> Section:
    return Section(
        title="From door to shipped: real processes, simulated provider",
        figures=(
            figure("orders shipped", "1/s", ours.rates, at_least=30),
            figure("peer: plain DBOS workflows", "1/s", theirs.rates),
            figure("ours / peer", "", ratios(ours.rates, theirs.rates), at_least=0.6),
            figure("memory of serve and worker (PSS, highest)", "MB", memory.highest_mb, below=400),
            figure("memory of the peer's two processes", "MB", peer_memory.highest_mb),
        ),
        notes=(
            f"an order of ours: {_told(ours)}",
            f"an order of the peer's: {_told(theirs)}",
        ),
    )


def _told(rounds: Rounds) -> str:
    calls = ", ".join(f"{count / rounds.orders:.2f} × {call}" for call, count in sorted(rounds.calls.items()))
    return f"{rounds.steps / rounds.orders:.2f} steps, {sum(rounds.calls.values()) / rounds.orders:.2f} calls ({calls})"
