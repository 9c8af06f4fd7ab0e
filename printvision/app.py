"""The web process: API, links to files, webhooks, the pages of problems. One event loop, one port."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Final

import structlog
import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar, Request, Response
from litestar.datastructures import State

from printvision.api.discovery import load_operations
from printvision.api.edge import REQUEST_ID, Application
from printvision.api.files import linked_file
from printvision.api.health import DatabaseLook, healthz, metrics, readyz
from printvision.api.pages import problem, problems
from printvision.api.problems import MEDIA_TYPE, problem_of
from printvision.api.rest import rest_routes
from printvision.platform.logs import granian_logs
from printvision.platform.rates import rates_of
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.settings import Settings
from printvision.webhooks import webhook_routes

log = structlog.get_logger(__name__)

STOP_WITHIN_S: Final = 5.0
Opener = Callable[[Settings], AbstractAsyncContextManager[Platform]]


def create_app(settings: Settings, *, opener: Opener = open_platform) -> Litestar:
    """The application; its `state.platform` is there from start to stop.

    Args:
        opener: gives the platform for the life of the application; one that is open already stays so with
            `lambda _: nullcontext(platform)`.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with opener(settings) as platform:
            app.state.platform = platform
            app.state.database_look = DatabaseLook()
            try:
                yield
            finally:
                await rates_of(platform).close()

    operations = load_operations()
    app = Application(
        [
            *rest_routes(operations.values(), settings.server),
            *webhook_routes,
            *(healthz, readyz, metrics, linked_file, problem, problems),
        ],
        lifespan=[lifespan],
        exception_handlers={Exception: _exception_handler(settings)},
        request_max_body_size=settings.server.max_body_bytes,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.secure = settings.server.public_url.startswith("https://")
    return app


def _exception_handler(
    settings: Settings,
) -> Callable[[Request[Any, Any, State], Exception], Response[bytes]]:
    def handle(request: Request[Any, Any, State], error: Exception) -> Response[bytes]:
        found = problem_of(
            error,
            public_url=settings.server.public_url,
            request_id=request.scope["state"][REQUEST_ID],
            max_body_bytes=settings.server.max_body_bytes,
        )
        return Response(
            found.encode(), status_code=found.status, media_type=MEDIA_TYPE, headers=dict(found.headers)
        )

    return handle


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end within `STOP_WITHIN_S`.

    Raises:
        PrintVisionError: it cannot start; the message names what is missing.
        OSError: the port is taken.
    """
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    # Opened here and not in granian's worker, which would tell of a failed start by a trace alone.
    async with open_platform(settings) as platform:
        app = create_app(settings, opener=lambda _: nullcontext(platform))
        server = Server(
            app,
            address=settings.server.host,
            port=settings.server.port,
            interface=Interfaces.ASGI,
            websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=10_000),
            log_dictconfig=granian_logs("serve", json=settings.logs.json),
        )
        serving = asyncio.create_task(server.serve(), name="serve")
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(serving, STOP_WITHIN_S)
