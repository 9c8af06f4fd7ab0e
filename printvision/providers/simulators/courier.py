"""Carries a provider's webhooks out: on time, or as the faults want it, until somebody takes them."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import msgspec
import structlog
from httpx_aiohttp import AiohttpTransport

from printvision.providers.simulators.agenda import Agenda
from printvision.providers.simulators.faults import Dice
from printvision.providers.simulators.journal import Journal

log = structlog.get_logger(__name__)

_AT_ONCE = 16
_WAITING_AT_MOST = 20_000
_TIME_LIMIT_S = 10.0


class Delivery(msgspec.Struct, kw_only=True):
    """One event on its way to one address.

    Args:
        dialect: which of the provider's webhook forms it takes.
        event: the provider's event type.
        payload: what the event says, in that form, without what belongs to the single try.
        tries: how many tries were made before.
        due: when the next try is made, seconds since 1970.
    """

    number: int
    url: str
    dialect: str
    event: str
    payload: dict[str, Any]
    due: float
    tries: int = 0


Sealer = Callable[[Delivery], tuple[bytes, Mapping[str, str]] | None]


class Courier:
    """Sends deliveries and remembers those not yet taken.

    Args:
        seal: body and headers of one try, or None where nobody wants the event any more.
        pauses_s: after the first failed try, the second and so on; then the event is given up.
        on_given_up: hears of it.
    """

    def __init__(
        self,
        journal: Journal,
        agenda: Agenda,
        dice: Dice,
        seal: Sealer,
        *,
        pauses_s: Sequence[float],
        on_given_up: Callable[[Delivery], None] | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._shelf = journal.shelf("deliveries", Delivery)
        self._journal = journal
        self._agenda = agenda
        self._dice = dice
        self._seal = seal
        self._pauses_s = tuple(pauses_s)
        self._on_given_up = on_given_up
        self._ready: asyncio.Queue[str] = asyncio.Queue()  # bounded by the shelf

    def send(self, url: str, dialect: str, event: str, payload: dict[str, Any]) -> None:
        """Have an event delivered, as far as the faults let it."""
        if self._dice.falls("webhooks_lost", event):
            self.counts["lost"] += 1
            return
        delays = [self._delay(event)]
        if self._dice.falls("webhooks_doubled", event):
            doubled = self._dice.faults.webhooks_doubled
            delays.append(
                delays[0] + self._dice.between("webhooks_doubled", event, doubled.min_s, doubled.max_s)
            )
        for delay in delays:
            number = self._journal.next_number()
            due = time.time() + delay
            self._keep(
                Delivery(number=number, url=url, dialect=dialect, event=event, payload=payload, due=due)
            )

    def resume(self) -> None:
        """Plan what was not delivered when the process ended."""
        for key, delivery in self._shelf.items():
            self._plan(key, delivery.due)

    async def run(self) -> None:
        """Work until cancelled."""
        async with (
            httpx.AsyncClient(transport=AiohttpTransport(), timeout=_TIME_LIMIT_S) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(_AT_ONCE):
                group.create_task(self._carry(client))

    def _delay(self, event: str) -> float:
        faults = self._dice.faults
        if self._dice.falls("webhooks_late", event):
            late = faults.webhooks_late
            return self._dice.between("webhooks_late", event, late.min_s, late.max_s)
        if self._dice.falls("webhooks_shuffled", event):
            # All of one window leaves within a quarter of a window after its end, at a moment of chance.
            window_s, now = faults.webhooks_shuffled.window_s, time.time()
            end = math.ceil(now / window_s) * window_s if window_s else now
            return end - now + self._dice.between("webhooks_shuffled", event, 0, window_s / 4)
        return 0.0

    def _keep(self, delivery: Delivery) -> None:
        if len(self._shelf) >= _WAITING_AT_MOST:
            self.counts["overflowed"] += 1
            log.warning("simulator.webhooks.overflow", waiting=len(self._shelf))
            return
        key = str(delivery.number)
        self._shelf.put(key, delivery)
        self._plan(key, delivery.due)

    def _plan(self, key: str, due: float) -> None:
        self._agenda.at(due, lambda: self._ready.put_nowait(key))

    async def _carry(self, client: httpx.AsyncClient) -> None:
        while True:
            key = await self._ready.get()
            delivery = self._shelf.get(key)
            if delivery is None:
                continue
            try:
                await self._try(client, key, delivery)
            except Exception:
                log.exception("simulator.webhooks.failed", webhook=delivery.event)

    async def _try(self, client: httpx.AsyncClient, key: str, delivery: Delivery) -> None:
        sealed = self._seal(delivery)
        if sealed is None:
            self._done(key, "unwanted")
        elif not self._dice.dark and await _taken(client, delivery.url, *sealed):
            self._done(key, "delivered")
        elif delivery.tries >= len(self._pauses_s):
            self._done(key, "given_up")
            if self._on_given_up is not None:
                self._on_given_up(delivery)
        else:
            self.counts["failed"] += 1
            delivery.due = time.time() + self._pauses_s[delivery.tries]
            delivery.tries += 1
            self._shelf.put(key, delivery)
            self._plan(key, delivery.due)

    def _done(self, key: str, how: str) -> None:
        self.counts[how] += 1
        self._shelf.remove(key)


async def _taken(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether they answered 2xx in time; their answer's body is not read."""
    try:
        async with (
            asyncio.timeout(_TIME_LIMIT_S),
            client.stream("POST", url, content=body, headers=dict(headers)) as reply,
        ):
            return reply.is_success
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError):
        return False
