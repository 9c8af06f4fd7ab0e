"""The command line as a person runs it, in this process, over a database of the test's own."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from printvision.cli import main
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.settings import ALIASES, Settings, load_settings


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The JSON document that is the last line of standard output."""
        return msgspec.json.decode(self.out.splitlines()[-1])

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document that is the last line of standard error."""
        return msgspec.json.decode(self.err.splitlines()[-1])


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Generator[None]:
    """A command takes over the logging of its process, which here is the test run's."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, and a folder without a settings file."""
    for name in [*os.environ]:
        if name.startswith("PRINTVISION_") or name in ALIASES.values():
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(quiet: None, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command to its end."""

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Done(int(code), said.out, said.err)

    return run


@pytest.fixture
def installed(
    run: Run, database_urls: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """An installation after its first start, at the test's own database; nothing of it runs."""
    monkeypatch.setenv("DATABASE_URL", database_urls.app)
    monkeypatch.setenv("DATABASE_SYSTEM_URL", database_urls.system)
    monkeypatch.setenv("DATABASE_OWNER_URL", database_urls.owner)
    monkeypatch.setenv("PRINTVISION_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PRINTVISION_DATABASE_POOL_SIZE", "2")
    assert run("migrate").code == 0
    return load_settings()
