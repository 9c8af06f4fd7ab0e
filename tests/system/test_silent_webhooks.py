"""A provider whose webhooks are all lost: every order is delivered all the same, within the calls it allows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text, update

from printvision.orders.states import Stage
from printvision.platform.settings import ProviderSettings, Settings, WorkerSettings, environment
from printvision.providers.adapters.printful import Printful
from printvision.providers.models import ConnectionRow
from printvision.providers.queries import list_calls
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.simulators.printful import Stages
from tests.factories.workspaces import MadeWorkspace
from tests.orders.vendor import Vendor
from tests.providers.simulators.running import Received, Running, quick, receiving, running
from tests.shared import ROOT
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

ORDERS = 7
USED = 80  # calls of the published 120, made just before: what is left is short from the start
DELIVERED_WITHIN_S = 90.0
FOLLOW_EVERY_S = 2.0
ONE_TEE = [("TEE-M", 1)]
LEFT = text(
    "INSERT INTO rate_buckets (connection_id, workspace_id, tokens, at, blocked_until)"
    " VALUES (:id, :workspace_id, :tokens, extract(epoch FROM clock_timestamp()), 0)"
)
EVENTS = ("order_created", "order_updated", "shipment_sent", "shipment_delivered")


@pytest.fixture
async def strict_printful(tmp_path: Path) -> AsyncGenerator[Running]:
    """It keeps to its published limits, and takes a while for every stage."""
    stage = (0.5, 1.5)
    stages = Stages(costs=(0.05, 0.2), accept=stage, print=stage, ship=stage, deliver=stage)
    async with running(quick(tmp_path / "strict", rate_limit=True, stages=stages)) as printful:
        yield printful


@pytest.fixture
async def deaf_ear() -> AsyncGenerator[Received]:
    async with receiving() as received:
        yield received


@pytest.fixture
async def vendor(workspace: MadeWorkspace, strict_printful: Running, deaf_ear: Received) -> Vendor:
    """Her connection has the published budget, most of it used, and its webhooks are registered and lost."""
    vendor = await Vendor.open(workspace, strict_printful)
    async with workspace.scope() as scope:
        row = update(ConnectionRow).where(ConnectionRow.id == vendor.connection_id)
        await scope.session.execute(row.values(rate_requests=None))
        left = {"id": vendor.connection_id, "workspace_id": workspace.id}
        await scope.session.execute(LEFT, left | {"tokens": Printful.rate.requests - USED})
    wanted = {"default_url": deaf_ear.url, "events": [{"type": event} for event in EVENTS]}
    (await strict_printful.client.post("/v2/webhooks", json=wanted)).raise_for_status()
    await strict_printful.set(Faults(webhooks_lost=Fault(share=1.0)))
    for _ in range(USED):
        (await strict_printful.client.get("/v2/orders")).raise_for_status()
    return vendor


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Generator[subprocess.Popen[bytes]]:
    """A worker that asks often and remembers every call."""
    mine = msgspec.structs.replace(
        settings,
        worker=WorkerSettings(follow_every_s=FOLLOW_EVERY_S, sweep_every_s=1.0),
        providers=ProviderSettings(allow_private_addresses=True, calls_kept=10_000),
    )
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "printvision", "worker"],
            cwd=ROOT,
            env=os.environ | environment(mine),
            stdout=log,
            stderr=log,
        )
    yield process
    process.kill()
    process.wait()


async def calls_of(vendor: Vendor) -> list[dict[str, Any]]:
    async with vendor.workspace.scope() as scope:
        rows = await list_calls(scope, vendor.connection_id, limit=10_000)
    return [row.record for row in reversed(rows)]


async def test_all_orders_are_delivered_within_the_published_rate_though_every_webhook_is_lost(
    vendor: Vendor, deaf_ear: Received, worker: subprocess.Popen[bytes]
):
    order_ids = [await vendor.place(str(number)) for number in range(ORDERS)]

    async def all_delivered() -> bool:
        return {order.stage for order in await vendor.orders()} == {Stage.DELIVERED}

    await until(all_delivered, within_s=DELIVERED_WITHIN_S)
    worker.send_signal(signal.SIGTERM)  # it writes down its last calls
    assert worker.wait(timeout=30) == 0

    for order_id in order_ids:
        assert await vendor.printed(order_id) == ONE_TEE
        assert await vendor.ledger(order_id, LedgerEvent.DELIVERED) == ONE_TEE
    lost = (await vendor.printful.health())["faults"]["webhooks_lost"]
    assert (deaf_ear.calls, lost > 3 * ORDERS) == ([], True)
    calls = await calls_of(vendor)
    assert [call for call in calls if call["status"] in (429, 419)] == []
    assert most_at_once(calls) <= Printful.rate.requests
    assert len(calls) + USED > Printful.rate.requests  # else there was nothing to keep to


def most_at_once(calls: list[dict[str, Any]]) -> float:
    """How full their bucket of calls was at its fullest, counted as published: its size is the limit."""
    refill = Printful.rate.requests / Printful.rate.per.total_seconds()
    level, highest, before = float(USED), 0.0, None
    for at in sorted(datetime.fromisoformat(call["at"]) for call in calls):
        gained = (at - before) / timedelta(seconds=1) * refill if before else 0.0
        level, before = max(0.0, level - gained) + 1, at
        highest = max(highest, level)
    return highest
