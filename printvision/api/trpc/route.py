"""The one address of tRPC: it reads what is asked, has it run, and answers whole or as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from litestar.exceptions import MethodNotAllowedException
from litestar.types import Receive, Send

from printvision.api.caching import cache_control
from printvision.api.execution import AnyOperation
from printvision.api.incoming import Incoming
from printvision.api.problems import Problem, problem_of
from printvision.api.rest import caller_of
from printvision.api.trpc.calls import Runner
from printvision.api.trpc.envelopes import Envelope, batch, failure
from printvision.api.trpc.requests import Asked, Call, check_method, read_asked
from printvision.api.trpc.subscription import subscribe
from printvision.platform.errors import PrintVisionError
from printvision.platform.settings import ServerSettings

HEADERS: Final = (
    (b"content-type", b"application/json"),
    (b"vary", b"trpc-accept, accept"),
)


def trpc_endpoint(operations: Iterable[AnyOperation], server: ServerSettings) -> Endpoint:
    """What answers everything under `/trpc`."""
    return Endpoint({each.key: each for each in operations if not each.rest_only}, server)


@dataclass(frozen=True, slots=True)
class Endpoint:
    operations: Mapping[str, AnyOperation]
    server: ServerSettings

    async def serve(self, request: Incoming, send: Send) -> None:
        if request.method == "HEAD":
            await _start(send, 204, {})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        explain = partial(self._explain, request)
        runner = Runner(request.platform, caller_of(request), request.method, explain, request.hear_budgets)
        try:
            check_method(request)
            asked = await read_asked(request, self.operations, self.server.max_body_bytes)
            if asked.subscribes and request.method != "GET":
                raise MethodNotAllowedException(headers={"allow": "GET"})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as one error
            failed = await _charged(runner, error)
            await _send(send, failure(explain(failed), None))
            return
        if asked.subscribes:
            await subscribe(request, asked.calls[0].read, send, explain)
            return
        if asked.streamed:
            if "origin" in request.headers:
                await runner.find_out()
            await _while_there(request.receive, _stream(runner, asked.calls, send))
        else:
            whole = await _whole(runner, asked)
            _tell_cache(request, asked, whole)
            await _send(send, whole)

    def _explain(self, request: Incoming, error: BaseException) -> Problem:
        return problem_of(
            error,
            public_url=self.server.public_url,
            request_id=request.request_id,
            max_body_bytes=self.server.max_body_bytes,
        )


async def _charged(runner: Runner, error: Exception) -> Exception:
    """What went wrong before there were calls, or that the caller may not ask so often."""
    try:
        await runner.charge()
    except PrintVisionError as refusal:
        return refusal
    return error


async def _whole(runner: Runner, asked: Asked) -> Envelope:
    if not asked.batched:
        return await runner.run(asked.calls[0])
    answers: dict[int, Envelope] = {}

    async def keep(index: int, envelope: Envelope) -> None:
        answers[index] = envelope

    await runner.run_all(asked.calls, keep)
    return batch([answers[index] for index in range(len(asked.calls))])


def _tell_cache(request: Incoming, asked: Asked, whole: Envelope) -> None:
    """Of all the calls together: none of them may be kept longer than it says itself."""
    if request.method == "GET" and whole.status == 200:
        operations = [call.operation for call in asked.calls]
        guarded = not all(each.public for each in operations if each)
        kept = cache_control((each.cache if each else None for each in operations), guarded=guarded)
        if kept is not None:
            request.fields.append((b"cache-control", kept))


# -- the stream ----------------------------------------------------------------------------------------------


async def _stream(runner: Runner, calls: tuple[Call, ...], send: Send) -> None:
    """A line that promises each call's answer, then each answer on a line of its own as it comes."""
    turn = asyncio.Lock()

    async def tell(index: int, envelope: Envelope) -> None:
        async with turn:
            await _line(send, b"[%d,0,[[%b]]]" % (index, envelope.body))

    await _start(send, 200, {})
    await _line(
        send, msgspec.json.encode({str(index): [[0], [None, 0, index]] for index in range(len(calls))})
    )
    await runner.run_all(calls, tell)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _while_there(receive: Receive, answering: Coroutine[Any, Any, None]) -> None:
    """Answer until it is done or the client leaves, which stops its calls: their transactions are rolled back."""
    tasks = (asyncio.create_task(answering, name="trpc-stream"), asyncio.create_task(_left(receive)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(failed := outcomes[0], Exception):
        raise failed


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


# -- sending -------------------------------------------------------------------------------------------------


async def _send(send: Send, envelope: Envelope) -> None:
    length = {"content-length": str(len(envelope.body))}
    await _start(send, envelope.status, {**envelope.headers, **length})
    await send({"type": "http.response.body", "body": envelope.body, "more_body": False})


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    more = ((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())
    await send({"type": "http.response.start", "status": status, "headers": [*HEADERS, *more]})


async def _line(send: Send, line: bytes) -> None:
    await send({"type": "http.response.body", "body": line + b"\n", "more_body": True})
