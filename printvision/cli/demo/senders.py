"""Those who send the orders: a shop that retries as Shopify does, and a vendor's own software at our API.

Both write down what they send before they send it, and neither gives an order up because a server died.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from printvision.cli.demo.folder import Diary
from printvision.cli.demo.orders import DemoOrder, Door
from printvision.cli.demo.shop import Delivery, deliveries

CONNECT_S: Final = 1.0
ANSWER_S: Final = 5.0
AT_ONCE: Final = 16


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How the senders behave.

    Args:
        shop_pauses_s: Shopify waits 1 s for a connection and 5 s for an answer, and retries 8 times within 4 hours.
            So do we, with pauses so many times shorter that the four hours last a minute.
        shop_doubles: share of the shop's deliveries that are sent twice at once.
        paid_after_s: how long after an unpaid order the shop tells that it is paid.
        api_pauses_s: of the vendor's own software.
    """

    shop_pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 16.0)
    shop_doubles: float = 0.1
    paid_after_s: float = 3.0
    api_pauses_s: tuple[float, ...] = (0.2, 0.4, 0.8, 1.6, 3.0, 3.0, 3.0, 5.0, 5.0, 5.0, 10.0, 10.0)


class Senders:
    """
    Args:
        url: our own address.
        shop_path: where the shop sends its webhooks.
        a_second: how many orders are begun each second.
        transport: how the requests travel; by a network if left out.
    """

    def __init__(
        self,
        diary: Diary,
        *,
        url: str,
        shop_path: str,
        shop_secret: str,
        api_key: str,
        a_second: float,
        seed: int,
        habits: Habits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        """`sent`, `accepted`, `retried`, `doubled`, `refused`, `given_up`."""
        self._habits = habits or Habits()
        self._transport = transport or AiohttpTransport()
        self._diary = diary
        self._shop_url = url + shop_path
        self._api_url = f"{url}/api/v1/orders"
        self._secret = shop_secret
        self._key = api_key
        self._pause_s = 1 / a_second
        self._chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose, protects nothing
        self._room = asyncio.Semaphore(AT_ONCE)

    async def send(self, orders: Sequence[DemoOrder]) -> None:
        """Send all of them, evenly over time; returns when each was accepted, refused or given up."""
        async with self._client() as client, asyncio.TaskGroup() as group:
            for order in orders:
                group.create_task(self._send_one(client, order))
                await asyncio.sleep(self._pause_s * self._chance.uniform(0.2, 1.8))

    async def _send_one(self, client: httpx.AsyncClient, order: DemoOrder) -> None:
        async with self._room:
            self._diary.note(order)
            self.counts["sent"] += 1
            if order.door is Door.API:
                await self._by_api(client, order)
                return
        taken = True
        for number, delivery in enumerate(deliveries(order, self._secret)):
            if number:
                await asyncio.sleep(self._habits.paid_after_s)
            doubled = self._chance.random() < self._habits.shop_doubles
            async with self._room:
                tries = (self._by_shop(client, delivery) for _ in range(1 + doubled))
                taken = all(await asyncio.gather(*tries)) and taken
            self.counts["doubled"] += doubled
        self.counts["accepted"] += taken

    async def _by_shop(self, client: httpx.AsyncClient, delivery: Delivery) -> bool:
        for pause_s in (*self._habits.shop_pauses_s, None):
            status = await _post(client, self._shop_url, delivery.body, delivery.headers)
            if status is not None and 200 <= status < 300:
                return True
            await self._again(pause_s)
        return False

    async def _by_api(self, client: httpx.AsyncClient, order: DemoOrder) -> None:
        body = msgspec.json.encode(_api_order(order))
        headers = {"content-type": "application/json", "authorization": f"Bearer {self._key}"}
        for pause_s in (*self._habits.api_pauses_s, None):
            status = await _post(client, self._api_url, body, headers)
            if status in (200, 201):
                self.counts["accepted"] += 1
                return
            if status is not None and 400 <= status < 500 and status != 429:
                self.counts["refused"] += 1
                return
            await self._again(pause_s)

    def _client(self) -> httpx.AsyncClient:
        limits = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        return httpx.AsyncClient(transport=self._transport, timeout=limits)

    async def _again(self, pause_s: float | None) -> None:
        if pause_s is None:
            self.counts["given_up"] += 1
            return
        self.counts["retried"] += 1
        await asyncio.sleep(pause_s * self._chance.uniform(0.8, 1.2))


def _api_order(order: DemoOrder) -> dict[str, Any]:
    to = msgspec.to_builtins(order.recipient)
    return {
        "external_id": order.external_id,
        "recipient": {name: value for name, value in to.items() if value is not None},
        "lines": [{"sku": line.article.sku, "quantity": line.quantity} for line in order.lines],
    }


async def _post(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> int | None:
    """The answer's status; None where there was none in time."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return (await client.post(url, content=body, headers=headers)).status_code
    except (httpx.HTTPError, OSError, TimeoutError):
        return None
