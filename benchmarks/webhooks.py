"""Webhooks stored and acknowledged, beside the bare limit: the same rows written one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from benchmarks.bare import Bare, Connection, Pattern, pool_of, write_all
from benchmarks.client import Load, closed_loop, open_loop
from benchmarks.figures import Section, figure, ratios
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.platform.db import libpq_url

CLIENTS: Final = 64
OFFERED: Final = 500


async def measure(stage: Stage, plan: Plan) -> Section:
    """No worker runs: the door alone is measured."""
    ours: list[Load] = []
    offered: list[Load] = []
    bare: list[Bare] = []
    async with (
        stage.running(worker=False),
        pool_of(libpq_url(stage.urls.system), stage.settings.database.pool_size) as pool,
    ):
        await closed_loop(stage.url, _requests(stage, plan.warm_up), clients=CLIENTS)
        async with pool.connection() as connection:
            row = await Pattern.newest(connection, "messages")

        async def write(connection: Connection) -> None:
            await row.insert(connection, id=uuid4(), dedupe_key=uuid4().hex)

        await write_all(pool, write, times=plan.warm_up)
        for _ in range(plan.rounds):
            load = await closed_loop(stage.url, _requests(stage, plan.webhooks), clients=CLIENTS)
            ours.append(load.require(200))
            bare.append(await write_all(pool, write, times=plan.webhooks))
            requests = _requests(stage, int(OFFERED * plan.offered_s))
            offered.append((await open_loop(stage.url, requests, a_second=OFFERED)).require(200))
    return _section(ours, offered, bare)


def _requests(stage: Stage, times: int) -> list[bytes]:
    return [stage.vendor.webhook() for _ in range(times)]


def _section(ours: Sequence[Load], offered: Sequence[Load], bare: Sequence[Bare]) -> Section:
    rates = [load.a_second for load in ours]
    limits = [limit.a_second for limit in bare]
    return Section(
        title="Webhooks: signed, stored and acknowledged",
        figures=(
            figure(f"acknowledged, {CLIENTS} clients", "1/s", rates),
            figure("bare limit: single-row inserts", "1/s", limits),
            figure("ours / bare limit", "", ratios(rates, limits), at_least=0.45),
            figure(
                f"99 % acknowledged within, {OFFERED}/s offered",
                "ms",
                [load.ms(0.99) for load in offered],
                below=50,
            ),
            figure(f"half within, {OFFERED}/s offered", "ms", [load.ms(0.5) for load in offered]),
            figure("the slowest, offered", "ms", [load.ms(1.0) for load in offered]),
        ),
    )
