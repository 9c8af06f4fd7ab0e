"""What every test may ask for."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.logs import StderrHandler
from printvision.platform.migrations import migrate
from tests.database import (
    BuildTemplate,
    DatabaseServer,
    TestRun,
    create_database,
    drop_database,
    ensure_template,
    fresh_name,
    join_server,
)
from tests.factories.platform import platform, settings, workspace

__all__ = ["platform", "settings", "workspace"]  # for tests that need a process of ours over their database

RUN_FOLDER = "TEST_RUN_FOLDER"
RUN = pytest.StashKey[TestRun]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the test run; the workers of pytest-xdist inherit its folder."""
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = TestRun()
        os.environ[RUN_FOLDER] = str(config.stash[RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End it, and the database server with it."""
    run = config.stash.get(RUN, None)
    if run:
        run.close()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Generator[None]:
    """What a test sets up for a whole process is taken back: logging, and who hears of what nobody caught."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, StderrHandler)]:
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("dbos").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def database_server() -> Generator[DatabaseServer]:
    """The one PostgreSQL server of this test run."""
    server = join_server(Path(os.environ[RUN_FOLDER]))
    yield server
    server.close()


@pytest.fixture(scope="session")
def build_template() -> BuildTemplate:
    """What makes an empty database ready for a test."""
    return migrate


@pytest.fixture(scope="session")
def template_database(database_server: DatabaseServer, build_template: BuildTemplate) -> str:
    """The name of the database that every test gets a copy of."""
    return ensure_template(database_server, Path(os.environ[RUN_FOLDER]), build_template)


@pytest.fixture
def database_urls(database_server: DatabaseServer, template_database: str) -> Generator[DatabaseUrls]:
    """A database of this test's own, ready for use."""
    name = fresh_name()
    yield create_database(database_server, name, template_database)
    drop_database(database_server, name)
