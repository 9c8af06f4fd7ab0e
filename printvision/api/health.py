"""Is it alive, is it ready, what does it count."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State

from printvision.api.errors import NoSuchAddress
from printvision.platform.db import DatabaseUnavailable
from printvision.platform.runtime import Platform
from printvision.platform.telemetry import render_metrics

LOOK_LIMIT_S: Final = 1.0
LOOK_KEPT_S: Final = 1.0
_LOOPBACK: Final = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_BEHIND_A_PROXY: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


class DatabaseLook:
    """Whether the database answers: looked at once a second at most, however many ask."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._at_s = float("-inf")
        self._answers = False

    async def answers(self, platform: Platform) -> bool:
        async with self._lock:
            if time.monotonic() - self._at_s > LOOK_KEPT_S:
                self._answers = await _answers(platform)
                self._at_s = time.monotonic()
            return self._answers


async def _answers(platform: Platform) -> bool:
    try:
        async with asyncio.timeout(LOOK_LIMIT_S):
            await platform.db.check()
    except (DatabaseUnavailable, TimeoutError):
        return False
    return True


@get("/healthz", name="healthz", include_in_schema=False)
async def healthz(state: State) -> dict[str, str]:
    """200 while the process answers: to restart it would not mend a database."""
    answers = await state.database_look.answers(state.platform)
    return {"status": "ok", "database": "ok" if answers else "unreachable"}


@get("/readyz", name="readyz", include_in_schema=False)
async def readyz(state: State) -> dict[str, str]:
    """200 while requests can be served, else a 503 problem: a balancer sends them elsewhere."""
    if not await state.database_look.answers(state.platform):
        raise DatabaseUnavailable
    return {"status": "ok"}


@get("/metrics", name="metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, State]) -> Response[bytes]:
    """Figures for a Prometheus on this machine; from elsewhere or through a proxy there is no such address."""
    host = request.client.host if request.client else ""
    if host not in _LOOPBACK or any(name in request.headers for name in _BEHIND_A_PROXY):
        raise NoSuchAddress
    body, media_type = await asyncio.to_thread(render_metrics)
    return Response(body, media_type=media_type)
