"""Waiting for work that a worker does: shown while it goes on, left alone on Ctrl-C, never for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Final, TypeVar

from rich.console import Console
from rich.status import Status
from sqlalchemy import text

from printvision.cli.door import Door
from printvision.cli.errors import StillWaiting
from printvision.cli.output import Output
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

T = TypeVar("T")

LOOK_EVERY_S: Final = 0.3
SAY_NO_WORKER_AFTER_S: Final = 3.0

_WORKERS = text("SELECT count(*) FROM executors WHERE seen_at > now() - make_interval(secs => :silence)")


async def wait_for(
    door: Door,
    out: Output,
    look: Callable[[], Awaitable[T]],
    *,
    done: Callable[[T], bool],
    told: Callable[[T], str],
    within_s: float,
) -> T:
    """Look until it is done.

    Args:
        told: how far it is, in a few words.

    Raises:
        StillWaiting: not within `within_s`; the work goes on.
    """
    began = time.monotonic()
    status = Status("…", console=Console(stderr=True)) if not out.json else None
    try:
        with status or nullcontext():
            while not done(seen := await look()):
                waited_s = time.monotonic() - began
                if waited_s > within_s:
                    raise StillWaiting(told(seen), waited_s=round(waited_s, 1))
                if status:
                    status.update(await _words(door.platform, told(seen), waited_s))
                await asyncio.sleep(LOOK_EVERY_S)
            return seen
    except asyncio.CancelledError:
        out.say("You need not wait: the worker goes on with it.")
        raise


async def _words(platform: Platform, told: str, waited_s: float) -> str:
    if waited_s > SAY_NO_WORKER_AFTER_S and not await count_workers(platform):
        return f"{told} – no worker runs; start one with `printvision worker`"
    return told


async def count_workers(platform: Platform) -> int:
    """How many worker processes were heard of lately."""
    silence = platform.settings.worker.stale_after_s
    async with system_scope(platform, "command line") as scope:
        return (await scope.session.execute(_WORKERS, {"silence": silence})).scalar_one()
