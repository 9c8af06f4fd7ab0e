"""Any simulated provider under test: the same few calls at each, as a client makes them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from printvision.providers.simulators.faults import Faults
from tests.providers.simulators import printify as printify_simulator
from tests.providers.simulators.printify import Printify
from tests.providers.simulators.running import Received, Running, order, quick, running, until

PROVIDERS = ("printful", "printify")


class Shop:
    """A client of one of them."""

    def __init__(self, simulated: Running | Printify) -> None:
        self.simulated = simulated
        self.client = simulated.client

    async def post(self, ref: str, *, patience_s: float = 10) -> httpx.Response:
        """Create an order, answered or not."""
        if isinstance(self.simulated, Running):
            return await self.client.post("/v2/orders", json=order(ref), timeout=patience_s)
        body = printify_simulator.order(ref)
        return await self.client.post(f"{printify_simulator.SHOP}/orders.json", json=body, timeout=patience_s)

    async def ready(self, ref: str) -> int | str:
        """An order that may be confirmed; its id."""
        if isinstance(self.simulated, Printify):
            return await self.simulated.ready(ref)
        order_id = await self.simulated.create(ref)
        path = f"/v2/orders/{order_id}"

        async def priced() -> bool:
            costs = (await self.client.get(path)).json()["data"]["costs"]
            return costs["calculation_status"] == "done"

        await until(priced)
        return order_id

    async def confirm(self, order_id: int | str, *, patience_s: float = 10) -> httpx.Response:
        path = f"/v2/orders/{order_id}/confirmation"
        if isinstance(self.simulated, Printify):
            path = f"{printify_simulator.SHOP}/orders/{order_id}/send_to_production.json"
        return await self.client.post(path, timeout=patience_s)

    async def look(self) -> httpx.Response:
        path = "/v2/stores" if isinstance(self.simulated, Running) else "/v1/shops.json"
        return await self.client.get(path)

    async def subscribe(self, hook: Received) -> str:
        """Have orders that are made told; the event's name."""
        if isinstance(self.simulated, Running):
            events = [{"type": "order_created"}]
            await self.client.post("/v2/webhooks", json={"default_url": hook.url, "events": events})
            return "order_created"
        body = {"topic": "order:created", "url": hook.url}
        await self.client.post(f"{printify_simulator.SHOP}/webhooks.json", json=body)
        return "order:created"

    async def told(self, hook: Received) -> list[str]:
        """References or ids of the orders that were told, in order."""
        bodies = hook.bodies()
        if isinstance(self.simulated, Running):
            return [body["data"]["order"]["external_id"] for body in bodies]
        return [body["resource"]["id"] for body in bodies]


@asynccontextmanager
async def opened(provider: str, data_dir: Path, faults: Faults) -> AsyncGenerator[Shop]:
    """A provider in which production takes no time, with these faults from its first moment."""
    if provider == "printful":
        async with running(quick(data_dir, faults=faults)) as printful:
            yield Shop(printful)
    else:
        async with printify_simulator.running(printify_simulator.quick(data_dir, faults=faults)) as printify:
            yield Shop(printify)
