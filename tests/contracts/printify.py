"""Printify, for the conformance suite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from printvision.providers.adapters.printify import Printify, PrintifySettings
from printvision.providers.sdk import Adapter, PrintFile, PrintItem, PrintOrder, ProductSpec, Secret
from printvision.providers.simulators.printify import SimulatorConfig, Stages, serve_simulator
from tests.contracts.bench import BUYER, Bench

VARIANTS = ("9:5:17887", "9:5:17888", "9:5:17889")
STAGES = Stages(costs=(0.02, 0.05), accept=(1.0, 1.2), print=(0.3, 0.3), ship=(0.1, 0.2), deliver=(0.1, 0.2))
FRONT = PrintFile(placement="front", technique="dtg", url="https://files.example/a.png?sig=x")


class PrintifyBench(Bench):
    adapter = Printify
    credential = "pfy-tok-7e2b41d0"
    first_state = "on-hold"
    blueprint = "9:5"
    currency = "USD"
    catalogue_in_pages = False
    says_how_long = False

    def __init__(self) -> None:
        self._products: dict[str, str] = {}

    async def serve(self, data_dir: Path, port: int) -> None:
        config = SimulatorConfig(
            data_dir=data_dir,
            stages=STAGES,
            api_tokens=(self.credential,),
            public_url=f"http://127.0.0.1:{port}",
            rate_limit=False,
            webhook_time_scale=0.001,
            split_share=0,
        )
        await serve_simulator(config, "127.0.0.1", port)

    async def furnish(self, adapter: Adapter[Any]) -> None:
        assert isinstance(adapter, Printify)
        for number, variant in enumerate(VARIANTS):
            made = await adapter.make_product(self.spec(f"SKU-{number}", variant=variant))
            self._products[variant] = made.external_id

    def spec(self, sku: str, *, variant: str = VARIANTS[0]) -> ProductSpec:
        return ProductSpec(
            sku=sku,
            title="Everyday tee, sunset",
            blueprint_external_id=self.blueprint,
            variant_external_id=variant,
            files=(FRONT,),
        )

    def settings(self, *, credential: str) -> PrintifySettings:
        return PrintifySettings(token=Secret(credential), shop_id="5432")

    def order(self, ref: str, *, lines: int = 1) -> PrintOrder:
        items = tuple(
            PrintItem(
                line_ref=f"line-{number}",
                variant_external_id=VARIANTS[number],
                quantity=number + 1,
                files=(FRONT,),
                product_external_id=self._products[VARIANTS[number]],
                name=f"SKU-{number}",
            )
            for number in range(lines)
        )
        return PrintOrder(ref=ref, recipient=BUYER, items=items, shipping_method="standard")
