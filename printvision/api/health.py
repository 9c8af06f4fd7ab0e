"""Is it alive, is it ready, which one is it, what does it count."""

from __future__ import annotations

import asyncio
import hmac
import platform as interpreter
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State

from printvision import __version__
from printvision.api.errors import NoSuchAddress
from printvision.api.readiness import Readiness
from printvision.platform.migrations import revisions
from printvision.platform.provenance import find_commit
from printvision.platform.redaction import Secret
from printvision.platform.telemetry import render_metrics

_LOOPBACK: Final = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_BEHIND_A_PROXY: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Which build answers.

    Args:
        commit: of the sources, where that is known.
        schema: the shape of the database that it wants.
        python: the interpreter's version.
    """

    version: str
    commit: str | None
    schema: str
    python: str


@get("/healthz", name="healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """200 while the process answers. It asks nobody else: to restart it would not mend a database."""
    return {"status": "ok"}


@get("/readyz", name="readyz", include_in_schema=False)
async def readyz(state: State) -> Response[bytes]:
    """200 while requests can be served, else a 503 problem that says why: a balancer sends them elsewhere."""
    readiness: Readiness = state.readiness
    return _json(await readiness.require(state.platform))


@get("/version", name="version", include_in_schema=False)
async def version() -> Response[bytes]:
    """Which build this is."""
    return _json(await asyncio.to_thread(_version))


@cache
def _version() -> Version:
    return Version(
        version=__version__,
        commit=find_commit(),
        schema=revisions().head,
        python=interpreter.python_version(),
    )


def _json(answer: msgspec.Struct) -> Response[bytes]:
    return Response(msgspec.json.encode(answer), media_type="application/json")


@get("/metrics", name="metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, State]) -> Response[bytes]:
    """Figures for whoever has the key for them; where there is none, for a Prometheus on this machine. For anybody
    else, and through a proxy without the key, there is no such address."""
    if not _may_see_figures(request, request.app.state.platform.settings.metrics.key):
        raise NoSuchAddress
    body, media_type = await asyncio.to_thread(render_metrics)
    return Response(body, media_type=media_type)


def _may_see_figures(request: Request[Any, Any, State], key: Secret | None) -> bool:
    if key is not None:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {key.reveal()}".encode())
    host = request.client.host if request.client else ""
    return host in _LOOPBACK and not any(name in request.headers for name in _BEHIND_A_PROXY)
