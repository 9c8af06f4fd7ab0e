"""granian in this process and this event loop."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar

from printvision.api.live import hub_of
from printvision.platform.logs import granian_logs
from printvision.platform.settings import Settings

STOP_WITHIN_S: Final = 5.0
HEADERS_WITHIN_MS: Final = 10_000
BACKLOG: Final = 1_024
CALLS_AT_ONCE: Final = 1_024


async def serve_until(stop: asyncio.Event, app: Litestar, settings: Settings) -> None:
    """Serve on the settings' address until `stop` is set, then finish what is under way within `STOP_WITHIN_S`.

    Raises:
        OSError: the address cannot be had.
    """
    server = Server(
        app,
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        # of which each open stream takes one, for as long as it lasts
        backpressure=CALLS_AT_ONCE + settings.live.streams,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
        log_dictconfig=granian_logs("serve", json=settings.logs.json),
    )
    serving = asyncio.create_task(server.serve(), name="serve")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if (platform := app.state.get("platform")) is not None:
        hub_of(platform).end()  # a stream never ends by itself
    server.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(serving, STOP_WITHIN_S)
