"""A buyer's name, address and words are readable nowhere but where they are sealed."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Generator
from typing import Any

import psycopg
import pytest
import structlog
from psycopg import sql

from printvision.orders import Sweeper
from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import release_order
from printvision.orders.states import Stage
from printvision.platform.db import libpq_url
from printvision.platform.logs import configure_logs
from printvision.providers.pool import pool_of
from printvision.providers.simulators.faults import Fault, Faults
from printvision.webhooks import Inbox
from tests.orders.carrying import look, lose, send, settle
from tests.orders.shopify import ADDRESS, deliver, line, order
from tests.orders.vendor import Vendor

# what BUYER, ADDRESS and the lines below say of a person
WORDS = (
    "Odalys",
    "Wexford",
    "Quillback",
    "512 555 0148",
    "5125550148",
    '"73301',
    "For Ada, always",
    "side door",
)
ENGRAVED = line(properties=[{"name": "Engraving", "value": "For Ada, always"}])

_COLUMNS = """
    SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema IN ('public', 'dbos') AND t.table_type = 'BASE TABLE'
    ORDER BY 1, 2, 3
"""


async def readable(vendor: Vendor) -> dict[str, str]:
    """Every column of every table as text, by its name; bytes as the text they would be."""
    async with await psycopg.AsyncConnection.connect(libpq_url(vendor.platform.urls.owner)) as connection:
        columns = await (await connection.execute(_COLUMNS)).fetchall()
        found: dict[str, str] = {}
        for schema, table, column in columns:
            name = sql.SQL("{}").format(sql.Identifier(column))
            rows = await connection.execute(
                sql.SQL("SELECT {} FROM {}").format(name, sql.Identifier(schema, table))
            )
            found[f"{schema}.{table}.{column}"] = " ".join([_text(row[0]) for row in await rows.fetchall()])
        return found


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


@pytest.fixture
def as_it_was() -> Generator[None]:
    """Logging is the process's own: put it back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def leaks(texts: dict[str, str]) -> list[tuple[str, str]]:
    return [(where, word) for where, text in texts.items() for word in WORDS if word.lower() in text.lower()]


async def travel(vendor: Vendor) -> None:
    """Orders by both doors: printed, refused, unreadable, waved through, cancelled, in trouble and delivered."""
    shop_id = await vendor.open_shop()
    sent = await send(vendor)
    await vendor.until_delivered_there(sent)
    await look(vendor, sent)
    assert (await vendor.order(sent)).stage == Stage.DELIVERED

    await deliver(vendor, shop_id, order(ENGRAVED, note="side door"))
    engraved = (await vendor.orders())[-1].id
    await settle(vendor, engraved)
    async with vendor.workspace.scope() as scope:
        await release_order(scope, engraved)
    await settle(vendor, engraved)
    await deliver(vendor, shop_id, order(ENGRAVED, age=5, shipping_address={**ADDRESS, "zip": "73301-0148"}))
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, engraved, reason="changed my mind")
    await settle(vendor, engraved)

    await deliver(vendor, shop_id, order(id=4502, shipping_address={**ADDRESS, "province_code": "Quillback"}))
    await settle(vendor, (await vendor.orders())[-1].id)
    await deliver(vendor, shop_id, {**order(id=4503), "line_items": "For Ada, always"})

    down = Fault(share=1.0, operations=("orders.create", "orders.confirm"), times=4)
    await vendor.printful.set(Faults(server_error=down))
    await send(vendor, "in trouble")
    await lose(vendor, sent)
    await Sweeper(vendor.platform).sweep()
    await Inbox(vendor.platform).drain()
    await pool_of(vendor.platform).calls.close()


async def test_no_column_of_any_table_can_be_read_for_a_person(hasty_vendor: Vendor):
    await travel(hasty_vendor)

    texts = await readable(hasty_vendor)

    assert {"dbos.workflow_status.inputs", "public.messages.body", "public.orders.source"} <= set(texts)
    assert "/v2/orders" in texts["public.connection_calls.record"]
    assert leaks(texts) == []


async def test_no_line_of_the_log_can_be_read_for_a_person(
    hasty_vendor: Vendor, as_it_was: None, capsys: pytest.CaptureFixture[str]
):
    configure_logs("worker", level="debug", json=True)

    await travel(hasty_vendor)

    logged = capsys.readouterr().err
    assert "submission" in logged or "inbox.message_failed" in logged
    assert leaks({"log": logged}) == []
