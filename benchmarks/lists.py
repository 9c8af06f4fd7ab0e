"""The list of orders, page after page, of a workspace that has a million of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from benchmarks.bare import Pattern, pool_of
from benchmarks.client import Load, Wire, closed_loop
from benchmarks.figures import Section, figure
from benchmarks.plan import Plan
from benchmarks.stage import Stage

CLIENTS: Final = 16
PAGE: Final = 50
FILL_AT_ONCE: Final = 50_000
_PATH: Final = f"/api/v1/orders?limit={PAGE}"

# A UUIDv7's first 48 bits are its milliseconds: the rows are born one after the other, before the one they are made of.
_FILL: Final = """
INSERT INTO orders ({columns}) SELECT {values}
FROM orders o, generate_series(%(first)s::bigint, %(last)s::bigint) AS n WHERE o.id = %(pattern)s
"""
_CHANGED: Final = {
    "id": "(lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'"
    " || substr(md5(n::text), 4, 15))::uuid",
    "external_id": "'filled-' || n",
    "number": "'#' || n",
    "stage": "'delivered'",
    "run_id": "NULL",
    "placed_at": "o.placed_at - make_interval(secs => %(last)s - n)",
    "received_at": "o.received_at - make_interval(secs => %(last)s - n)",
}
_PLAN: Final = """
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
SELECT id, shop_id, external_id, number, stage FROM orders
WHERE workspace_id = %(workspace_id)s AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s
"""


class _Cursor(msgspec.Struct):
    next_cursor: str | None


async def measure(stage: Stage, plan: Plan) -> Section:
    """Each client goes from page to page, some thousand pages in; nothing is counted and no page is left out."""
    async with stage.running(worker=False):
        (await closed_loop(stage.url, [stage.vendor.order()], clients=1)).require(201)
        notes = await _fill(stage, plan.listed)
        pages = _Pages(stage.url, stage.vendor.api_key)
        await pages.load(plan.warm_up)
        loads = [await pages.load(plan.pages) for _ in range(plan.rounds)]
    return _section(loads, plan, notes)


class _Pages:
    """Clients of which each goes on where it stopped."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key
        self._cursors: list[str | None] = [None] * CLIENTS

    async def load(self, pages: int) -> Load:
        load, left = Load(), iter(range(pages))

        async def client(number: int) -> None:
            wire = await Wire.open(self._url)
            for _ in left:
                began = time.perf_counter()
                status, body = await wire.read(self._request(self._cursors[number]))
                load.latencies_s.append(time.perf_counter() - began)
                load.statuses[status] += 1
                self._cursors[number] = msgspec.json.decode(body, type=_Cursor).next_cursor
            wire.close()

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                group.create_task(client(number))
        load.seconds = time.perf_counter() - began
        return load.require(200)

    def _request(self, cursor: str | None) -> bytes:
        path = _PATH if cursor is None else f"{_PATH}&cursor={cursor}"
        host = urlsplit(self._url).netloc
        return f"GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {self._key}\r\n\r\n".encode()


async def _fill(stage: Stage, orders: int) -> tuple[str, ...]:
    """Write so many orders after the pattern of the one that is there; the plan of a page in their midst."""
    async with pool_of(stage.superuser_url, 1) as pool, pool.connection() as connection:
        pattern = await Pattern.newest(connection, "orders")
        statement = SQL(_FILL).format(
            columns=SQL(", ").join(map(Identifier, pattern.values)),
            values=SQL(", ").join(SQL(_CHANGED.get(name, f'o."{name}"')) for name in pattern.values),
        )
        for first in range(1, orders + 1, FILL_AT_ONCE):
            last = min(orders, first + FILL_AT_ONCE - 1)
            values = {"first": first, "last": last, "pattern": pattern.values["id"]}
            await connection.execute(statement, values)
        await connection.commit()
        await connection.set_autocommit(True)
        await connection.execute("VACUUM ANALYZE orders")
        return await _explain(connection, pattern)


async def _explain(connection: psycopg.AsyncConnection[object], pattern: Pattern) -> tuple[str, ...]:
    middle = await connection.execute("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM orders")
    found = await middle.fetchone()
    assert isinstance(found, tuple)
    asked = {"workspace_id": pattern.values["workspace_id"], "before": found[0], "limit": PAGE + 1}
    rows = await (await connection.execute(_PLAN, asked)).fetchall()
    return tuple(str(row[0]) for row in rows if isinstance(row, tuple))


def _section(loads: Sequence[Load], plan: Plan, notes: tuple[str, ...]) -> Section:
    return Section(
        title=f"GET /api/v1/orders, {PAGE} among {plan.listed:,}, {CLIENTS} clients",
        figures=(
            figure("pages", "1/s", [load.a_second for load in loads], at_least=400),
            figure("99 % answered within", "ms", [load.ms(0.99) for load in loads], below=60),
            figure("half answered within", "ms", [load.ms(0.5) for load in loads]),
        ),
        notes=("The plan of a page in their midst:", *notes),
    )
