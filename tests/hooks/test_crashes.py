"""A worker may be killed in the midst of its calls: each is made again, none is lost, and the log is right."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from aiohttp import web

from printvision.platform.settings import Settings, environment
from tests.hooks.conftest import Desk, Received, receiving
from tests.shared import ROOT
from tests.waiting import until

MANY = 60
KILLS = 3
HELD = 2
"""So many calls of each worker are taken and not answered before it is killed; an endpoint takes four at once."""

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Generator[StartWorker]:
    """Starts a worker over the test's database, of a process of its own."""
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "workers.log").open("ab") as log:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-m", "printvision", "worker"],
                    cwd=ROOT,
                    env=os.environ | environment(settings),
                    stdout=log,
                    stderr=log,
                )
            )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


class Holding:
    """Answers, but leaves some calls of each worker without an answer."""

    def __init__(self) -> None:
        self.answered = 0
        self.held: list[str] = []
        self.hold_from = 0
        self._never = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if self.answered >= self.hold_from:
            self.held.append(request.headers["webhook-id"])
            await self._never.wait()
        self.answered += 1
        return web.Response(text="taken")


@pytest.mark.system
async def test_what_was_under_way_in_a_killed_worker_is_sent_again_and_nothing_is_lost(
    desk: Desk, start_worker: StartWorker
):
    holding = Holding()
    async with receiving(holding) as receiver:
        await desk.add(receiver.url, calls_a_minute=6_000)
        await desk.tell(*range(MANY))
        left: Counter[str] = Counter()
        for kill in range(1, KILLS + 1):
            holding.hold_from = kill * MANY // (KILLS + 1)
            left.update(await kill_in_the_midst(desk, start_worker(), holding, held=kill * HELD))
        holding.hold_from = MANY * MANY
        start_worker()
        await until(lambda: delivered(desk), within_s=60)

        rows = await desk.deliveries()
        calls: defaultdict[str, list[Received]] = defaultdict(list)
        for each in receiver.received:
            calls[each.id].append(each)

    assert set(calls) == {f"msg_{row.id.hex}" for row in rows}
    assert sorted(tries[0].number for tries in calls.values()) == list(range(MANY))
    for row in rows:
        key = f"msg_{row.id.hex}"
        # the log counts every try, those whose outcome nobody lived to write down included
        assert row.tries == 1 + left[key] >= len(calls[key])
        assert {each.body for each in calls[key]} == {row.body.encode()}
        assert stamps(calls[key]) == sorted(stamps(calls[key]))
        assert row.happened_at <= row.tried_at <= row.done_at
        assert (row.state, row.last_status, row.last_answer, row.leased_until) == (
            "delivered",
            200,
            "taken",
            None,
        )
    assert set(holding.held) <= set(left)
    assert all(len(calls[key]) > 1 for key in holding.held)


async def kill_in_the_midst(
    desk: Desk, worker: subprocess.Popen[bytes], holding: Holding, *, held: int
) -> list[str]:
    """Kill the worker once calls of it are taken and not answered; the ids of what it leaves, whose leases are over."""

    async def taken() -> bool:
        return len(holding.held) >= held

    await until(taken, within_s=60)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    rows = await desk.deliveries()
    assert all(row.next_try_at == row.leased_until for row in rows if row.leased_until is not None)
    left = await desk.ask(
        "UPDATE hook_deliveries SET next_try_at = now(), leased_until = NULL"
        " WHERE state = 'waiting' AND leased_until IS NOT NULL RETURNING id"
    )
    return [f"msg_{row.id.hex}" for row in left]


async def delivered(desk: Desk) -> bool:
    return {row.state for row in await desk.deliveries()} == {"delivered"}


def stamps(tries: list[Received]) -> list[int]:
    return [int(each.headers["webhook-timestamp"]) for each in tries]
