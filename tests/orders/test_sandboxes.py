"""Test keys: what they order goes to sandboxes alone, and they see nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from printvision.orders.models import OrderRow
from printvision.orders.states import Stage
from printvision.platform.scope import Actor, Principal, workspace_scope
from printvision.providers.models import ConnectionRow
from tests.orders.carrying import settle
from tests.orders.houses import Houses

TESTER = Principal(Actor.KEY, "test", test=True)


async def make_sandbox(houses: Houses, connection_id: UUID) -> None:
    async with houses.workspace.scope() as scope:
        await scope.session.execute(
            update(ConnectionRow).where(ConnectionRow.id == connection_id).values(sandbox=True)
        )


async def test_a_test_order_goes_to_the_sandbox_though_another_is_cheaper(houses: Houses):
    await make_sandbox(houses, houses.other_id)

    tried, real = await houses.place(test=True), await houses.place()  # of one external id
    await settle(houses, tried)
    await settle(houses, real)

    assert tried != real
    assert await houses.holders(tried) == [houses.other_id]
    assert await houses.holders(real) == [houses.connection_id]
    assert ((await houses.order(tried)).test, (await houses.order(real)).test) == (True, False)


async def test_where_there_is_only_a_sandbox_no_real_order_is_made(houses: Houses):
    await make_sandbox(houses, houses.connection_id)
    await make_sandbox(houses, houses.other_id)

    real = await houses.place()
    await settle(houses, real)

    assert (await houses.order(real)).stage is not Stage.SENT
    assert await houses.holders(real) == []
    assert await houses.made(real) == ([], [])


async def test_where_there_is_no_sandbox_no_test_order_is_made(houses: Houses):
    tried = await houses.place(test=True)
    await settle(houses, tried)

    assert await houses.holders(tried) == []
    assert await houses.made(tried) == ([], [])


@pytest.mark.parametrize("table", [OrderRow, ConnectionRow])
async def test_sql_that_forgets_its_where_sees_and_changes_tests_alone(houses: Houses, table: Any):
    await make_sandbox(houses, houses.other_id)
    await houses.place("1")
    await houses.place("2", test=True)

    async with workspace_scope(houses.platform, houses.workspace.id, TESTER) as scope:
        seen = (await scope.session.scalars(select(table))).all()
        touched = await scope.session.execute(text(f"UPDATE {table.__tablename__} SET id = id RETURNING id"))
        assert [row[0] for row in touched] == [row.id for row in seen]

    flags = [row.test if isinstance(row, OrderRow) else row.sandbox for row in seen]
    assert flags == [True]
    async with houses.workspace.scope() as scope:
        assert len((await scope.session.scalars(select(table))).all()) == 2
