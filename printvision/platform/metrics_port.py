"""This process's figures on a port of their own, for a Prometheus."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import start_http_server

from printvision.platform.telemetry import REGISTRY


@contextmanager
def metrics_served(host: str, port: int | None) -> Generator[None]:
    """Serve the figures from a thread of their own while the block lasts; not at all where there is no port.

    Raises:
        OSError: the address cannot be had.
    """
    if port is None:
        yield
        return
    server, thread = start_http_server(port, host, REGISTRY)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
