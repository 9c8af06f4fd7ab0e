"""A stream written to its connection as server-sent events, in whichever wire's own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from litestar.types import Receive, Send

from printvision.api.live.errors import ReaderTooSlow
from printvision.api.live.stream import Item, Stream

LAST_WORD_WITHIN_S: Final = 1.0
UNBUFFERED: Final = ((b"cache-control", b"no-cache, no-transform"), (b"x-accel-buffering", b"no"))
"""What keeps proxies from holding events back."""


async def write_stream(
    stream: Stream,
    receive: Receive,
    send: Send,
    *,
    message: Callable[[Item], bytes],
    last_word: Callable[[Exception], bytes],
) -> None:
    """Write until the reader leaves or the stream ends, whoever ends it; closes the stream and ends the answer, which
    has begun.

    Args:
        message: an item as the wire has it.
        last_word: why it ends, where there is a reason; who reads nothing is not told.
    """
    leaving = asyncio.create_task(_end_when_left(stream, receive))
    try:
        error = await _write(stream, send, message)
        if not isinstance(error, ReaderTooSlow):  # who reads nothing would not read this either
            await end_answer(send, b"" if error is None else last_word(error))
    finally:
        leaving.cancel()
        stream.close()


async def end_answer(send: Send, last: bytes) -> None:
    """Say the last word; who does not read is not waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORD_WITHIN_S):
            await send({"type": "http.response.body", "body": last, "more_body": False})


async def _write(stream: Stream, send: Send, message: Callable[[Item], bytes]) -> Exception | None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as limit:
            # also out of a `send` that waits for a reader who does not read
            stream.on_end(lambda: limit.reschedule(loop.time()))
            async for item in stream:
                await send({"type": "http.response.body", "body": message(item), "more_body": True})
    except TimeoutError:
        return stream.ended
    except Exception as error:  # noqa: BLE001 -- the answer has begun: it is told on the stream itself
        return error
    finally:
        stream.on_end(None)
    return None


async def _end_when_left(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
