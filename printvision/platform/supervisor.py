"""The supervisor: starts the roles of an installation, keeps them running and takes them down in order.

    async with Supervisor(roles, database=postgres, processes_file=data / "processes.json") as supervisor:
        if await supervisor.wait_ready():
            await supervisor.wait()

Ctrl-C reaches the supervisor alone, since every process has a session of its own, and so ends all of them in
order. If the supervisor is killed their guards do it (`lifeline.py`).
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import structlog

from printvision.platform.bundled_postgres import BundledPostgres
from printvision.platform.errors import PrintVisionError
from printvision.platform.processes import Probe, ProcessesFile, Role, RoleKeepsFailing, RoleNotReady
from printvision.platform.processes_keeper import Backoff, Keeper
from printvision.platform.processes_output import Lines, RotatingFile, Tail

log = structlog.get_logger(__name__)

T = TypeVar("T")

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ORDERLY_STOP_LIMIT_S: Final = 8.0
PROBE_EVERY_S: Final = 0.05
PROBE_LIMIT_S: Final = 2.0
PRUNE_EVERY_S: Final = 60.0


class Supervisor:
    """Keeps the roles and the bundled database running while its context is open.

    Args:
        roles: stopped in this order, one after the other; the database last.
        database: started if need be, started again when it dies, stopped at the end.
        processes_file: where the living pids are written; nowhere when `None`.
        log_folder: where `ROLE.log` goes; without it, what the roles write goes to our standard error.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        *,
        database: BundledPostgres | None = None,
        processes_file: Path | None = None,
        log_folder: Path | None = None,
    ) -> None:
        self._roles = roles
        self._database = database
        self._file = ProcessesFile(processes_file)
        self._outputs = {
            role.name: Tail(RotatingFile(log_folder / f"{role.name}.log") if log_folder else Lines())
            for role in roles
        }
        self._keepers: dict[str, list[Keeper]] = {}
        self._tasks: dict[str, list[asyncio.Task[None]]] = {}
        self._watches: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        if self._database:
            await asyncio.to_thread(self._database.start)
        loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = loop.create_future()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.request_stop)
        if self._database:
            self._watches = [
                asyncio.create_task(self._keep_database(self._database)),
                asyncio.create_task(self._prune_logs(self._database)),
            ]
        for role in self._roles:
            output = self._outputs[role.name]
            keepers = [Keeper(role, output, self._write_file) for _ in range(role.count)]
            self._keepers[role.name] = keepers
            self._tasks[role.name] = [asyncio.create_task(self._run(keeper)) for keeper in keepers]
        self._write_file()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop_roles()
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        if self._database:
            await asyncio.to_thread(self._database.stop)
        self._write_file()
        for output in self._outputs.values():
            output.close()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
        if self._over.done():
            self._over.exception()

    def request_stop(self) -> None:
        """What Ctrl-C, SIGTERM and a closed terminal do: `wait()` returns and `during()` gives up."""
        if not self._over.done():
            self._over.set_result(None)

    async def wait(self) -> None:
        """Wait until somebody asks us to stop.

        Raises:
            RoleKeepsFailing: a critical role cannot be kept running.
            PrintVisionError: the database cannot be started again.
        """
        await asyncio.shield(self._over)

    async def during(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do some work while the roles run.

        Returns:
            The work's result, or `None` where we were asked to stop before it was done.

        Raises:
            RoleKeepsFailing, PrintVisionError: as `wait()`; and whatever the work raises.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait([task, self._over], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            return self._over.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def wait_ready(self, *, timeout_s: float = 30.0) -> bool:
        """Wait until every role is ready.

        Returns:
            False where we were asked to stop before that.

        Raises:
            RoleNotReady: one was not within `timeout_s`; the error holds its last lines.
            RoleKeepsFailing, PrintVisionError: as `wait()`.
        """
        return bool(await self.during(self._all_ready(timeout_s)))

    async def _all_ready(self, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        for role in self._roles:
            while not await self._is_ready(role):
                if time.monotonic() > deadline:
                    lines = self._outputs[role.name].last_lines()
                    raise RoleNotReady(role=role.name, waited_s=timeout_s, last_lines=lines)
                await asyncio.sleep(PROBE_EVERY_S)
        return True

    async def _is_ready(self, role: Role) -> bool:
        if not all(keeper.pid for keeper in self._keepers[role.name]):
            return False
        return role.ready is None or await answers(role.ready)

    async def _run(self, keeper: Keeper) -> None:
        try:
            await self._wait_for_its_turn(keeper)
            await keeper.keep()
        except RoleKeepsFailing as error:
            log.error("process.given_up", role=keeper.role.name, detail=str(error))
            if keeper.role.critical:
                self._fail(error)

    async def _wait_for_its_turn(self, keeper: Keeper) -> None:
        for role in self._roles:
            while role.name == keeper.role.after and not await self._is_ready(role):
                if await keeper.stopped_within(PROBE_EVERY_S):
                    return

    async def _keep_database(self, database: BundledPostgres) -> None:
        backoff = Backoff()
        while True:
            began = time.monotonic()
            code = await database.ended()
            self._write_file()
            pause_s = backoff.pause_after(time.monotonic() - began)
            log.warning("database.ended", exit_code=code, starts_again_in_s=pause_s)
            await asyncio.sleep(pause_s)
            try:
                await asyncio.to_thread(database.start)
            except PrintVisionError as error:
                return self._fail(error)
            self._write_file()

    async def _prune_logs(self, database: BundledPostgres) -> None:
        while True:
            await asyncio.sleep(PRUNE_EVERY_S)
            await asyncio.to_thread(database.prune_logs)

    async def _stop_roles(self) -> None:
        try:
            async with asyncio.timeout(ORDERLY_STOP_LIMIT_S):
                for name in self._keepers:
                    await self._stop_role(name)
        except TimeoutError:
            log.warning("processes.stop_is_slow", after_s=ORDERLY_STOP_LIMIT_S)
            await asyncio.gather(*map(self._stop_role, self._keepers))

    async def _stop_role(self, name: str) -> None:
        for keeper in self._keepers[name]:
            keeper.stop()
        await asyncio.wait(self._tasks[name])

    def _fail(self, error: PrintVisionError) -> None:
        if not self._over.done():
            self._over.set_exception(error)

    def _write_file(self) -> None:
        living = {
            name: [keeper.pid for keeper in keepers if keeper.pid] for name, keepers in self._keepers.items()
        }
        self._file.write(self._database.pid if self._database else None, living)


async def answers(probe: Probe) -> bool:
    """Whether an address answers 200 or a question is answered with yes, within 2 s."""
    import httpx

    try:
        async with asyncio.timeout(PROBE_LIMIT_S):
            if not isinstance(probe, str):
                return await probe()
            # It is our own process: no proxy of the environment lies between.
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(probe)).is_success
    except (httpx.HTTPError, OSError, TimeoutError):
        return False
