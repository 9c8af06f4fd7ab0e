"""The peer: the same call on Node's own tRPC server, with the packages of its lock."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from printvision.platform.processes import Role

NODE: Final = Path(__file__).parent / "node"
INSTALL_WITHIN_S: Final = 120


def peer_role(port: int, core: int) -> Role:
    """
    Raises:
        RuntimeError: there is no Node, or its packages cannot be had.
    """
    _install()
    command = [sys.executable, "-m", "benchmarks.calls.pinned", str(core), "node", str(NODE / "server.mjs")]

    async def ready() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    return Role("peer", [*command, str(port)], env={"NODE_ENV": "production"}, ready=ready)


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("the peer needs Node: there is no npm on the path")
    if not (NODE / "node_modules").exists():
        ran = subprocess.run(  # noqa: S603 - our own words
            [npm, "ci", "--ignore-scripts"],
            cwd=NODE,
            capture_output=True,
            text=True,
            timeout=INSTALL_WITHIN_S,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"the peer's packages could not be installed: {ran.stderr[-500:]}")
