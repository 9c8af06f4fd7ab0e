"""Printful, for the conformance suite."""

from __future__ import annotations

from pathlib import Path

from printvision.providers.adapters.printful import Printful, PrintfulSettings
from printvision.providers.sdk import PrintFile, PrintItem, PrintOrder, Secret
from printvision.providers.simulators.printful import SimulatorConfig, Stages, serve_simulator
from tests.contracts.bench import BUYER, Bench

VARIANTS = ("4011", "4012", "4013")
STAGES = Stages(costs=(0.02, 0.05), accept=(1.0, 1.2), print=(0.3, 0.3), ship=(0.1, 0.2), deliver=(0.1, 0.2))


class PrintfulBench(Bench):
    adapter = Printful
    credential = "pf-tok-5d0c9be1"
    first_state = "draft"
    blueprint = "71"

    async def serve(self, data_dir: Path, port: int) -> None:
        config = SimulatorConfig(
            data_dir=data_dir,
            stages=STAGES,
            api_tokens=(self.credential,),
            public_url=f"http://127.0.0.1:{port}",
            rate_limit=False,
            webhook_time_scale=0.001,
        )
        await serve_simulator(config, "127.0.0.1", port)

    def settings(self, *, credential: str) -> PrintfulSettings:
        return PrintfulSettings(token=Secret(credential))

    def order(self, ref: str, *, lines: int = 1) -> PrintOrder:
        items = tuple(
            PrintItem(
                line_ref=f"line-{number}",
                variant_external_id=VARIANTS[number],
                quantity=number + 1,
                files=(
                    PrintFile(placement="front", technique="dtg", url="https://files.example/a.png?sig=x"),
                ),
                name=f"SKU-{number}",
            )
            for number in range(lines)
        )
        return PrintOrder(ref=ref, recipient=BUYER, items=items, shipping_method="STANDARD")
