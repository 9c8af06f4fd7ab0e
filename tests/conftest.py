"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from printvision.platform.bundled_postgres import DatabaseUrls
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
