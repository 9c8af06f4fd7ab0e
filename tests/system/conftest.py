"""Real processes, started as a person starts them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from printvision.platform.bundled_postgres import BundledPostgres
from printvision.platform.settings import ALIASES
from tests.shared import ROOT

READY_WITHIN_S = 90.0


class Started:
    """A command that runs."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-m", "printvision", *arguments, "--data", str(data)],
            cwd=ROOT,
            env=own_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def answer(self) -> Any:
        """The JSON document that it writes when it runs."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read() if self.process.stderr else "it said nothing"
        return msgspec.json.decode(line)

    def family(self) -> list[int]:
        """It and everything that descends from it, guards and PostgreSQL's own processes included."""
        process = psutil.Process(self.process.pid)
        return [process.pid, *(child.pid for child in process.children(recursive=True))]

    def told_processes(self) -> dict[str, Any]:
        return msgspec.json.decode((self.data / "processes.json").read_bytes())

    def end(self) -> None:
        """Take it down if the test has not."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.communicate()
        remove_database(self.data)


def remove_database(data: Path) -> None:
    """Root's clusters lie outside pytest's folder: they would stay."""
    if (data / "database").exists():
        BundledPostgres(data).remove()


def own_environment() -> dict[str, str]:
    """Ours without the settings of whoever runs the tests."""
    mine = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PRINTVISION_") and name not in ALIASES.values()
    }
    return mine | {"PRINTVISION_CONFIG": os.devnull}


Start = Callable[..., Started]


@pytest.fixture
def start(tmp_path: Path) -> Generator[Start]:
    """Starts commands over a data folder of the test's own."""
    begun: list[Started] = []

    def start(*arguments: str) -> Started:
        begun.append(Started(tmp_path / "data", *arguments))
        return begun[-1]

    yield start
    for one in begun:
        one.end()
