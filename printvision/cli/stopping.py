"""Ctrl-C, SIGTERM and a closed terminal end a command in order, whatever the shell made of these signals."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Run `work`; a stop signal cancels it, and what it began it ends. A supervisor inside takes the signals over.

    Raises:
        KeyboardInterrupt: it was stopped.
    """

    async def run() -> T:
        task = asyncio.ensure_future(work)
        for number in STOP_SIGNALS:
            # A shell script starts what runs in its background with SIGINT ignored.
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
