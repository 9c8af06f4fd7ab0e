from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient

from printvision.app import create_app
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.conftest import opener, running
from tests.api.test_registry import Stored
from tests.database import DatabaseServer, at_database, libpq


@pytest.fixture
async def client(settings: Settings, platform: Platform) -> AsyncGenerator[AsyncClient]:
    """Somebody before the whole product, with nothing in hand."""
    app = create_app(settings, opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        yield client


@pytest.fixture
def stored(database_server: DatabaseServer, database_urls: DatabaseUrls) -> Iterator[Stored]:
    name = urlsplit(database_urls.app).path.removeprefix("/")
    with psycopg.connect(libpq(at_database(database_server.admin, name)), autocommit=True) as connection:
        yield Stored(connection)
