"""The demo itself: set a workspace up, have orders sent, watch them, ask the ledgers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Final

from printvision.api.discovery import load_operations
from printvision.cli.demo.blackout import Blackout
from printvision.cli.demo.chaos import Chaos
from printvision.cli.demo.folder import Diary
from printvision.cli.demo.judging import judge_all
from printvision.cli.demo.orders import make_orders
from printvision.cli.demo.plan import Ended, Plan
from printvision.cli.demo.progress import Progress, count_places
from printvision.cli.demo.screen import Screen
from printvision.cli.demo.senders import Senders
from printvision.cli.demo.shelves import Shelves, stock
from printvision.cli.demo.stage import Stage
from printvision.cli.demo.surroundings import PROVIDERS
from printvision.cli.door import Door, find_workspace, operator
from printvision.cli.installation import prepare
from printvision.cli.operators import make_operator
from printvision.cli.sign_in import link_address, make_link
from printvision.cli.simulating import put_faults
from printvision.platform.runtime import open_platform
from printvision.providers.simulators.faults import (
    AppliedLate,
    Delay,
    Fault,
    Faults,
    RateLimited,
    Shuffled,
    Unanswered,
)

LOOK_EVERY_S: Final = 1.0
MOST_LOCKED_OUT: Final = 10
OWNER: Final = "demo@printvision.example"


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
            self._screen.say("Setting up two providers, their catalogues, 12 products and a shop …")
            simulators = {provider: self._stage.simulator_url(provider) for provider in PROVIDERS}
            shelves = await stock(door, simulators, say=self._screen.say)
            for provider, port in self._stage.simulators.items():
                await put_faults(port, faults(self._plan, provider))
            await make_operator(platform, OWNER, "Demo")
            self._screen.way_in(await self._link(door))
            ended = await self._send_and_watch(door, shelves, prepared.first_key.reveal())
            return replace(ended, sign_in=await self._link(door))

    async def _link(self, door: Door) -> str:
        return link_address(self._stage.url, await make_link(door, OWNER))

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
        chaos = self._chaos()
        sending = asyncio.create_task(senders.send(orders), name="senders")
        killing = asyncio.create_task(chaos.run(), name="chaos")
        try:
            with self._screen.watching():
                await self._watch(door, sending, senders, chaos, api_key)
            counts = {**senders.counts, "killed": chaos.killed}
            return await judge_all(door, self._stage, self._progress, orders, counts)
        finally:
            for task in (sending, killing):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            diary.close()

    def _chaos(self) -> Chaos:
        plan = self._plan
        return Chaos(self._folder.processes, kills=plan.kills, pause_s=plan.kill_pause_s, seed=plan.seed)

    def _blackouts(self) -> list[Blackout]:
        plan, simulators = self._plan, self._stage.simulators
        return [
            Blackout(
                PROVIDERS[dark.provider],
                simulators[dark.provider],
                lasts_s=dark.lasts_s,
                after=round(plan.orders * dark.after),
                say=self._screen.say,
            )
            for dark in plan.dark
        ]

    async def _watch(
        self, door: Door, sending: asyncio.Task[None], senders: Senders, chaos: Chaos, api_key: str
    ) -> None:
        """Until every order has come as far as it goes by itself, or the time for that is over."""
        told = False
        sent_at: float | None = None
        blackouts = self._blackouts()
        while True:
            for blackout in blackouts:
                await blackout.look(senders.counts["sent"])
            self._progress.places = await count_places(door)
            counts = {**senders.counts, "killed": chaos.killed}
            self._screen.show(self._progress, f"PrintVision demo at {self._stage.url}", counts)
            if sending.done():
                sending.result()
                sent_at = sent_at or self._progress.seconds
                if not told and self._progress.received >= self._plan.orders:
                    self._folder.tell(
                        ready=True, url=self._stage.url, api_key=api_key, sign_in=await self._link(door)
                    )
                    told = True
                settled = self._progress.settled and chaos.over
                if settled or self._progress.seconds - sent_at > self._plan.limit_s:
                    return
            await asyncio.sleep(LOOK_EVERY_S)


def faults(plan: Plan, provider: str) -> Faults:
    """What a simulated provider does wrong all the time."""
    return Faults(
        out_of_stock=plan.sold_out.get(provider, ()),
        # each empties our budget for them, which a real one says only where that was used up
        rate_limited=RateLimited(share=plan.rough, times=MOST_LOCKED_OUT),
        server_error=Fault(share=plan.rough),
        dropped=Fault(share=plan.rough),
        applied_then_timeout=Unanswered(share=plan.unanswered, operations=plan.unanswered_calls),
        applied_late=AppliedLate(share=plan.applied_late, operations=plan.unanswered_calls),
        webhooks_lost=Fault(share=plan.webhooks_lost),
        webhooks_doubled=Delay(share=0.3, min_s=0.0, max_s=1.0),
        webhooks_shuffled=Shuffled(share=0.5, window_s=1.0),
    )
