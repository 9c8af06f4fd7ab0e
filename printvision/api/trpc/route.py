"""The one address of tRPC: it reads what is asked, has it run, and answers whole or as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from litestar import Request, asgi
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from printvision.api.caching import cache_control
from printvision.api.edge import ANSWER_FIELDS, REQUEST_ID
from printvision.api.execution import AnyOperation
from printvision.api.fields import put_rate_limits
from printvision.api.problems import Problem, problem_of
from printvision.api.rest import caller_of
from printvision.api.trpc.calls import Runner
from printvision.api.trpc.envelopes import Envelope, batch, failure
from printvision.api.trpc.requests import BASE, AnyRequest, Asked, Call, check_method, read_asked
from printvision.api.trpc.subscription import subscribe
from printvision.platform.errors import PrintVisionError
from printvision.platform.rates import Budget
from printvision.platform.settings import ServerSettings

HEADERS: Final = (
    (b"content-type", b"application/json"),
    (b"vary", b"trpc-accept, accept"),
)


def trpc_route(operations: Iterable[AnyOperation], server: ServerSettings) -> ASGIRouteHandler:
    """The handler of everything under `/trpc/`."""
    endpoint = Endpoint({each.key: each for each in operations if not each.rest_only}, server)

    @asgi(BASE, is_mount=True, copy_scope=False, name="trpc")
    async def trpc(scope: Scope, receive: Receive, send: Send) -> None:
        scope["path"] = scope["raw_path"].decode("latin-1")  # whole again: a mount's is cut, and it is logged
        await endpoint.serve(Request(scope), receive, send)

    return trpc


@dataclass(frozen=True, slots=True)
class Endpoint:
    operations: Mapping[str, AnyOperation]
    server: ServerSettings

    async def serve(self, request: AnyRequest, receive: Receive, send: Send) -> None:
        if request.method == "HEAD":
            await _start(send, 204, {})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        explain = partial(self._explain, request)
        budgets: list[Sequence[Budget]] = []
        platform = request.app.state.platform
        runner = Runner(platform, caller_of(request), request.method, explain, budgets.append)
        try:
            check_method(request)
            asked = await read_asked(request, self.operations, receive, self.server.max_body_bytes)
            if asked.subscribes and request.method != "GET":
                raise MethodNotAllowedException(headers={"allow": "GET"})
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as one error
            failed = await _charged(runner, error)
            _tell_budgets(request, budgets)
            await _send(send, failure(explain(failed), None))
            return
        if asked.subscribes:
            await subscribe(request, asked.calls[0].read, receive, send, explain)
            return
        if asked.streamed:
            if "origin" in request.headers:
                await runner.find_out()
            await _while_there(receive, _stream(runner, asked.calls, send))
        else:
            whole = await _whole(runner, asked)
            _tell_budgets(request, budgets)
            _tell_cache(request, asked, whole)
            await _send(send, whole)

    def _explain(self, request: AnyRequest, error: BaseException) -> Problem:
        return problem_of(
            error,
            public_url=self.server.public_url,
            request_id=request.scope["state"][REQUEST_ID],
            max_body_bytes=self.server.max_body_bytes,
        )


async def _charged(runner: Runner, error: Exception) -> Exception:
    """What went wrong before there were calls, or that the caller may not ask so often."""
    try:
        await runner.charge()
    except PrintVisionError as refusal:
        return refusal
    return error


def _tell_budgets(request: AnyRequest, told: Sequence[Sequence[Budget]]) -> None:
    for last in told[-1:]:
        put_rate_limits(request.scope["state"][ANSWER_FIELDS], last)


async def _whole(runner: Runner, asked: Asked) -> Envelope:
    if not asked.batched:
        return await runner.run(asked.calls[0])
    answers: dict[int, Envelope] = {}

    async def keep(index: int, envelope: Envelope) -> None:
        answers[index] = envelope

    await runner.run_all(asked.calls, keep)
    return batch([answers[index] for index in range(len(asked.calls))])


def _tell_cache(request: AnyRequest, asked: Asked, whole: Envelope) -> None:
    """Of all the calls together: none of them may be kept longer than it says itself."""
    if request.method == "GET" and whole.status == 200:
        operations = [call.operation for call in asked.calls]
        guarded = not all(each.public for each in operations if each)
        kept = cache_control((each.cache if each else None for each in operations), guarded=guarded)
        if kept is not None:
            request.scope["state"][ANSWER_FIELDS].append((b"cache-control", kept))


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
