"""The processes of an installation: what each role is, and the file that says which of them live."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from printvision.platform.errors import PrintVisionError

Probe = str | Callable[[], Awaitable[bool]]
"""How a role tells that it is ready: an address that answers 200, or a question."""


class RoleKeepsFailing(PrintVisionError):
    """`last_lines` is the end of what the role wrote."""

    code = "processes/keeps-failing"
    title = "A process ends as soon as it is started"
    action = "Read the last lines it wrote, correct the cause and start again."
    role: str
    exit_code: int
    last_lines: list[str]


class RoleNotReady(PrintVisionError):
    status = 503
    code = "processes/not-ready"
    title = "A process did not become ready in time"
    action = "Read the last lines it wrote; on a slow machine give it more time."
    role: str
    waited_s: float
    last_lines: list[str]


@dataclass(frozen=True)
class Role:
    """A command that is kept running.

    Args:
        name: `serve`, `worker`, `simulate`: the key in the processes file and the name of the log.
        argv: the command.
        env: added to our own environment.
        count: how many of it run, 1 to 64.
        critical: whether all of us end when it cannot be kept running; otherwise it alone is given up.
        ready: how it tells that it is ready; without it, it is ready once it runs.
        stop_grace_s: how long it may take to end after SIGTERM.
        after: the role that is to be ready before it starts for the first time, so that it takes none of its time.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    count: int = 1
    critical: bool = True
    ready: Probe | None = None
    stop_grace_s: float = 3.0
    after: str | None = None


class ProcessesFile:
    """`processes.json`: the pids that live, by role, replaced as a whole at every change.

    The shape is `{"supervisor": 1, "database": 2, "serve": [3], "worker": [4, 5]}`; `database` is null
    where no database of ours runs, and a role between two lives is missing a pid.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, database: int | None, roles: Mapping[str, Sequence[int]]) -> None:
        if self._path is None:
            return
        # A full disk must not end what the file is about.
        with suppress(OSError):
            self._replace(self._path, database, roles)

    @staticmethod
    def _replace(path: Path, database: int | None, roles: Mapping[str, Sequence[int]]) -> None:
        content = msgspec.json.encode({"supervisor": os.getpid(), "database": database, **roles})
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_bytes(content + b"\n")
        partial.replace(path)
