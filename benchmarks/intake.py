"""Orders taken in at our own door, beside the bare limit: the same rows in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from benchmarks.bare import Bare, Connection, Pattern, pool_of, write_all
from benchmarks.client import Load, closed_loop
from benchmarks.figures import Section, figure, ratios
from benchmarks.plan import Plan
from benchmarks.stage import Stage

CLIENTS: Final = 16


async def measure(stage: Stage, plan: Plan) -> Section:
    """No worker runs: the door alone is measured, as in a rush that the worker catches up with later."""
    ours: list[Load] = []
    bare: list[Bare] = []
    async with (
        stage.running(worker=False),
        pool_of(stage.superuser_url, stage.settings.database.pool_size) as pool,
    ):
        await _load(stage, plan.warm_up)
        async with pool.connection() as connection:
            rows = await OrderRows.newest(connection)
        await write_all(pool, rows.write, times=plan.warm_up)
        for _ in range(plan.rounds):
            ours.append(await _load(stage, plan.intakes))
            bare.append(await write_all(pool, rows.write, times=plan.intakes))
    return _section(ours, bare)


async def _load(stage: Stage, times: int) -> Load:
    requests = [stage.vendor.order() for _ in range(times)]
    return (await closed_loop(stage.url, requests, clients=CLIENTS)).require(201)


def _section(ours: Sequence[Load], bare: Sequence[Bare]) -> Section:
    rates = [load.a_second for load in ours]
    limits = [limit.a_second for limit in bare]
    return Section(
        title=f"Order intake: POST /api/v1/orders, stored and answered, {CLIENTS} clients",
        figures=(
            figure("orders taken in", "1/s", rates, at_least=300),
            figure("99 % answered within", "ms", [load.ms(0.99) for load in ours], below=100),
            figure("half answered within", "ms", [load.ms(0.5) for load in ours]),
            figure("bare limit: the same rows, one transaction each", "1/s", limits),
            figure("ours / bare limit", "", ratios(rates, limits)),
        ),
    )


@dataclass(frozen=True)
class OrderRows:
    """What the door writes of an order: the order, its lines, its event, its run."""

    order: Pattern
    lines: tuple[Pattern, ...]
    event: Pattern
    run: Pattern
    run_input: Pattern

    @classmethod
    async def newest(cls, connection: Connection) -> OrderRows:
        line = await Pattern.newest(connection, "order_lines")
        return cls(
            order=await Pattern.newest(connection, "orders"),
            lines=(line, line),
            event=await Pattern.newest(connection, "events", without=("seq", "xid")),
            run=await Pattern.newest(connection, "dbos.workflow_status"),
            run_input=await Pattern.newest(connection, "dbos.workflow_input"),
        )

    async def write(self, connection: Connection) -> None:
        order_id, run_id = uuid4(), f"bare:{uuid4().hex}"
        await self.order.insert(connection, id=order_id, external_id=order_id.hex, run_id=run_id)
        for position, line in enumerate(self.lines):
            await line.insert(connection, id=uuid4(), order_id=order_id, position=position)
        await self.event.insert(connection, subject_id=order_id)
        await self.run.insert(connection, workflow_uuid=run_id)
        await self.run_input.insert(connection, workflow_uuid=run_id)
