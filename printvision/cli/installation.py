"""Getting an installation ready: the database's shape, the keyring, the first workspace and its key."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from printvision.platform.bundled_postgres import BundledPostgres, DatabaseInUse, DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.migrations import migrate
from printvision.platform.redaction import Secret
from printvision.platform.runtime import database_urls, keyring_path, open_platform
from printvision.platform.sealed import Keyring, KeyringMissing
from printvision.platform.settings import Settings
from printvision.workspaces import first_start

KEY_FILE: Final = "first-api-key"


@dataclass(frozen=True)
class Prepared:
    """An installation that can be started. `first_key` is there the first time alone."""

    first_key: Secret | None
    key_file: Path


def database_of(settings: Settings) -> BundledPostgres | None:
    """The bundled server, unless the settings name another."""
    return BundledPostgres(settings.data_path) if settings.database.url is None else None


@contextmanager
def running(database: BundledPostgres | None) -> Generator[None]:
    """Have the bundled server run meanwhile; one that `printvision up` runs is used as it is."""
    try:
        if database:
            database.start()
    except DatabaseInUse:
        database = None
    try:
        yield
    finally:
        if database:
            database.stop()


async def prepare(settings: Settings) -> Prepared:
    """Do what the first start and a new version need; otherwise nothing. The database runs already.

    Raises:
        KeyringMissing: it is gone, and what was sealed with it is still there.
        PrintVisionError: as `migrate` and `open_platform`.
    """
    settings.data_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    urls = database_urls(settings)
    await asyncio.to_thread(migrate, urls)
    await asyncio.to_thread(ensure_keyring, keyring_path(settings), urls)
    key_file = settings.data_path / KEY_FILE
    async with open_platform(settings) as platform:
        started = await first_start(platform)
    if started is not None:
        write_key(key_file, started.api_key)
    return Prepared(started.api_key if started else None, key_file)


def ensure_keyring(path: Path, urls: DatabaseUrls) -> None:
    """Make the keyring of an empty installation; elsewhere it has to be there.

    Raises:
        KeyringMissing
    """
    if path.exists():
        return
    with psycopg.connect(libpq_url(urls.system), connect_timeout=10) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM workspaces)").fetchone()
    if row is None or row[0]:
        raise KeyringMissing(path=str(path))
    Keyring.create(path)


def write_key(path: Path, key: Secret) -> None:
    """Write the first key for its owner's eyes; one that an earlier installation left is replaced."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.reveal() + "\n")
