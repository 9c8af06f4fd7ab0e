"""The demo itself: set a workspace up, have orders sent, watch them, ask the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from printvision.api.discovery import load_operations
from printvision.cli.demo.chaos import Chaos
from printvision.cli.demo.folder import Diary, read_sent
from printvision.cli.demo.orders import DemoOrder, make_orders
from printvision.cli.demo.plan import Ended, Figures, Plan
from printvision.cli.demo.progress import Progress, count_places, held_orders, outcomes
from printvision.cli.demo.screen import Screen
from printvision.cli.demo.senders import Senders
from printvision.cli.demo.shelves import Shelves, stock
from printvision.cli.demo.stage import Stage
from printvision.cli.demo.surroundings import REQUESTS_A_MINUTE
from printvision.cli.demo.verdict import judge
from printvision.cli.door import Door, find_workspace, operator
from printvision.cli.installation import prepare
from printvision.cli.simulating import put_faults
from printvision.platform.runtime import open_platform
from printvision.providers.simulators.faults import Delay, Faults, Shuffled, Unanswered
from printvision.providers.simulators.ledger import read_ledger

LOOK_EVERY_S: Final = 1.0


class Story:
    """What happens on a stage whose processes run."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self._plan = stage.plan
        self._folder = stage.folder
        self._progress = Progress(stage.plan.orders)
        self._stage = stage
        self._screen = screen

    async def play(self) -> Ended:
        """Set up, send, watch, judge."""
        prepared = await prepare(self._stage.settings)
        assert prepared.first_key is not None, "the folder is fresh"
        load_operations()
        async with open_platform(self._stage.settings) as platform:
            door = Door(platform, await find_workspace(platform, None), operator())
            await door.call("workspaces.update", name="Demo")
            self._screen.say("Setting up a provider, its catalogue, 12 products and a shop …")
            shelves = await stock(
                door,
                provider_url=self._stage.simulator_url,
                requests_a_minute=REQUESTS_A_MINUTE,
            )
            await put_faults(self._stage.simulator_port, faults(self._plan))
            return await self._send_and_watch(door, shelves, prepared.first_key.reveal())

    async def _send_and_watch(self, door: Door, shelves: Shelves, api_key: str) -> Ended:
        orders = make_orders(self._plan.orders, self._plan.seed)
        diary = Diary(self._folder.sent)
        senders = Senders(
            diary,
            url=self._stage.url,
            shop_path=shelves.shop_path,
            shop_secret=shelves.shop_secret,
            api_key=api_key,
            a_second=self._plan.a_second,
            seed=self._plan.seed,
        )
        chaos = Chaos(
            self._folder.processes,
            kills=self._plan.kills,
            pause_s=self._plan.kill_pause_s,
            seed=self._plan.seed,
        )
        sending = asyncio.create_task(senders.send(orders), name="senders")
        killing = asyncio.create_task(chaos.run(), name="chaos")
        try:
            with self._screen.watching():
                await self._watch(door, sending, senders, chaos, api_key)
            return await self._judge(door, orders, {**senders.counts, "killed": chaos.killed})
        finally:
            for task in (sending, killing):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            diary.close()

    async def _watch(
        self, door: Door, sending: asyncio.Task[None], senders: Senders, chaos: Chaos, api_key: str
    ) -> None:
        """Until every order has come as far as it goes by itself, or the time for that is over."""
        told = False
        sent_at: float | None = None
        while True:
            self._progress.places = await count_places(door)
            counts = {**senders.counts, "killed": chaos.killed}
            self._screen.show(self._progress, f"PrintVision demo at {self._stage.url}", counts)
            if sending.done():
                sending.result()
                sent_at = sent_at or self._progress.seconds
                if not told and self._progress.received >= self._plan.orders:
                    self._folder.tell(ready=True, url=self._stage.url, api_key=api_key, sign_in="")
                    told = True
                if self._progress.settled or self._progress.seconds - sent_at > self._plan.limit_s:
                    return
            await asyncio.sleep(LOOK_EVERY_S)

    async def _judge(self, door: Door, orders: list[DemoOrder], counts: Mapping[str, int]) -> Ended:
        held = await held_orders(door)
        verdict = judge(
            read_sent(self._folder.sent),
            read_ledger(self._folder.ledger),
            held={order.recipient.name for order in orders if order.external_id in held},
        )
        unknown_resolved, rerouted = await outcomes(door)
        places = self._progress.places
        figures = Figures(
            received=self._progress.received,
            delivered=places["delivered"],
            held=places["held"],
            not_printable=places["not_printable"],
            lost=len(verdict.lost),
            doubled=len(verdict.doubled),
            rerouted=rerouted,
            unknown_resolved=unknown_resolved,
            seconds=self._progress.seconds,
        )
        return Ended(figures, verdict, tuple(_problems(self._plan, figures, counts)), counts)


def faults(plan: Plan) -> Faults:
    """What the simulated provider does wrong."""
    return Faults(
        applied_then_timeout=Unanswered(share=plan.unanswered, operations=("orders.confirm",)),
        webhooks_doubled=Delay(share=0.3, min_s=0.0, max_s=1.0),
        webhooks_shuffled=Shuffled(share=0.5, window_s=1.0),
    )


def _problems(plan: Plan, figures: Figures, counts: Mapping[str, int]) -> list[str]:
    under_way = figures.received - figures.delivered - figures.held - figures.not_printable
    found = {
        f"{figures.lost} lines were not printed": figures.lost,
        f"{figures.doubled} lines were ordered or printed more than once": figures.doubled,
        f"{plan.orders - figures.received} orders did not come in": plan.orders != figures.received,
        f"{under_way} orders did not come to their end": under_way,
        f"{counts.get('given_up', 0)} deliveries were given up by their sender": counts.get("given_up", 0),
        f"{counts.get('refused', 0)} orders were refused at the API": counts.get("refused", 0),
    }
    return [words for words, holds in found.items() if holds]
