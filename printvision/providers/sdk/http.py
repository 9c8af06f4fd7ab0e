"""The client an adapter is given.

One call waits for the budget, proves who we are, keeps to its time limits, is tried again where that is
safe, opens the breaker where a provider keeps failing, and is recorded and traced without credential or
buyer.

What may be repeated is the caller's knowledge, so every call that changes something says its `Effect`. A
time-out after a request was sent is the one thing that cannot be told apart from success. A read is simply
made again. A write that may be repeated is, and ends in `ProviderOutcomeUnknown` where no try was answered.
A write that may not be repeated ends there at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from stamina import AsyncRetryingCaller

from printvision.providers.sdk.attempt import Attempts, Call, Classify, Effect
from printvision.providers.sdk.auth import Auth
from printvision.providers.sdk.breaker import Breaker
from printvision.providers.sdk.budget import Budget, Priority
from printvision.providers.sdk.errors import (
    ProviderNotFound,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnintelligible,
)
from printvision.providers.sdk.paging import Paging, page_of
from printvision.providers.sdk.recording import Recorder
from printvision.providers.sdk.redaction import Redactor
from printvision.providers.sdk.reply import Reply
from printvision.providers.sdk.wire import Client, Limits

T = TypeVar("T")
Ids = Mapping[str, str | int]
Query = Mapping[str, str | int | None]


class ProviderHttp:
    """Calls one provider for one connection.

    Args:
        base_url: what every path is put after.
        auth: how calls prove who we are.
        client: the pool of connections (`open_client`), shared by all connections of a process.
        classify: the provider's own reading of an error answer: it gets ours, gives that or a better one.
        headers: sent with every call; nothing secret.
        priority: orders, or bulk work that leaves a part of the budget alone.
        whole_limit: the limit on all calls together; a header that names a smaller one is about some calls only.
    """

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        *,
        client: Client,
        budget: Budget,
        breaker: Breaker,
        recorder: Recorder,
        provider: str,
        limits: Limits | None = None,
        classify: Classify | None = None,
        headers: Mapping[str, str] | None = None,
        priority: Priority = Priority.ORDERS,
        whole_limit: int | None = None,
    ) -> None:
        self.provider = provider
        self._headers = dict(headers or {})
        self.limits = limits or Limits()
        self._attempts = Attempts(
            base_url=base_url.rstrip("/"),
            auth=auth,
            client=client,
            budget=budget,
            breaker=breaker,
            recorder=recorder,
            provider=provider,
            limits=self.limits,
            classify=classify,
            priority=priority,
            whole_limit=whole_limit,
        )

    async def get(
        self, path: str, *, ids: Ids | None = None, params: Query | None = None, cost: int = 1
    ) -> Reply:
        return await self.call("GET", path, ids=ids, params=params, effect=Effect.READ, cost=cost)

    async def post(self, path: str, *, effect: Effect, ids: Ids | None = None, json: Any = None) -> Reply:
        return await self.call("POST", path, ids=ids, json=json, effect=effect)

    async def patch(self, path: str, *, effect: Effect, ids: Ids | None = None, json: Any = None) -> Reply:
        return await self.call("PATCH", path, ids=ids, json=json, effect=effect)

    async def put(self, path: str, *, effect: Effect, ids: Ids | None = None, json: Any = None) -> Reply:
        return await self.call("PUT", path, ids=ids, json=json, effect=effect)

    async def delete(self, path: str, *, effect: Effect, ids: Ids | None = None) -> Reply:
        return await self.call("DELETE", path, ids=ids, effect=effect)

    async def call(
        self,
        method: str,
        path: str,
        *,
        effect: Effect,
        ids: Ids | None = None,
        params: Query | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        cost: int = 1,
    ) -> Reply:
        """Make a call.

        Args:
            path: with `{name}` for each of `ids`, such as `/orders/{order}`; they are escaped here.
            params: the query; None values are left out.
            json: anything msgspec encodes.
            cost: how many calls of the budget it takes: more than one where they keep a tighter limit on its kind.

        Raises:
            ProviderError: see `sdk.errors`; `ProviderOutcomeUnknown` only for an effect other than `READ`.
            ValueError: `ONCE` with a method that the transport repeats by itself on a stale connection.
        """
        if effect is Effect.ONCE and method not in ("POST", "PATCH"):
            raise ValueError(f"{method} cannot be promised to be sent once")
        redactor = Redactor()
        redactor.learn_body(json)
        call = Call(
            method=method,
            path=self._fill(path, ids or {}),
            template=path,
            content=None if json is None else msgspec.json.encode(json),
            params={name: str(value) for name, value in (params or {}).items() if value is not None} or None,
            headers={**self._headers, **(headers or {}), **_content_type(json)},
            effect=effect,
            redactor=redactor,
            cost=cost,
        )
        return await _Retries(self._attempts, call, self.limits).run()

    async def pages(
        self,
        path: str,
        paging: Paging,
        read: Callable[[Any], T],
        *,
        ids: Ids | None = None,
        params: Query | None = None,
    ) -> AsyncIterator[T]:
        """Walk through all pages and `read` every item.

        Raises:
            ProviderUnintelligible: an item or page has another shape, or the walk passes `limits.max_pages`.
        """
        async for reply, items in self.walk(path, paging, ids=ids, params=params):
            for item in items:
                yield reply.read(read, item)

    async def walk(
        self, path: str, paging: Paging, *, ids: Ids | None = None, params: Query | None = None
    ) -> AsyncIterator[tuple[Reply, Sequence[Any]]]:
        """Walk through all pages, for a list whose pages say something about all of their items.

        Raises:
            ProviderUnintelligible: a page has another shape, or the walk passes `limits.max_pages`.
        """
        asked = paging.first()
        for _ in range(self.limits.max_pages):
            reply = await self.get(path, ids=ids, params={**(params or {}), **asked})
            page = page_of(paging, reply, asked)
            yield reply, page.items
            if page.following is None:
                return
            asked = page.following
        raise ProviderUnintelligible(
            f"A list has more than {self.limits.max_pages} pages", provider=self.provider
        )

    def _fill(self, template: str, ids: Ids) -> str:
        filled = {name: quote(str(value), safe="@") for name, value in ids.items()}
        if any(value.strip(".") == "" for value in filled.values()):  # it would name another path
            raise ProviderNotFound(
                "That cannot be one of their ids", provider=self.provider, provider_code=None
            )
        return template.format_map(filled)


def _content_type(json: Any) -> dict[str, str]:
    return {} if json is None else {"Content-Type": "application/json"}


class _Retries:
    """One call with its repetitions. Few calls are repeated, and to be ready for it costs as much as making one."""

    def __init__(self, attempts: Attempts, call: Call, limits: Limits) -> None:
        self._attempts = attempts
        self._call = call
        self._limits = limits
        self._begun = monotonic()
        self._tries = 0
        self._unclear = False
        self._first: ProviderUnavailable | None = None

    async def run(self) -> Reply:
        try:
            return await self._try()
        except ProviderUnavailable as error:  # nothing else is ever tried again
            self._first = error
        return await self._again()

    async def _again(self) -> Reply:
        again = AsyncRetryingCaller(
            attempts=self._limits.attempts,
            timeout=None,  # `_pause` keeps to the patience
            wait_initial=self._limits.backoff_s,
            wait_max=max(self._limits.backoff_s, self._limits.patience_s / 2),
            wait_jitter=self._limits.backoff_s,
        )
        try:
            return await again(self._pause, self._next)
        except ProviderRejected as error:
            error.after_unknown = self._unclear
            raise
        except ProviderUnavailable as error:
            if self._unclear and not isinstance(error, ProviderOutcomeUnknown):
                # the last try was turned away, but an earlier one may have worked
                raise ProviderOutcomeUnknown(
                    provider=error.provider, retry_after_s=error.retry_after_s
                ) from error
            raise

    async def _next(self) -> Reply:
        if self._first is not None:
            first, self._first = self._first, None
            raise first
        return await self._try()

    async def _try(self) -> Reply:
        self._tries += 1
        return await self._attempts.make(self._call, number=self._tries, patience_s=self._patience_s())

    def _pause(self, error: Exception) -> bool | float:
        """Whether to try again, and after how many seconds where they said so."""
        if isinstance(error, ProviderOutcomeUnknown):
            self._unclear = True
            if self._call.effect is Effect.ONCE:
                return False
        if not isinstance(error, ProviderUnavailable):
            return False
        if error.retry_after_s is None:
            return self._patience_s() > 0
        return error.retry_after_s if error.retry_after_s <= self._patience_s() else False

    def _patience_s(self) -> float:
        return max(0.0, self._limits.patience_s - (monotonic() - self._begun))
