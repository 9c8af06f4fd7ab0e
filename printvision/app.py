"""The web process: API, links to files, webhooks, the pages of problems. One event loop, one port."""

from __future__ import annotations

import asyncio
import signal
from contextlib import nullcontext, suppress
from typing import Final

import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar

from printvision.api.application import Opener, make_application
from printvision.api.discovery import load_operations
from printvision.platform.logs import granian_logs
from printvision.platform.runtime import open_platform
from printvision.platform.settings import Settings
from printvision.webhooks import webhook_routes

STOP_WITHIN_S: Final = 5.0
HEADERS_WITHIN_MS: Final = 10_000


def create_app(settings: Settings, *, opener: Opener = open_platform) -> Litestar:
    """The product's application: every operation of every domain, and the webhooks.

    Raises:
        BadDeclaration: an operation does not declare itself.
    """
    return make_application(settings, load_operations().values(), routes=webhook_routes, opener=opener)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end within `STOP_WITHIN_S`, requests under way first.

    Raises:
        PrintVisionError: it cannot start; the message names what is missing.
        OSError: the port is taken.
    """
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    # Opened here and not in granian's worker, which would tell of a failed start by a trace alone.
    async with open_platform(settings) as platform:
        app = create_app(settings, opener=lambda _: nullcontext(platform))
        await serve_until_stopped(app, settings)


async def serve_until_stopped(app: Litestar, settings: Settings) -> None:
    """Serve on the settings' address until a signal asks to stop."""
    server = Server(
        app,
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.ASGI,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        log_dictconfig=granian_logs("serve", json=settings.logs.json),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    serving = asyncio.create_task(server.serve(), name="serve")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, STOP_WITHIN_S)
