"""A page of orders narrowed to few of many is found by an index, and costs about what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import postgresql

from printvision.orders.listing import list_orders
from printvision.orders.schemas import ListOrders
from printvision.platform.db import libpq_url
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection
from tests.database import DatabaseUrls
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product, order

ORDERS, ONE_IN = 20_000, 200
FILL_ORDERS = """
INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object(
    'id', (lpad(to_hex(1700000000000 + n), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
    'external_id', 'filled-' || n, 'stage', 'delivered', 'run_id', NULL,
    'country', CASE WHEN n %% %(one_in)s = 0 THEN 'IS' ELSE 'US' END))).*
FROM orders o, generate_series(1, %(many)s) n
"""
FILL_FULFILMENTS = """
INSERT INTO fulfilments
    (id, workspace_id, order_id, ordinal, connection_id, provider, method, generation, looks, created_at)
SELECT gen_random_uuid(), workspace_id, id, 1,
    CASE WHEN country = 'IS' THEN %(rare)s::uuid ELSE %(usual)s::uuid END, 'printful', 'standard', 0, 0, now()
FROM orders WHERE external_id LIKE 'filled-%%'
"""


@pytest.fixture
async def many(product: Product, workspace: MadeWorkspace, database_urls: DatabaseUrls) -> dict[str, Any]:
    """Many orders of which one in some hundred goes to Iceland, and those alone by a connection of their own."""
    await product.client.post("/api/v1/orders", json=order())
    async with workspace.scope() as scope:
        rare = await add_connection(
            scope,
            AddConnection(
                provider="printful",
                name="Rare",
                credentials={"token": "never-called"},
                base_url="http://127.0.0.1:9",
            ),
        )
    with psycopg.connect(libpq_url(database_urls.owner), autocommit=True) as connection:
        connection.execute(FILL_ORDERS, {"many": ORDERS, "one_in": ONE_IN})
        connection.execute(FILL_FULFILMENTS, {"rare": rare.id, "usual": product.connection_id})
        connection.execute("VACUUM ANALYZE orders, fulfilments")
    return {"country": "IS", "connection_id": rare.id}


async def test_few_of_many_are_found_by_an_index(many: dict[str, Any], workspace: MadeWorkspace):
    for by, index in (
        ("country", "ix_orders_workspace_country"),
        ("connection_id", "ix_fulfilments_connection_id"),
    ):
        nodes = list(walk(await plan(workspace, ListOrders(**{by: many[by]}))))

        assert index in {node.get("Index Name") for node in nodes}, nodes
        assert "Seq Scan" not in {node["Node Type"] for node in nodes}, nodes
        assert max(read_by(node) for node in nodes) <= ORDERS // ONE_IN, nodes


async def plan(workspace: MadeWorkspace, asked: ListOrders) -> dict[str, Any]:
    """How the database makes the statement that the list itself sends."""
    async with workspace.scope() as scope:
        sent: list[Select[Any]] = []
        execute = scope.session.execute

        async def noting(statement: Select[Any]) -> Any:
            sent.append(statement)
            return await execute(statement)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scope.session, "execute", noting)
            found, _ = await list_orders(scope, asked)
        assert len(found) == asked.limit
        written = sent[0].compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        explained = await execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {written}"))
        return explained.scalar_one()[0]["Plan"]


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", []):
        yield from walk(each)


def read_by(node: dict[str, Any]) -> int:
    """Rows that it looked at, those it threw away among them."""
    return int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
