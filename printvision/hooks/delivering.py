"""The worker's loop: events are fanned out, deliveries claimed and called, each call a task of its own.

No transaction is open during a call. Calls to endpoints that failed last have places of their own, and a call that is
not answered at once gives its place up, so however many endpoints hang, the others' places stay free.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import aiohttp
import structlog

from printvision.hooks.calling import Outcome, call, open_client
from printvision.hooks.claiming import Claim, claim
from printvision.hooks.fanout import BATCH, FanOut
from printvision.hooks.recording import record
from printvision.hooks.signing import open_secrets, signed_headers
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.events import LOOK_EVERY_S
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, SystemScope, system_scope, workspace_scope
from printvision.platform.sealed import CannotOpen

log = structlog.get_logger(__name__)

AT_ONCE: Final = 64
FAILING_AT_ONCE: Final = 16
SLOW_AT_ONCE: Final = 128
SLOW_AFTER_S: Final = 0.5
"""A call that takes longer gives its place to another, as long as there are fewer than `SLOW_AT_ONCE` of these."""
PAUSE_S: Final = 0.2  # many commits wake us; what they wrote is read together
TIDY_EVERY_S: Final = 600.0
FORGOTTEN_AT_ONCE: Final = 5_000
_FORGET: Final = """
DELETE FROM hook_deliveries
WHERE id IN (SELECT id FROM hook_deliveries WHERE id < %(before)s ORDER BY id LIMIT %(limit)s)
"""


@dataclass
class _Lane:
    """Places for calls to one sort of endpoints."""

    failing: bool
    places: int
    calls: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def free(self) -> int:
        return self.places - len(self.calls)


class Hooks:
    """Outgoing webhooks in one process; several share the work."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._fan_out = FanOut()
        self._lanes = (_Lane(failing=False, places=AT_ONCE), _Lane(failing=True, places=FAILING_AT_ONCE))
        self._slow: set[asyncio.Task[None]] = set()
        self._due = asyncio.Event()
        self._tidied_at_s = float("-inf")

    async def run(self) -> None:
        """Work for ever. Calls that are cut off at the end are made again when their lease is over."""
        allowed = self._platform.settings.hooks.allow_private_addresses
        async with open_client(allow_private_addresses=allowed) as client:
            loops = [
                asyncio.create_task(self._read(), name="hooks-read"),
                asyncio.create_task(self._deliver(client), name="hooks-deliver"),
            ]
            try:
                done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # neither ends by itself: the other must not go on without it
            finally:
                await _end(*loops)
                await _end(*self._slow, *(each for lane in self._lanes for each in lane.calls))

    async def _read(self) -> None:
        async for _ in self._platform.relay.ticks():
            await _kept_going(self.fan_out())
            self._due.set()
            await _kept_going(self._tidy())
            await asyncio.sleep(PAUSE_S)

    async def _deliver(self, client: aiohttp.ClientSession) -> None:
        while True:
            self._due.clear()
            await _kept_going(self._fill(client))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):  # `wait_for` may swallow our own end
                    await self._due.wait()

    async def fan_out(self) -> None:
        """Write the deliveries of all events there are."""
        read = BATCH
        while read == BATCH:
            async with system_scope(self._platform, "hooks fan-out") as scope:
                read = await self._fan_out.read(scope)

    async def _fill(self, client: aiohttp.ClientSession) -> None:
        """Begin calls until nothing is due or every place is taken."""
        while claims := await self._claim():
            for lane, each in claims:
                task = asyncio.create_task(_kept_going(self._call(client, each)), name="hooks-call")
                lane.calls.add(task)
                slow = asyncio.get_running_loop().call_later(SLOW_AFTER_S, self._give_up_place, lane, task)
                task.add_done_callback(partial(self._over, lane, slow))

    def _give_up_place(self, lane: _Lane, task: asyncio.Task[None]) -> None:
        if not lane.failing and len(self._slow) < SLOW_AT_ONCE:
            lane.calls.discard(task)
            self._slow.add(task)
            self._due.set()

    def _over(self, lane: _Lane, slow: asyncio.TimerHandle, task: asyncio.Task[None]) -> None:
        slow.cancel()
        lane.calls.discard(task)
        self._slow.discard(task)
        self._due.set()

    async def _claim(self) -> list[tuple[_Lane, Claim]]:
        lease = timedelta(seconds=2 * self._platform.settings.hooks.call_timeout_s + 30)
        open_lanes = [lane for lane in self._lanes if lane.free > 0]
        if not open_lanes:
            return []
        async with system_scope(self._platform, "hooks claim") as scope:
            return [
                (lane, each)
                for lane in open_lanes
                for each in await claim(scope, most=lane.free, failing=lane.failing, lease=lease)
            ]

    async def _call(self, client: aiohttp.ClientSession, claimed: Claim) -> None:
        outcome = await self._outcome(client, claimed)
        principal = Principal.work(f"hooks:{claimed.id}")
        async with workspace_scope(self._platform, claimed.workspace_id, principal) as scope:
            await record(scope, claimed, outcome)

    async def _outcome(self, client: aiohttp.ClientSession, claimed: Claim) -> Outcome:
        body = claimed.body.encode()
        try:
            secrets = open_secrets(
                self._platform.keyring, claimed.workspace_id, claimed.endpoint_id, claimed.secrets
            )
        except CannotOpen:
            log.exception("hooks.secret_unreadable", endpoint_id=str(claimed.endpoint_id))
            return Outcome(error="Its secret cannot be read; rotate it")
        headers = signed_headers(secrets, claimed.id, body, now=clock.now())
        timeout_s = self._platform.settings.hooks.call_timeout_s
        return await call(client, claimed.url, body, headers, timeout_s=timeout_s)

    async def _tidy(self) -> None:
        now_s = time.monotonic()
        if now_s - self._tidied_at_s >= TIDY_EVERY_S:
            self._tidied_at_s = now_s
            async with system_scope(self._platform, "hooks tidy", atomic=False) as scope:
                await forget_old(scope)


async def forget_old(scope: SystemScope) -> None:
    """Delete deliveries that were kept long enough, some at a time, whatever became of them."""
    before = clock.now() - timedelta(seconds=scope.platform.settings.hooks.keep_s)
    # a version 7 id begins with its millisecond
    values = {"before": UUID(int=int(before.timestamp() * 1000) << 80), "limit": FORGOTTEN_AT_ONCE}
    await run(scope.session, _FORGET, values)


async def _kept_going(work: Coroutine[Any, Any, None]) -> None:
    """What fails is said and left: it is found again, by its lease, its cursor or its age."""
    try:
        await work
    except Exception:
        log.exception("hooks.failed")


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
