"""Running a simulator until it is told to stop, and talking to one that runs."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
from rich.console import Console

from printvision.cli.errors import BadUsage, SimulatorUnreachable
from printvision.cli.output import table
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.printful import SimulatorConfig, serve_simulator

if TYPE_CHECKING:
    from printvision.cli.simulate import FaultOptions

CALLS = ("latency", "rate_limited", "server_error", "dropped", "applied_then_timeout", "applied_late")
WEBHOOKS = ("webhooks_lost", "webhooks_late", "webhooks_doubled", "webhooks_shuffled")
ANSWER_WITHIN_S = 5.0


def read_faults(wanted: FaultOptions) -> Faults:
    """
    Raises:
        BadUsage: a share lies outside 0 to 1, or the file is not what `simulate faults show --json` tells.
    """
    try:
        if wanted.faults is not None:
            return msgspec.json.decode(wanted.faults.read_bytes(), type=Faults)
        members: dict[str, Any] = {name: {"share": getattr(wanted, name)} for name in (*CALLS, *WEBHOOKS)}
        if wanted.on:
            for name in CALLS:
                members[name]["operations"] = wanted.on
        return msgspec.convert(members, Faults)
    except (msgspec.DecodeError, OSError) as error:
        raise BadUsage(str(error)) from None


async def run_simulator(config: SimulatorConfig, host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C, then end cleanly."""
    serving = asyncio.create_task(serve_simulator(config, host, port))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


async def get_faults(port: int) -> Faults:
    """
    Raises:
        SimulatorUnreachable
    """
    return await _ask(port, "GET", None)


async def put_faults(port: int, faults: Faults) -> Faults:
    """
    Raises:
        SimulatorUnreachable
    """
    return await _ask(port, "PUT", msgspec.json.encode(faults))


async def _ask(port: int, method: str, body: bytes | None) -> Faults:
    url = f"http://127.0.0.1:{port}/_simulator/faults"
    try:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            reply = await client.request(
                method, url, content=body, headers={"content-type": "application/json"}
            )
            reply.raise_for_status()
            return msgspec.json.decode(reply.content, type=Faults)
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        raise SimulatorUnreachable(url=url, note=str(error)) from None


def show_faults(console: Console, faults: Faults) -> None:
    """Those that happen at all."""
    rows: list[tuple[object, ...]] = []
    for name in Faults.__struct_fields__:
        fault = getattr(faults, name)
        if isinstance(fault, Fault) and fault.share:
            times = "" if fault.times is None else f"at most {fault.times} times"
            rows.append((name.replace("_", " "), f"{fault.share:.0%}", ", ".join(fault.operations), times))
    if rows:
        console.print(table(("fault", "share", "of", ""), rows))
    else:
        console.print("Nothing goes wrong.")
