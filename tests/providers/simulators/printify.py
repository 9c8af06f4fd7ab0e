"""A simulated Printify under test."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from printvision.providers.simulators.printify import SimulatorConfig, Stages, serve_simulator
from tests.providers.simulators.running import Simulated, asking, until

SHOP = "/v1/shops/5432"
TEE = "5bfd0b66a342bcc9b5563216"  # the sample product: blueprint 9 at print provider 5, variant 17887
AT_ONCE = Stages(costs=(0, 0), accept=(0, 0), print=(0, 0), ship=(0, 0), deliver=(0, 0))
NEVER = Stages(costs=(0, 0), accept=(3600, 3600))

Json = dict[str, Any]


def quick(data_dir: Path, **changes: Any) -> SimulatorConfig:
    """A configuration in which nothing is limited, production takes no time and nothing is approved by itself."""
    settings: Json = {
        "data_dir": data_dir,
        "rate_limit": False,
        "stages": AT_ONCE,
        "split_share": 0.0,
        "auto_approve_s": None,
    }
    return SimulatorConfig(**settings | changes)


class Printify(Simulated):
    provider = "printify"

    async def create(self, ref: str, **changes: Any) -> str:
        """An order of two tees; its id."""
        answer = await self.client.post(f"{SHOP}/orders.json", json=order(ref, **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    async def ready(self, ref: str, **changes: Any) -> str:
        """An order that waits on hold; its id."""
        order_id = await self.create(ref, **changes)

        async def held() -> bool:
            return (await self.read(order_id))["status"] == "on-hold"

        await until(held)
        return order_id

    async def read(self, order_id: str) -> Json:
        return (await self.client.get(f"{SHOP}/orders/{order_id}.json")).json()

    async def send(self, order_id: str) -> httpx.Response:
        return await self.client.post(f"{SHOP}/orders/{order_id}/send_to_production.json")

    async def cancel(self, order_id: str) -> httpx.Response:
        return await self.client.post(f"{SHOP}/orders/{order_id}/cancel.json")

    async def upload(self) -> str:
        """A picture; its id."""
        sent = {"file_name": "art.png", "url": "https://art.example.com/art.png"}
        return (await self.client.post("/v1/uploads/images.json", json=sent)).json()["id"]

    async def make(self, **changes: Any) -> Json:
        """A product: a tee, White and S, printed in front."""
        answer = await self.client.post(f"{SHOP}/products.json", json=product(await self.upload(), **changes))
        assert answer.status_code == 200, answer.text
        return answer.json()


def order(ref: str, **changes: Any) -> Json:
    """An order in the published shape."""
    return {
        "external_id": ref,
        "label": "00012",
        "line_items": [{"product_id": TEE, "variant_id": 17887, "quantity": 2, "external_id": f"{ref}-1"}],
        "shipping_method": 1,
        "send_shipping_notification": False,
        "address_to": {
            "first_name": "Buyer",
            "last_name": ref,
            "country": "US",
            "region": "OR",
            "address1": "1 Harbour Street",
            "city": "Portland",
            "zip": "97205",
        },
    } | changes


def product(picture: str, **changes: Any) -> Json:
    """A product in the published shape."""
    image = {"id": picture, "x": 0.5, "y": 0.5, "scale": 1, "angle": 0}
    return {
        "title": "Harbour tee",
        "description": "With a harbour",
        "blueprint_id": 9,
        "print_provider_id": 5,
        "variants": [{"id": 17887, "price": 2400, "is_enabled": True, "sku": "TEE-HARBOUR-S"}],
        "print_areas": [{"variant_ids": [17887], "placeholders": [{"position": "front", "images": [image]}]}],
    } | changes


@asynccontextmanager
async def running(config: SimulatorConfig) -> AsyncGenerator[Printify]:
    async with asking(lambda port: serve_simulator(config, "127.0.0.1", port)) as client:
        yield Printify(config.data_dir, client)
