"""Waiting for whoever migrates the database. It imports little, so that a worker that waits takes nobody's time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import psycopg

from printvision.cli.errors import NotMigrated
from printvision.platform.bundled_postgres import read_urls

if TYPE_CHECKING:
    from printvision.platform.settings import Settings

LOOK_EVERY_S: Final = 0.1
CONNECT_WITHIN_S: Final = 5


def wait_for_tables(settings: Settings, *, within_s: float) -> None:
    """Wait until the tables are there.

    Raises:
        NotMigrated: not within `within_s`.
        DatabaseNotStarted: no bundled server was ever started in the data folder.
    """
    given = settings.database.system_url
    url = given.reveal() if given else read_urls(settings.data_path).system
    began = time.monotonic()
    while not _there(url.replace("postgresql+psycopg://", "postgresql://", 1)):
        if time.monotonic() - began > within_s:
            raise NotMigrated
        time.sleep(LOOK_EVERY_S)


def _there(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_WITHIN_S) as connection:
            row = connection.execute("SELECT to_regclass('public.executors') IS NOT NULL").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and bool(row[0])
