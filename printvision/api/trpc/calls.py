"""Running the calls of a tRPC request, each by itself, a few at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from litestar.exceptions import MethodNotAllowedException

from printvision.api.errors import NoSuchAddress
from printvision.api.execution import AnyOperation, Caller, execute, find_out
from printvision.api.idempotency import Begun
from printvision.api.problems import Problem
from printvision.api.rest import BASE as REST_BASE
from printvision.api.rest import CALL_LIMIT_S
from printvision.api.spending import Told
from printvision.api.trpc.envelopes import Envelope, failure, success
from printvision.api.trpc.errors import MadeByTask, OnlyByRest, SubscriptionInBatch
from printvision.api.trpc.requests import SUBSCRIPTION, Call
from printvision.api.within import Within
from printvision.platform.errors import PrintVisionError
from printvision.platform.runtime import Platform

MAX_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Runner:
    """Who calls and how, what becomes of what goes wrong, and who hears what is left of the caller's budgets."""

    platform: Platform
    caller: Caller
    method: str
    explain: Callable[[BaseException], Problem]
    told: Told

    async def run(self, call: Call) -> Envelope:
        """The call's answer: of a transaction of its own, within `CALL_LIMIT_S`; never raises."""
        try:
            return success(await self._execute(call))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other calls of the batch go on
            return failure(self.explain(error), call.path)

    async def run_all(self, calls: Sequence[Call], tell: Callable[[int, Envelope], Awaitable[None]]) -> None:
        """Run calls side by side, `MAX_AT_ONCE` at a time, and tell each answer as it comes, with its place.

        Each task calls for the next before it begins, which comes to work only if this one has to wait.
        """
        left = deque(enumerate(calls))

        async def work(others: int) -> None:
            if others and len(left) > 1:
                group.create_task(work(others - 1))
            while left:
                index, call = left.popleft()
                await tell(index, await self.run(call))

        async with asyncio.TaskGroup() as group:
            group.create_task(work(MAX_AT_ONCE - 1))

    async def _execute(self, call: Call) -> Any:
        try:
            operation = self._callable(call)
        except Exception:
            await self.charge()
            raise
        with Within(CALL_LIMIT_S):
            output = await execute(self.platform, self.caller, operation, call.read, told=self.told)
        if isinstance(output, Begun):
            raise MadeByTask(task_id=output.task_id)
        return output

    async def find_out(self) -> None:
        """Who calls, before any call is run: a stream says with its first line whose pages may read it. Where that is
        nobody, each call says so."""
        with suppress(PrintVisionError):
            await find_out(self.platform, self.caller)

    async def charge(self) -> None:
        """Take what is asked wrongly from the caller's budget, as a call.

        Raises:
            TooManyRequests
        """
        await self.caller.spending(self.platform, self.told).enter(1)

    def _callable(self, call: Call) -> AnyOperation:
        operation = call.operation
        if call.path == SUBSCRIPTION:
            raise SubscriptionInBatch
        if operation is None:
            raise NoSuchAddress
        if operation.rest.body == "raw":
            raise OnlyByRest(method=operation.rest.method, address=REST_BASE + operation.rest.path)
        if self.method != (wanted := method_of(operation)):
            raise MethodNotAllowedException(headers={"allow": wanted})
        return operation


def method_of(operation: AnyOperation) -> str:
    """A query is asked by GET, unless its input must not appear in an address."""
    return "POST" if operation.changes or operation.sensitive_input else "GET"
