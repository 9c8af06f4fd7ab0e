"""Runs a simulator inside this process and ends it cleanly."""

from __future__ import annotations

import asyncio

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar


async def serve_app(app: Litestar, host: str, port: int) -> None:
    """Serve until cancelled; on return the socket is closed and the app has shut down.

    Args:
        host: an address to bind, loopback unless the machine is meant to be asked by others.
        port: a free port; 0 is refused by the callers, who need to tell it on.
    """
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
        raise RuntimeError(f"the simulator on {host}:{port} ended by itself; its log says why")
    finally:
        server.stop()
        await asyncio.wait([serving], timeout=10)
