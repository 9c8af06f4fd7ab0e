"""Our web server with that one call more, as a process of its own."""

from __future__ import annotations

import asyncio
import signal
from contextlib import nullcontext

import uvloop

from benchmarks.calls.order import echo
from printvision.api.application import make_application
from printvision.api.server import serve_until
from printvision.platform.lifeline import hold
from printvision.platform.logs import configure_logs
from printvision.platform.runtime import open_platform, spare_the_collector
from printvision.platform.settings import load_settings


async def _serve() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = load_settings()
    configure_logs("serve", level=settings.logs.level, json=settings.logs.json)
    async with open_platform(settings) as platform:
        app = make_application(settings, [echo], opener=lambda _: nullcontext(platform))
        spare_the_collector()
        await serve_until(stop, app, settings)


if __name__ == "__main__":
    hold()
    uvloop.run(_serve())
