"""Our own processes as the supervisor starts them."""

from __future__ import annotations

import sys

from printvision.platform.processes import Role
from printvision.platform.settings import Settings, environment

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 -- asked for by whoever configured it


def serve_role(settings: Settings) -> Role:
    """The web server; it answers once it has reached the database. Whether it is *ready* depends on the worker, too."""
    return Role("serve", _ours("serve"), env=environment(settings), ready=f"{_own_address(settings)}/healthz")


def worker_role(settings: Settings, *, count: int = 1) -> Role:
    return Role("worker", _ours("worker"), env=environment(settings), count=count, stop_grace_s=4.0)


def _ours(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "printvision", *arguments]


def _own_address(settings: Settings) -> str:
    host = settings.server.host
    host = WILDCARDS.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{settings.server.port}"
