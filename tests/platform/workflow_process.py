"""A process that carries the stories of `stories` until SIGTERM, or however a test ends it."""

from __future__ import annotations

import asyncio
import signal
import sys

from printvision.platform.engine import Engine
from printvision.platform.runtime import open_platform
from printvision.platform.settings import load_settings
from tests.platform import stories

GRACE_S = 1


async def carry() -> None:
    assert stories.three, "the stories are registered by being imported"
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_platform(load_settings()) as platform:
        engine = Engine(platform)
        await engine.start()
        sys.stdout.write(f"{engine.executor_id}\n")
        sys.stdout.flush()
        await stop.wait()
        await engine.stop(grace_s=GRACE_S)


if __name__ == "__main__":
    asyncio.run(carry())
