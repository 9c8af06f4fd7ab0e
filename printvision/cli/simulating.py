"""Running a simulator until it is told to stop, and talking to one that runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

import httpx
import msgspec

from printvision.cli.errors import BadUsage, SimulatorUnreachable
from printvision.cli.units import read_duration
from printvision.providers.simulators import printful, printify
from printvision.providers.simulators.faults import Faults

ANSWER_WITHIN_S = 5.0
NEVER = "never"

SimulatorConfig = printful.SimulatorConfig | printify.SimulatorConfig
Serve = Callable[[str, int], Coroutine[Any, Any, None]]
Span = tuple[float, float]
StagesT = TypeVar("StagesT", printful.Stages, printify.Stages)


class Wanted(NamedTuple):
    """What the simulators do not have in common, or word each in its own way.

    Args:
        stage_s: shortest and longest time of each stage.
        auto_approve: `1d`, `30s`, `never`; for Printify alone.
    """

    provider: str
    stage_s: Span | None = None
    auto_approve: str | None = None


def prepare(wanted: Wanted, **settings: Any) -> tuple[SimulatorConfig, Serve]:
    """The configuration of a simulator, and how it is served at an address and a port.

    Args:
        settings: members that both configurations have.

    Raises:
        BadUsage: an option cannot be read, or is for another provider.
    """
    if wanted.provider == "printify":
        if wanted.auto_approve is not None:
            settings["auto_approve_s"] = _approval(wanted.auto_approve)
        config = printify.SimulatorConfig(stages=_stages(printify.Stages, wanted.stage_s), **settings)
        return config, partial(printify.serve_simulator, config)
    if wanted.auto_approve is not None:
        raise BadUsage("--auto-approve is for printify")
    config = printful.SimulatorConfig(stages=_stages(printful.Stages, wanted.stage_s), **settings)
    return config, partial(printful.serve_simulator, config)


def _stages(stages: type[StagesT], span: Span | None) -> StagesT:
    return stages() if span is None else stages(accept=span, print=span, ship=span, deliver=span)


def _approval(text: str) -> float | None:
    return None if text == NEVER else read_duration(text, "--auto-approve")


async def run_simulator(serving: Coroutine[Any, Any, None]) -> None:
    """Serve until SIGTERM or Ctrl-C, then end cleanly."""
    task = asyncio.create_task(serving)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def get_faults(port: int) -> Faults:
    """
    Raises:
        SimulatorUnreachable
    """
    return await _ask(port, "GET", None)


async def put_faults(port: int, faults: Faults) -> Faults:
    """Have a running simulator do wrong what is said here, and nothing else.

    Raises:
        SimulatorUnreachable
    """
    return await _ask(port, "PUT", msgspec.json.encode(faults))


async def change_faults(port: int, changes: Mapping[str, Any]) -> Faults:
    """Have a running simulator do wrong what is named here, beside what it does wrong already.

    Args:
        changes: in the shape of `Faults`; members that are not named stay as they are.

    Raises:
        SimulatorUnreachable
        BadUsage: they are not in the shape.
    """
    return await _ask(port, "PATCH", msgspec.json.encode(changes))


async def _ask(port: int, method: str, body: bytes | None) -> Faults:
    url = f"http://127.0.0.1:{port}/_simulator/faults"
    try:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            reply = await client.request(
                method, url, content=body, headers={"content-type": "application/json"}
            )
            if reply.status_code == 400:
                raise BadUsage(reply.text[:300])
            reply.raise_for_status()
            return msgspec.json.decode(reply.content, type=Faults)
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        raise SimulatorUnreachable(url=url, note=str(error)) from None
