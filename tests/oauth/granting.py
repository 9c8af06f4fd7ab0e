"""A browser of somebody who connects a provider by signing in there, and the provider's simulator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from printvision.api.application import make_application
from printvision.channels import operations as shops
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import AppSettings, OAuthSettings, Settings
from printvision.providers import operations
from printvision.providers.simulators.granting import TokenEvent, TokenLine
from printvision.webhooks.routes import webhook_routes
from tests.api.browsing import at
from tests.api.conftest import SESSIONS, opener
from tests.api.conftest import running as app_running
from tests.factories.workspaces import MadeWorkspace
from tests.providers.simulators import printify
from tests.providers.simulators.running import quick, running

BEGIN, FINISH = "/api/v1/connections/authorize", "/api/v1/connections/authorize/finish"
APP, APP_SECRET = "simulator-app", "simulator-secret"
CALLBACK = "http://127.0.0.1:8000/oauth/printful"


@dataclass(frozen=True)
class Provider:
    """A simulated provider that grants access; `client` is a browser there, of the account's owner."""

    address: str
    client: httpx.AsyncClient
    callback: str = CALLBACK

    async def allow(self, address: str, **more: str) -> dict[str, str]:
        """Open where we sent the browser and allow it; what it is sent back to us with."""
        reply = await self.client.get(address, params=dict(parse_qsl(urlsplit(address).query)) | more)
        assert reply.status_code == 302, reply.text
        back = reply.headers["location"]
        assert back.startswith(self.callback + "?"), back
        return dict(parse_qsl(urlsplit(back).query))

    async def tokens(self, *events: TokenEvent) -> list[str]:
        """What became of refresh tokens, in order: of these events alone, where some are named."""
        reply = await self.client.get("/_simulator/tokens")
        lines = msgspec.json.decode(reply.content, type=list[TokenLine])
        return [line.token for line in lines if not events or line.event in events]

    async def revoke(self) -> None:
        assert (await self.client.post("/_simulator/tokens/revoke")).status_code == 200


@asynccontextmanager
async def granting(data_dir: Path, **config: Any) -> AsyncGenerator[Provider]:
    async with running(quick(data_dir, **config)) as simulator:
        yield Provider(str(simulator.client.base_url).rstrip("/"), simulator.client)


@asynccontextmanager
async def granting_printify(data_dir: Path, **config: Any) -> AsyncGenerator[Provider]:
    async with printify.running(printify.quick(data_dir, **config)) as simulator:
        address = str(simulator.client.base_url).rstrip("/")
        yield Provider(address, simulator.client, CALLBACK.replace("printful", "printify"))


def knowing(settings: Settings, address: str | None) -> Settings:
    """Settings of an installation that is registered at the simulated provider."""
    app = AppSettings(client_id=APP, client_secret=Secret(APP_SECRET), address=address)
    return msgspec.structs.replace(settings, oauth=OAuthSettings(printful=app, printify=app, shopify=app))


@asynccontextmanager
async def browsing(platform: Platform) -> AsyncGenerator[AsyncClient]:
    """A client of an application that connects providers."""
    own = [operations.authorize, operations.finish, shops.authorize, shops.finish, *SESSIONS]
    app = make_application(platform.settings, own, routes=webhook_routes, opener=opener(platform))
    async with (
        app_running(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000") as client,
    ):
        yield client


@dataclass(frozen=True)
class Person:
    """Somebody with a session in a workspace."""

    browser: AsyncClient
    workspace: MadeWorkspace
    cookie: str

    async def begin(self, **wanted: Any) -> Response:
        asked = {"provider": "printful"} | wanted
        return await self.browser.post(BEGIN, json=asked, headers=at(self.workspace, self.cookie))

    async def begun(self, **wanted: Any) -> str:
        """The provider's address that the browser is sent to."""
        reply = await self.begin(**wanted)
        assert reply.status_code == 200, reply.text
        return reply.json()["address"]

    async def finish(self, query: Mapping[str, str], *, provider: str = "printful") -> Response:
        given = {"provider": provider, "query": dict(query)}
        return await self.browser.post(FINISH, json=given, headers=at(self.workspace, self.cookie))


async def rows(platform: Platform, table: str) -> int:
    async with system_scope(platform, "test") as scope:
        return int(await scope.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
