"""Standing between us and a provider: something is done just before a call leaves, or just after it was answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, NamedTuple

import aiohttp

from printvision.providers.pool import pool_of
from tests.orders.vendor import Vendor


class Seen(NamedTuple):
    """A call: its method and the path of its address."""

    method: str
    path: str


Hook = Callable[[Seen], Awaitable[None]]


@contextmanager
def hooked(vendor: Vendor, *, before: Hook | None = None, after: Hook | None = None) -> Generator[None]:
    """Every call of this process's to a provider passes the hooks; what a hook raises, the caller raises."""
    tracing = aiohttp.TraceConfig()
    if before is not None:
        tracing.on_request_start.append(_passing(before))
    if after is not None:
        tracing.on_request_end.append(_passing(after))
    tracing.freeze()
    traces = pool_of(vendor.platform).client.trace_configs
    traces.append(tracing)
    try:
        yield
    finally:
        traces.remove(tracing)


def _passing(hook: Hook) -> Any:
    async def told(session: aiohttp.ClientSession, context: Any, about: Any) -> None:
        del session, context
        await hook(Seen(about.method, about.url.path))

    return told
