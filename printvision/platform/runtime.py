"""What a process of ours is made of, put together once and handed to whoever acts."""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from printvision.platform.bundled_postgres import DatabaseUrls, read_urls
from printvision.platform.db import Database, DatabaseUnavailable, libpq_url
from printvision.platform.events import Relay
from printvision.platform.files import FileStore
from printvision.platform.sealed import Keyring
from printvision.platform.settings import Settings


@dataclass
class Platform:
    """Settings, database, keys, files and the relay of this process.

    `extras` holds what a domain keeps for the whole process, by its type; whoever puts something there says how it is
    closed.
    """

    settings: Settings
    urls: DatabaseUrls
    db: Database
    keyring: Keyring
    files: FileStore
    relay: Relay
    extras: dict[type, object] = field(default_factory=dict[type, object])
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Have `close` awaited before the database is closed."""
        self._closing.push_async_callback(close)

    async def close(self) -> None:
        await self._closing.aclose()
        await self.relay.stop()
        await self.db.close()


def spare_the_collector() -> None:
    """Call it when a process has imported and made what it keeps: none of that is looked through any more.

    A full collection over all that is imported stops the event loop for more than a tenth of a second, and with the
    thresholds of the interpreter a busy process has one every few seconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def database_urls(settings: Settings) -> DatabaseUrls:
    """The given addresses, or those of the bundled server in the data folder.

    Raises:
        DatabaseUnavailable: an address is missing, or no bundled server was started in the data folder.
    """
    given = settings.database
    if given.url is None:
        return read_urls(settings.data_path)
    if given.system_url is None or given.owner_url is None:
        raise DatabaseUnavailable("DATABASE_URL needs DATABASE_SYSTEM_URL and DATABASE_OWNER_URL beside it")
    direct = given.direct_url or given.system_url
    return DatabaseUrls(
        *(with_driver(url.reveal()) for url in (given.url, given.system_url, given.owner_url, direct))
    )


def with_driver(url: str) -> str:
    """The same address for SQLAlchemy with psycopg."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def keyring_path(settings: Settings) -> Path:
    return settings.data_path / "keyring.json"


@asynccontextmanager
async def open_platform(settings: Settings) -> AsyncGenerator[Platform]:
    """Put a process together; closes what it opened.

    Raises:
        PrintVisionError: the keyring is missing or the database cannot be reached; the message names which.
    """
    urls = database_urls(settings)
    keyring = Keyring.load(keyring_path(settings))
    db = Database(
        urls.app,
        urls.system,
        pool_size=settings.database.pool_size,
        pooled=settings.database.direct_url is not None,
    )
    relay = Relay(libpq_url(urls.direct))
    files = FileStore(
        settings.files_url or str(settings.data_path / "files"),
        signing_key=keyring.derive("file-links"),
        public_url=settings.server.public_url,
    )
    platform = Platform(settings, urls, db, keyring, files, relay)
    try:
        await db.check()
        await relay.start()
        yield platform
    finally:
        await platform.close()
