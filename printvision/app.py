"""The web process: API, links to files, webhooks, pages. One event loop, one port."""

from __future__ import annotations

import asyncio
import signal
from contextlib import nullcontext

import uvloop
from litestar import Litestar

from printvision.api.application import Opener, make_application
from printvision.api.discovery import load_operations
from printvision.api.server import serve_until
from printvision.api.web import load_pages, page_routes
from printvision.platform.metrics_port import metrics_served
from printvision.platform.open_files import allow_open_files
from printvision.platform.runtime import open_platform, spare_the_collector
from printvision.platform.settings import Settings
from printvision.webhooks import webhook_routes


def create_app(settings: Settings, *, opener: Opener = open_platform) -> Litestar:
    """The product's application: every operation of every domain, the webhooks and the pages.

    Raises:
        BadDeclaration: an operation does not declare itself.
    """
    routes = [*webhook_routes, *page_routes(load_pages())]
    return make_application(settings, load_operations().values(), routes=routes, opener=opener)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end within 5 s, requests under way first.

    Raises:
        PrintVisionError: it cannot start; the message names what is missing.
        OSError: the port is taken.
    """
    allow_open_files()
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Opened here and not in granian's worker, which would tell of a failed start by a trace alone.
    async with open_platform(settings) as platform:
        app = create_app(settings, opener=lambda _: nullcontext(platform))
        spare_the_collector()
        with metrics_served(settings.metrics.host, settings.metrics.port):
            await serve_until(stop, app, settings)
