"""The process that carries orders forward: runs, the inbox, the sweeper."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Final

import structlog

from printvision.accounts import OLD_CONSENTS, OLD_ENTRIES, OLD_LINKS, OLD_SESSIONS
from printvision.accounts.factors import OLD_CHALLENGES, OLD_DEVICES, OLD_TRIES
from printvision.api.discovery import load_operations
from printvision.api.idempotency import USED_KEYS
from printvision.api.tasks import ENDED_TASKS, TaskSweeper
from printvision.api.use import OLD_USE
from printvision.hooks import Hooks
from printvision.mail import OLD_MAIL, Mailer
from printvision.oauth import OLD_ATTEMPTS
from printvision.orders import Sweeper
from printvision.platform.engine import Engine
from printvision.platform.lifeline import hold
from printvision.platform.logs import configure_logs
from printvision.platform.metrics_port import metrics_served
from printvision.platform.rates import FULL_BUDGETS
from printvision.platform.retention import Forgetter
from printvision.platform.runtime import Platform, open_platform, spare_the_collector
from printvision.platform.settings import Settings
from printvision.platform.telemetry import configure_telemetry
from printvision.products import ProvisionSweeper
from printvision.sync import SyncSweeper
from printvision.webhooks import Inbox

log = structlog.get_logger(__name__)

RETENTIONS: Final = (
    USED_KEYS,
    FULL_BUDGETS,
    ENDED_TASKS,
    OLD_USE,
    OLD_LINKS,
    OLD_ATTEMPTS,
    OLD_SESSIONS,
    OLD_MAIL,
    OLD_CHALLENGES,
    OLD_DEVICES,
    OLD_TRIES,
    OLD_ENTRIES,
    OLD_CONSENTS,
)


async def work(platform: Platform, *, stop: asyncio.Event) -> None:
    """Work until `stop` is set, then let what is under way finish for a few seconds."""
    load_operations()  # tasks make calls of any of them
    engine = Engine(platform)
    await engine.start()
    loops = [
        asyncio.create_task(Inbox(platform).run(), name="inbox"),
        asyncio.create_task(Sweeper(platform).run(), name="sweeper"),
        asyncio.create_task(SyncSweeper(platform).run(), name="sync-sweeper"),
        asyncio.create_task(ProvisionSweeper(platform).run(), name="provision-sweeper"),
        asyncio.create_task(Hooks(platform).run(), name="hooks"),
        asyncio.create_task(Mailer(platform).run(), name="mailer"),
        asyncio.create_task(TaskSweeper(platform).run(), name="task-sweeper"),
        asyncio.create_task(Forgetter(platform, RETENTIONS).run(), name="forgetter"),
    ]
    spare_the_collector()
    log.info("worker.started", executor_id=engine.executor_id)
    try:
        waiting = asyncio.create_task(stop.wait(), name="stop")
        done, _ = await asyncio.wait([waiting, *loops], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {waiting}:
            task.result()  # a loop that ended has failed: the process must not go on without it
    finally:
        for task in loops:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await engine.stop()
        log.info("worker.stopped")


async def _main(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with open_platform(settings) as platform:
        with metrics_served(settings.metrics.host, settings.metrics.worker_port):
            await work(platform, stop=stop)


def run_worker(settings: Settings) -> None:
    """Run a worker until it is told to stop. A second signal, or the end of its supervisor, ends it at once."""
    configure_logs("worker", level=settings.logs.level, json=settings.logs.json)
    configure_telemetry("worker")
    hold()
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(settings))
