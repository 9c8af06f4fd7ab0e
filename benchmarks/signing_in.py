"""What two hundred who guess passwords at once cost everybody else, and what asking for a permission costs."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Final
from uuid import uuid4

import msgspec

from benchmarks.client import Load, Wire, closed_loop, post
from benchmarks.figures import Section, figure
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.accounts import Permission, Role
from printvision.accounts.roles import PERMISSIONS
from printvision.platform.scope import Actor, Principal

GUESSERS: Final = 200
CLIENTS: Final = 4
CALLS: Final = 2_000
CHECKS: Final = 100_000


async def measure(stage: Stage, plan: Plan) -> Section:
    """Calls with a key, alone and beside the guessers, in turns; each guess comes from an address of its own."""
    server = msgspec.structs.replace(stage.settings.server, trusted_proxies="127.0.0.1/32")
    stage = replace(stage, settings=msgspec.structs.replace(stage.settings, server=server))
    alone: list[Load] = []
    beside: list[Load] = []
    told: Counter[int] = Counter()
    request = (
        f"GET /api/v1/workspace HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {stage.vendor.api_key}\r\n\r\n"
    )
    calls = [request.encode()] * min(CALLS, plan.calls)
    async with stage.running(worker=False):
        (await closed_loop(stage.url, calls[: plan.warm_up], clients=CLIENTS)).require(200)
        for _ in range(plan.rounds):
            alone.append((await closed_loop(stage.url, calls, clients=CLIENTS)).require(200))
            async with guessing(stage.url, told):
                beside.append((await closed_loop(stage.url, calls, clients=CLIENTS)).require(200))
    ratios = [under.ms(0.99) / quiet.ms(0.99) for quiet, under in zip(alone, beside, strict=True)]
    return Section(
        title=f"{GUESSERS} guessers at once, and {CLIENTS} clients with a key",
        figures=(
            figure("99 % answered within, beside them / alone", "x", ratios, below=2),
            figure("99 % answered within, alone", "ms", [load.ms(0.99) for load in alone]),
            figure("99 % answered within, beside them", "ms", [load.ms(0.99) for load in beside]),
            figure("one permission asked for", "us", [_permission_us() for _ in range(plan.rounds)], below=5),
        ),
        notes=(f"What the guessers were answered: {dict(told)}",),
    )


@asynccontextmanager
async def guessing(url: str, told: Counter[int]) -> AsyncGenerator[None]:
    """`GUESSERS` connections on which passwords are tried; at the end the last answers are waited for."""
    numbers, enough = count(), asyncio.Event()

    async def guess() -> None:
        wire = await Wire.open(url)
        while not enough.is_set():
            number = next(numbers)
            body = msgspec.json.encode(
                {"email": f"{uuid4().hex}@print.example", "password": f"guess-{number}"}
            )
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            headers = {
                "content-type": "application/json",
                "sec-fetch-site": "same-origin",
                "x-forwarded-for": address,
            }
            told[await wire.exchange(post("/api/v1/session/password", body, headers))] += 1
        wire.close()

    guesses = [asyncio.create_task(guess()) for _ in range(GUESSERS)]
    try:
        yield
    finally:
        enough.set()
        await asyncio.gather(*guesses)


def _permission_us() -> float:
    """Microseconds of one question."""
    may = Principal(Actor.PERSON, "p", PERMISSIONS[Role.FULFILMENT]).may
    asked = [str(permission) for permission in Permission]
    began = time.perf_counter()
    for number in range(CHECKS):
        may(asked[number % len(asked)])
    return (time.perf_counter() - began) / CHECKS * 1e6
