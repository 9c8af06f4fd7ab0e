"""Keeping one process alive: started again when it dies, given up when it will not live."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from printvision.platform.lifeline import CommandNotStarted, Guarded
from printvision.platform.processes import Role, RoleKeepsFailing
from printvision.platform.processes_output import Tail, pump

log = structlog.get_logger(__name__)

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0
SHORT_LIFE_S: Final = 5.0
SHORT_LIVES_ALLOWED: Final = 5
KILLED: Final = 128 + signal.SIGKILL
NOT_STARTED: Final = 127
OUTPUT_GRACE_S: Final = 1.0


class Backoff:
    """The pause before the next start: short after a long life, twice as long after each short one."""

    def __init__(self) -> None:
        self.short_lives = 0

    def pause_after(self, lived_s: float) -> float:
        """Seconds to wait, 0.1 to 5."""
        self.short_lives = self.short_lives + 1 if lived_s < SHORT_LIFE_S else 0
        return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** max(0, self.short_lives - 1))


class Keeper:
    """One process of a role.

    Args:
        changed: called whenever `pid` has changed.
    """

    def __init__(self, role: Role, output: Tail, changed: Callable[[], None]) -> None:
        self.role = role
        self.output = output
        self.pid: int | None = None
        self._changed = changed
        self._process: Guarded | None = None
        self._stopping = asyncio.Event()

    async def keep(self) -> None:
        """Run the process until `stop()`.

        Raises:
            RoleKeepsFailing: it ended within 5 s of its start, or could not be started, five times in a row.
        """
        backoff = Backoff()
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._try_to_live()
            if self._stopping.is_set():
                return
            pause_s = backoff.pause_after(time.monotonic() - began)
            # Somebody else's SIGKILL says nothing against the process itself.
            if backoff.short_lives >= SHORT_LIVES_ALLOWED and code != KILLED:
                raise self._failing(code)
            log.warning("process.ended", role=self.role.name, exit_code=code, starts_again_in_s=pause_s)
            await self.stopped_within(pause_s)

    def stop(self) -> None:
        """Have the process taken down, and start it no more; `keep()` returns once it is gone."""
        self._stopping.set()
        if self._process:
            self._process.stop()

    async def stopped_within(self, seconds: float) -> bool:
        """Whether `stop()` is or was called; waits that long for it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _try_to_live(self) -> int:
        try:
            return await self._live_once()
        except (OSError, CommandNotStarted) as error:
            self.output.write(f"{error}\n".encode())
            return NOT_STARTED

    async def _live_once(self) -> int:
        process = await asyncio.to_thread(self._start)
        self._process, self.pid = process, process.pid
        if self._stopping.is_set():
            process.stop()
        self._changed()
        assert process.output is not None
        pumping = asyncio.create_task(pump(process.output, self.output))
        try:
            code = await process.ended()
            # All that wrote into the pipe is gone; what is still in it is soon read.
            await asyncio.wait([pumping], timeout=OUTPUT_GRACE_S)
            return code
        finally:
            process.stop()
            pumping.cancel()
            self._process, self.pid = None, None
            self._changed()

    def _start(self) -> Guarded:
        role = self.role
        return Guarded(
            role.argv,
            stop=((signal.SIGTERM, role.stop_grace_s),),
            env={**os.environ, **role.env},
            output=subprocess.PIPE,
        )

    def _failing(self, code: int) -> RoleKeepsFailing:
        lines = self.output.last_lines()
        detail = f"{self.role.name} ended with {code} {SHORT_LIVES_ALLOWED} times in a row"
        last = f": {lines[-1]}" if lines else ""
        return RoleKeepsFailing(f"{detail}{last}", role=self.role.name, exit_code=code, last_lines=lines)
