"""When a provider said what it said, by our clock: of two readings the later one counts."""

from __future__ import annotations

from collections.abc import Awaitable

import msgspec

from printvision.platform import clock
from printvision.providers.sdk import OrderSnapshot


async def read(reading: Awaitable[OrderSnapshot]) -> OrderSnapshot:
    """A reading is as old as its question: what it tells may have changed while it came."""
    asked_at = clock.now()
    return msgspec.structs.replace(await reading, read_at=asked_at)


async def answered(call: Awaitable[OrderSnapshot]) -> OrderSnapshot:
    """The answer of a call that changes something is as old as itself: it tells what the call has made of it."""
    answer = await call
    return msgspec.structs.replace(answer, read_at=clock.now())
