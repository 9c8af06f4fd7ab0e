"""What the conformance suite has to know of a provider, and a running simulator of it with a proxy before it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import msgspec

from printvision.cli.ports import free_port
from printvision.platform.address import Recipient
from printvision.providers.sdk import (
    Adapter,
    Breaker,
    Client,
    Limits,
    MemoryBudget,
    MemoryRecorder,
    OrderSnapshot,
    PrintOrder,
    ProductSpec,
    ProviderUnavailable,
    Rate,
    open_client,
)
from tests.contracts.tampering import Tampering

LIMITS = Limits(
    connect_s=2, read_s=0.5, total_s=2, attempts=3, patience_s=2, backoff_s=0.01, max_bytes=2_000_000
)
RATE = Rate(10_000, timedelta(seconds=1))
PATIENCE_S = 15.0
BUYER = Recipient(
    name="Odalys Wexford",
    line1="77 Quillback Row",
    line2="Flat 3",
    city="Austin",
    region="TX",
    postal_code="73301",
    country="US",
    email="odalys@wexford.example",
    phone="+1 512 555 0148",
)
BUYER_WORDS = ("Odalys", "Wexford", "Quillback", "Flat 3", "Austin", "73301", "512 555 0148")


class Bench(ABC):
    """One provider, for the suite.

    Args:
        credential: the words of it that nobody may see.
        first_state: the provider's own word for an order that was prepared and may be committed.
        blueprint: the one whose variants are ordered.
        currency: the only one they price in; None where they price in whatever is asked for.
        catalogue_in_pages: whether they cut their list of blueprints into pages.
        says_how_long: whether their 429 says how long to wait.
    """

    adapter: ClassVar[type[Adapter[Any]]]
    credential: ClassVar[str]
    first_state: ClassVar[str]
    blueprint: ClassVar[str]
    currency: ClassVar[str | None] = None
    catalogue_in_pages: ClassVar[bool] = True
    says_how_long: ClassVar[bool] = True

    @abstractmethod
    async def serve(self, data_dir: Path, port: int) -> None:
        """Run the simulator until cancelled: without its rate limit, and quick but for waiting a second
        before an order goes into production."""

    async def furnish(self, adapter: Adapter[Any]) -> None:
        """Make what has to be there before the first order, once."""
        del adapter

    def spec(self, sku: str) -> ProductSpec | None:
        """A product of `blueprint` that can be made; None where they want none."""
        del sku
        return None

    @abstractmethod
    def settings(self, *, credential: str) -> msgspec.Struct: ...

    @abstractmethod
    def order(self, ref: str, *, lines: int = 1) -> PrintOrder:
        """An order by `BUYER` of pieces that the simulator has in stock."""


class Line(msgspec.Struct, frozen=True):
    """A line of a simulator's ledger."""

    event: str
    our_ref: str | None
    sku: str
    quantity: int
    order_id: str


class Stage:
    """A bench with its simulator running behind a proxy."""

    def __init__(
        self, bench: Bench, simulator: httpx.AsyncClient, proxy: Tampering, url: str, client: Client
    ):
        self.bench = bench
        self.proxy = proxy
        self.recorder = MemoryRecorder(keep=1_000)
        self._simulator = simulator
        self._url = url
        self._client = client

    def connect(self, *, credential: str | None = None, limits: Limits = LIMITS) -> Adapter[Any]:
        kind = self.bench.adapter
        return kind.connect(
            self.bench.settings(credential=credential or self.bench.credential),
            client=self._client,
            budget=MemoryBudget(RATE, provider=kind.key),
            breaker=Breaker("contract", provider=kind.key, threshold=1_000),
            recorder=self.recorder,
            limits=limits,
            base_url=self._url,
        )

    def order(self, *, lines: int = 1) -> PrintOrder:
        return self.bench.order(uuid4().hex, lines=lines)

    async def faults(self, **faults: Any) -> None:
        """Misbehaviour from now on; none of what was ordered before."""
        reply = await self._simulator.put("/_simulator/faults", json=faults)
        assert reply.status_code == 200, reply.text

    async def hits(self, fault: str) -> int:
        """How often a fault has struck."""
        reply = await self._simulator.get("/_simulator/health")
        return reply.json()["faults"].get(fault, 0)

    async def ledger(self, ref: str, event: str) -> list[Line]:
        """What really happened to the items of an order."""
        reply = await self._simulator.get("/_simulator/ledger", params={"our_ref": ref, "event": event})
        return msgspec.json.decode(reply.content, type=list[Line])

    async def ready(self, adapter: Adapter[Any], order: PrintOrder) -> OrderSnapshot:
        """Prepare the order and wait until it may be committed."""
        prepared = await adapter.prepare(order)

        async def priced() -> OrderSnapshot | None:
            now = await adapter.get(prepared.provider_order_id)
            return now if now.cost_ready else None

        return prepared if prepared.cost_ready else await until(priced)

    async def send(self, adapter: Adapter[Any], order: PrintOrder) -> OrderSnapshot:
        """The whole of a send, as an impatient worker does it: again and again until it is through."""

        async def sent() -> OrderSnapshot | None:
            try:
                ready = await self.ready(adapter, order)
                return await adapter.commit(ready.provider_order_id)
            except ProviderUnavailable:
                return None

        return await until(sent)

    async def reset(self) -> None:
        self.proxy.reset()
        self.recorder.calls.clear()
        await self.faults()


async def until(found: Callable[[], Awaitable[Any]]) -> Any:
    """What `found` answers as soon as that is true; fails after `PATIENCE_S`."""
    async with asyncio.timeout(PATIENCE_S):
        while not (answer := await found()):  # noqa: ASYNC110 -- a server is waited for, not a task of ours
            await asyncio.sleep(0.02)
        return answer


@asynccontextmanager
async def set_up(bench: Bench, data_dir: Path) -> AsyncGenerator[Stage]:
    """Start everything a suite needs, and end it."""
    port = free_port()
    serving = asyncio.create_task(bench.serve(data_dir, port))
    address = f"http://127.0.0.1:{port}"
    proxy = Tampering(address)
    url = await proxy.start()
    try:
        async with (
            open_client(allow_private_addresses=True) as client,
            httpx.AsyncClient(base_url=address) as simulator,
        ):
            await until(lambda: _answers(simulator, "/_simulator/health"))
            yield Stage(bench, simulator, proxy, url, client)
    finally:
        await proxy.stop()
        serving.cancel()
        await asyncio.wait([serving], timeout=PATIENCE_S)


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.TransportError:
        return False
