"""An endpoint with a real server behind it, and a worker's loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
import pytest
from aiohttp import web
from sqlalchemy import text

from printvision.hooks import Hooks
from printvision.hooks.schemas import CreateEndpoint, EndpointWithSecret
from printvision.hooks.service import create_endpoint
from printvision.platform.events import Event, publish
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import HookSettings, Settings
from tests.factories.platform import settings as ordinary_settings
from tests.factories.workspaces import MadeWorkspace
from tests.waiting import until

__all__ = ["ordinary_settings"]


class Happened(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "test.happened"
    number: int


class Other(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "test.other"


@pytest.fixture
def settings(ordinary_settings: Settings) -> Settings:
    return msgspec.structs.replace(ordinary_settings, hooks=HookSettings(allow_private_addresses=True))


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def number(self) -> int:
        return msgspec.json.decode(self.body)["data"]["number"]


Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def ok(_: web.Request) -> web.StreamResponse:
    return web.Response(text="taken")


@dataclass
class Receiver:
    """A server that notes what it is sent, and answers as it is told to."""

    answering: Answering = ok
    received: list[Received] = field(default_factory=list[Received])
    url: str = ""

    async def take(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers, await request.read()))
        return await self.answering(request)

    def answer(self, status: int, body: str = "", **headers: str) -> None:
        async def answering(_: web.Request) -> web.StreamResponse:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(status=status, text=body, headers=named)

        self.answering = answering

    @property
    def numbers(self) -> list[int]:
        return [each.number for each in self.received]


@asynccontextmanager
async def receiving(answering: Answering = ok) -> AsyncGenerator[Receiver]:
    receiver = Receiver(answering)
    app = web.Application()
    app.router.add_post("/in", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@dataclass(frozen=True)
class Desk:
    """A workspace, whose endpoints and deliveries a test looks at."""

    workspace: MadeWorkspace

    @property
    def platform(self) -> Platform:
        return self.workspace.platform

    async def add(self, url: str, *kinds: str, **members: Any) -> EndpointWithSecret:
        wanted = CreateEndpoint(name="Mine", url=url, **members)
        async with self.workspace.scope() as scope:
            made = await create_endpoint(scope, wanted)
        # kinds of tests are no kinds of the product, so they are not asked for by the front door
        await self.change(
            "UPDATE hook_endpoints SET kinds = CAST(:kinds AS jsonb) WHERE id = :id",
            kinds=msgspec.json.encode(kinds or ("test.happened",)).decode(),
            id=made.endpoint.id,
        )
        return made

    async def tell(self, *numbers: int) -> None:
        async with self.workspace.scope() as scope:
            publish(scope, *(Happened(subject_id=uuid4(), number=number) for number in numbers))

    async def ask(self, statement: str, **values: Any) -> list[Any]:
        async with system_scope(self.platform, "test") as scope:
            return list((await scope.session.execute(text(statement), values)).all())

    async def change(self, statement: str, **values: Any) -> None:
        async with system_scope(self.platform, "test") as scope:
            await scope.session.execute(text(statement), values)

    async def endpoint(self, endpoint_id: UUID) -> Any:
        return (await self.ask("SELECT * FROM hook_endpoints WHERE id = :id", id=endpoint_id))[0]

    async def deliveries(self) -> list[Any]:
        return await self.ask("SELECT * FROM hook_deliveries ORDER BY event_seq, endpoint_id")

    async def tried(self, tries: int, *, state: str = "waiting") -> Any:
        """The one delivery, once so many tries of it are over."""

        async def over() -> Any:
            [row] = await self.deliveries() or [None]
            return row if row and (row.tries, row.state, row.leased_until) == (tries, state, None) else None

        return await until(over)

    async def make_due(self) -> None:
        """As if all pauses were over."""
        await self.change("UPDATE hook_endpoints SET rest_until = NULL, full_at = now()")
        await self.change("UPDATE hook_deliveries SET next_try_at = now() WHERE state = 'waiting'")
        self.platform.relay.wake()


@pytest.fixture
def desk(workspace: MadeWorkspace) -> Desk:
    return Desk(workspace)


@asynccontextmanager
async def working(platform: Platform) -> AsyncGenerator[asyncio.Task[None]]:
    """A worker's loop, ended as abruptly as a task can be."""
    task = asyncio.create_task(Hooks(platform).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
