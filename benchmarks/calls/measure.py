"""A call without the database, all checks on: our wires beside a tRPC server of Node, on one core each in turns."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from benchmarks.calls.order import one_order
from benchmarks.calls.peer import peer_role
from benchmarks.calls.pinned import pin
from benchmarks.client import Load, closed_loop, post
from benchmarks.figures import Section, figure, ratios
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.cli.ports import free_port
from printvision.platform.processes import Role
from printvision.platform.settings import environment

CLIENTS: Final = 16
BATCH: Final = 10
SERVER_CORE: Final = 0
LOAD_CORE: Final = 1


@dataclasses.dataclass(frozen=True)
class Side:
    """One way to make the call.

    Args:
        calls: in one request.
    """

    name: str
    url: str
    request: bytes
    calls: int = 1

    async def load(self, calls: int) -> float:
        """Calls a second."""
        requests = [self.request] * max(CLIENTS, calls // self.calls)
        load: Load = (await closed_loop(self.url, requests, clients=CLIENTS)).require(200)
        return load.a_second * self.calls


async def measure(stage: Stage, plan: Plan) -> Section:
    """The load has the other core. Ours checks key, rate, permission and feature besides, the peer does not."""
    port, peer_port = free_port(), free_port()
    sides = _sides(stage.vendor.api_key, port, peer_port)
    made: dict[str, list[float]] = {side.name: [] for side in sides}
    async with stage.running(_door(stage, port), peer_role(peer_port, SERVER_CORE), worker=False):
        pin(LOAD_CORE)
        for side in sides:
            await side.load(plan.warm_up)
        for _ in range(plan.rounds):
            for side in sides:
                made[side.name].append(await side.load(plan.calls))
    return _section(made)


def _door(stage: Stage, port: int) -> Role:
    server = msgspec.structs.replace(stage.settings.server, port=port)
    settings = msgspec.structs.replace(stage.settings, server=server, validate_responses=True)
    command = [
        "-m",
        "benchmarks.calls.pinned",
        str(SERVER_CORE),
        sys.executable,
        "-m",
        "benchmarks.calls.door",
    ]
    ready = f"http://127.0.0.1:{port}/healthz"
    return Role("door", [sys.executable, *command], env=environment(settings), ready=ready)


def _sides(key: str, port: int, peer_port: int) -> Sequence[Side]:
    ours, peer = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer_port}"
    one = msgspec.json.encode(one_order())
    ten = msgspec.json.encode({str(index): one_order() for index in range(BATCH)})
    plain = {"content-type": "application/json"}
    ours_too = {**plain, "authorization": f"Bearer {key}"}
    path = "/trpc/benchmark.echo"
    batch = f"/trpc/{','.join(['benchmark.echo'] * BATCH)}?batch=1"
    return (
        Side("REST", ours, post("/api/v1/benchmark/echo", one, ours_too)),
        Side("tRPC", ours, post(path, one, ours_too)),
        Side("Node", peer, post(path, one, plain)),
        Side(f"tRPC, {BATCH} a batch", ours, post(batch, ten, ours_too), BATCH),
        Side(f"Node, {BATCH} a batch", peer, post(batch, ten, plain), BATCH),
    )


def _section(made: dict[str, list[float]]) -> Section:
    node, node_batch = made["Node"], made[f"Node, {BATCH} a batch"]
    return Section(
        title=f"A call without the database, 1 KB in and out, checked both ways, {CLIENTS} clients, one core",
        figures=(
            *(figure(f"{name}: calls", "1/s", rates) for name, rates in made.items()),
            figure("REST / Node", "", ratios(made["REST"], node), at_least=2.0),
            figure("tRPC / Node", "", ratios(made["tRPC"], node), at_least=1.5),
            figure(
                f"tRPC / Node, {BATCH} a batch",
                "",
                ratios(made[f"tRPC, {BATCH} a batch"], node_batch),
                at_least=1.5,
            ),
        ),
    )
