"""The simulated Printful as a process of its own, quick and without rate limit, that counts what it is asked."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from litestar import Litestar

from printvision.platform.lifeline import hold
from printvision.providers.simulators.printful import SimulatorConfig, Stages, create_app
from printvision.providers.simulators.serving import serve_app

QUICK: Final = (0.02, 0.1)
AT_ONCE: Final = (0.0, 0.0)
NEVER: Final = (80_000.0, 80_000.0)
COUNTS: Final = "/_benchmark/calls"
_IDS = re.compile(r"/(@[0-9a-f]{32}|\d+)(?=/|$)")


class Counting:
    """An application around another that counts the calls to it by method and path."""

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._calls: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path == COUNTS:
                await _answer(send, msgspec.json.encode(self._calls))
                return
            self._calls[f"{scope['method']} {_IDS.sub('/{id}', path)}"] += 1
        await self._app(scope, receive, send)


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _run(config: SimulatorConfig, port: int) -> None:
    app = cast("Litestar", Counting(create_app(config)))
    serving = asyncio.create_task(serve_app(app, "127.0.0.1", port))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    hold()
    config = SimulatorConfig(
        data_dir=given.data,
        # nothing is delivered: an order's way ends here when it is shipped
        stages=Stages(costs=AT_ONCE, accept=QUICK, print=QUICK, ship=QUICK, deliver=NEVER),
        public_url=f"http://127.0.0.1:{given.port}",
        rate_limit=False,
        split_share=0.0,
    )
    asyncio.run(_run(config, given.port))


if __name__ == "__main__":
    main()
