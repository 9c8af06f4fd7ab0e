"""The bare limit: the same rows by the same driver in this one process, with nothing around them.

A row that the product wrote is taken as a pattern and written again under new ids, in a pool as large as the
product's own, by as many tasks as there are connections.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from benchmarks.figures import percentile

Connection: TypeAlias = AsyncConnection[Any]
Write = Callable[[Connection], Awaitable[None]]


@dataclass(frozen=True)
class Bare:
    """What writing so many times came to."""

    a_second: float
    p99_ms: float


@asynccontextmanager
async def pool_of(url: str, size: int) -> AsyncGenerator[AsyncConnectionPool[Connection]]:
    """Connections of one login, all of them open."""
    async with AsyncConnectionPool[Connection](url, min_size=size, max_size=size, open=False) as pool:
        await pool.wait()
        yield pool


async def write_all(pool: AsyncConnectionPool[Connection], write: Write, *, times: int) -> Bare:
    """Write so many times, each in a transaction of its own, on all connections at once."""
    latencies_s: list[float] = []
    left = iter(range(times))

    async def writer() -> None:
        for _ in left:
            began = time.perf_counter()
            async with pool.connection() as connection:
                await write(connection)
            latencies_s.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(pool.max_size):
            group.create_task(writer())
    seconds = time.perf_counter() - began
    return Bare(a_second=times / seconds, p99_ms=percentile(latencies_s, 0.99) * 1_000)


@dataclass(frozen=True)
class Pattern:
    """A row to write again.

    Args:
        values: by column; what is not named here the database fills in.
    """

    table: str
    values: Mapping[str, Any]

    @classmethod
    async def newest(cls, connection: Connection, table: str, *, without: tuple[str, ...] = ()) -> Pattern:
        """The newest row of a table.

        Args:
            without: columns whose value the database gives.
        """
        cursor = connection.cursor(row_factory=dict_row)
        query = SQL("SELECT * FROM {} ORDER BY ctid DESC LIMIT 1").format(_name(table))
        row = await (await cursor.execute(query)).fetchone()
        if row is None:
            raise RuntimeError(f"the product has not yet written to {table}")
        values = {
            name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in row.items()
        }
        return cls(table, {name: value for name, value in values.items() if name not in without})

    async def insert(self, connection: Connection, **fresh: UUID | str | int) -> None:
        """Write the row again with these values in it."""
        await connection.execute(self._statement, {**self.values, **fresh})

    @cached_property
    def _statement(self) -> bytes:
        query = SQL("INSERT INTO {} ({}) VALUES ({})").format(
            _name(self.table),
            SQL(", ").join(map(Identifier, self.values)),
            SQL(", ").join(map(Placeholder, self.values)),
        )
        return query.as_bytes(None)


def _name(table: str) -> Identifier:
    """A table, with its schema where that is told."""
    return Identifier(*table.split("."))
