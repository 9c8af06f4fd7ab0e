"""Runs a simulator on a real port for the length of a test, and receives what it sends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import httpx
import msgspec
from litestar import Litestar, Request, Response, post

from printvision.cli.ports import free_port
from printvision.providers.simulators.faults import Faults
from printvision.providers.simulators.ledger import LedgerLine, read_ledger
from printvision.providers.simulators.printful import SimulatorConfig, Stages, serve_simulator
from printvision.providers.simulators.serving import serve_app

TOKEN = "simulator-token"
AT_ONCE = Stages(costs=(0, 0), accept=(0, 0), print=(0, 0), ship=(0, 0), deliver=(0, 0))
NEVER = Stages(costs=(0, 0), accept=(3600, 3600))


def quick(data_dir: Path, **changes: Any) -> SimulatorConfig:
    """A configuration in which nothing is limited and production takes no time."""
    settings: dict[str, Any] = {
        "data_dir": data_dir,
        "rate_limit": False,
        "stages": AT_ONCE,
        "split_share": 0.0,
    }
    return SimulatorConfig(**settings | changes)


class Simulated:
    """A simulator under test: a client with a good token, its ledger, its faults."""

    provider: ClassVar[str]

    def __init__(self, data_dir: Path, client: httpx.AsyncClient) -> None:
        self.data_dir = data_dir
        self.client = client

    def ledger(self, our_ref: str | None = None) -> list[LedgerLine]:
        lines = read_ledger(self.data_dir / "ledger" / f"{self.provider}.jsonl")
        return [line for line in lines if our_ref in (None, line.our_ref)]

    def events(self, our_ref: str) -> list[str]:
        return [str(line.event) for line in self.ledger(our_ref)]

    async def set(self, faults: Faults) -> None:
        answer = await self.client.put("/_simulator/faults", content=msgspec.json.encode(faults))
        assert answer.status_code == 200, answer.text

    async def change(self, **changes: Any) -> dict[str, Any]:
        """Other faults beside those there are; all of them."""
        answer = await self.client.patch("/_simulator/faults", json=changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def health(self) -> dict[str, Any]:
        return (await self.client.get("/_simulator/health")).json()

    async def nothing_held(self) -> bool:
        return (await self.health())["held"] == 0


class Running(Simulated):
    """A simulated Printful."""

    provider = "printful"

    def __init__(self, config: SimulatorConfig, client: httpx.AsyncClient) -> None:
        super().__init__(config.data_dir, client)
        self.config = config

    async def create(self, ref: str, **changes: Any) -> int:
        """A draft with one poster; its id."""
        answer = await self.client.post("/v2/orders", json=order(ref, **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["id"]

    async def confirm(self, order_id: int) -> httpx.Response:
        """Confirm it as soon as its costs are calculated."""

        async def confirmed() -> httpx.Response | None:
            answer = await self.client.post(f"/v2/orders/{order_id}/confirmation")
            return None if answer.status_code == 409 else answer

        return await until(confirmed)

    async def status(self, reference: int | str) -> str:
        return (await self.client.get(f"/v2/orders/{reference}")).json()["data"]["status"]


def order(ref: str, **changes: Any) -> dict[str, Any]:
    """A v2 order of one poster, in the published shape."""
    layer = {"type": "file", "url": f"https://art.example.com/{ref}.png"}
    item = {
        "source": "catalog",
        "catalog_variant_id": 1,
        "external_id": f"{ref}-1"[-32:],
        "name": "POSTER-18X24",
        "quantity": 2,
        "placements": [{"placement": "default", "technique": "digital", "layers": [layer]}],
    }
    recipient = {
        "name": f"Buyer {ref}",
        "address1": "1 Harbour Street",
        "city": "Galway",
        "country_code": "IE",
        "zip": "H91 E2X4",
    }
    return {"external_id": ref, "recipient": recipient, "order_items": [item]} | changes


@asynccontextmanager
async def running(config: SimulatorConfig) -> AsyncGenerator[Running]:
    async with asking(lambda port: serve_simulator(config, "127.0.0.1", port)) as client:
        yield Running(config, client)


@asynccontextmanager
async def asking(serve: Callable[[int], Coroutine[Any, Any, None]]) -> AsyncGenerator[httpx.AsyncClient]:
    """A client with a good token of a simulator that is served for so long."""
    port = free_port()
    async with serving(serve(port)):
        base = f"http://127.0.0.1:{port}"
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, timeout=10) as client:
            await until(lambda: _answers(client, "/_simulator/health"))
            yield client


class Received:
    """Webhooks as they came in: raw bodies with their headers, in order of arrival."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[tuple[bytes, dict[str, str]]] = []
        self.refusals = 0

    def bodies(self, kind: str | None = None) -> list[dict[str, Any]]:
        bodies = [msgspec.json.decode(body) for body, _ in self.calls]
        return [body for body in bodies if kind in (None, body["type"])]


@asynccontextmanager
async def receiving() -> AsyncGenerator[Received]:
    """A client's webhook address; it refuses the next `refusals` calls with 500 and takes the others."""
    port = free_port()
    received = Received(f"http://127.0.0.1:{port}/hook")

    @post("/hook")
    async def take(request: Request[Any, Any, Any]) -> Response[None]:
        received.calls.append((await request.body(), dict(request.headers)))
        received.refusals -= 1
        return Response(None, status_code=500 if received.refusals >= 0 else 204)

    app = Litestar([take], openapi_config=None, logging_config=None)
    async with serving(serve_app(app, "127.0.0.1", port)), httpx.AsyncClient() as client:
        await until(lambda: _answers(client, f"http://127.0.0.1:{port}/"))
        yield received


async def until(look: Callable[[], Awaitable[Any]], *, within_s: float = 15.0) -> Any:
    """What `look` gives as soon as it gives something; fails after `within_s`."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if found := await look():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")


async def until_true(look: Callable[[], bool], *, within_s: float = 15.0) -> None:
    async def seen() -> bool:
        return look()

    await until(seen, within_s=within_s)


def count(values: Sequence[Any], value: Any) -> int:
    return sum(other == value for other in values)


@asynccontextmanager
async def serving(work: Any) -> AsyncGenerator[None]:
    server = asyncio.create_task(work)
    try:
        yield
    finally:
        server.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await server


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        await client.get(url)
    except httpx.TransportError:
        return False
    return True
