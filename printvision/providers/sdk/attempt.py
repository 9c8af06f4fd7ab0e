"""One attempt of one call: budget, breaker, proof, sending, judging, tracing, recording."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from opentelemetry import trace

from printvision.platform import clock
from printvision.providers.sdk.auth import Auth, secrets_of
from printvision.providers.sdk.breaker import Breaker
from printvision.providers.sdk.budget import Budget, Priority
from printvision.providers.sdk.errors import (
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)
from printvision.providers.sdk.recording import REQUEST_CHARS, RESPONSE_CHARS, CallRecord, Recorder
from printvision.providers.sdk.redaction import Redactor
from printvision.providers.sdk.reply import Reply
from printvision.providers.sdk.verdict import error_of, words_of
from printvision.providers.sdk.wire import Answer, Client, Limits, NoAnswer, NotSent, TooLarge, send

Classify = Callable[[Reply, ProviderError], ProviderError]

DEFAULT_LOCKOUT_S: Final = 5.0  # for a 429 that does not say how long

_tracer = trace.get_tracer("printvision.providers")


class Effect(StrEnum):
    """What calling twice would do."""

    READ = "read"  # nothing changes
    REPEATABLE = "repeatable"  # it names its own reference, or ends in the same state
    ONCE = "once"  # a second call may do it a second time


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call, ready to be sent any number of times."""

    method: str
    path: str
    template: str
    content: bytes | None
    params: dict[str, str] | None
    headers: dict[str, str]
    effect: Effect
    redactor: Redactor
    cost: int = 1

    @property
    def target(self) -> str:
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path


class Outcome(msgspec.Struct, frozen=True):
    """An answer, and the error it stands for."""

    reply: Reply
    error: ProviderError | None


class Attempts:
    """Makes attempts for one connection; see `ProviderHttp` for what it is made of."""

    def __init__(
        self,
        *,
        base_url: str,
        auth: Auth,
        client: Client,
        budget: Budget,
        breaker: Breaker,
        recorder: Recorder,
        provider: str,
        limits: Limits,
        classify: Classify | None,
        priority: Priority,
        whole_limit: int | None,
    ) -> None:
        self._base_url = base_url
        self._auth = auth
        self._client = client
        self._budget = budget
        self._breaker = breaker
        self._recorder = recorder
        self._provider = provider
        self._limits = limits
        self._classify = classify
        self._priority = priority
        self._whole_limit = whole_limit

    async def make(self, call: Call, *, number: int, patience_s: float) -> Reply:
        """Try once, waiting for the budget no longer than `patience_s`."""
        await self._breaker.check()
        await self._budget.acquire(cost=call.cost, patience_s=patience_s, priority=self._priority)
        async with self._breaker.guard():
            proof = await self._auth.headers(self._client)
            outcome = await self._trace(call, proof, number)
            if outcome.reply.status == 401 and await self._auth.renewed(self._client, proof):
                outcome = await self._trace(call, await self._auth.headers(self._client), number)
            if outcome.error:
                raise outcome.error
            return outcome.reply

    async def _trace(self, call: Call, proof: Mapping[str, str], number: int) -> Outcome:
        call.redactor.learn(secrets_of(proof))
        span = _tracer.start_span(
            "provider.call",
            kind=trace.SpanKind.CLIENT,
            attributes={
                "provider": self._provider,
                "http.request.method": call.method,
                "url.template": call.template,
                "http.request.resend_count": number - 1,
            },
        )
        try:
            outcome = await self._exchange(call, proof, number)
            span.set_attribute("http.response.status_code", outcome.reply.status)
            if outcome.error:
                _mark(span, outcome.error)
            return outcome
        except ProviderError as failure:
            _mark(span, failure)
            raise
        finally:
            span.end()

    async def _exchange(self, call: Call, proof: Mapping[str, str], number: int) -> Outcome:
        note = _Note(self._recorder, self._provider, call, number)
        try:
            answer = await send(
                self._client,
                call.method,
                self._base_url,
                call.target,
                headers={**call.headers, **proof},
                content=call.content,
                limits=self._limits,
            )
        except (NotSent, NoAnswer, TooLarge) as failure:
            error = self._unanswered(call.effect, failure)
            note.keep(error)
            raise error from None
        note.answered(answer)
        reply = Reply(answer, note.refuse)
        error = await self._judge(call, reply)
        note.keep(error)
        return Outcome(reply, error)

    async def _judge(self, call: Call, reply: Reply) -> ProviderError | None:
        """What an answer means for the caller, and for the budget."""
        whole = self._speaks_of_all_calls(reply)
        left = _figure(reply, "x-ratelimit-remaining")
        if whole and left is not None:
            await self._budget.observe(left)
        if 200 <= reply.status < 300:
            return None
        text = call.redactor.body(reply.raw, limit=RESPONSE_CHARS)
        words = words_of(_shown(call.redactor, reply.raw))
        error = error_of(reply.status, reply.headers, text, words, provider=self._provider)
        error = self._classify(reply, error) if self._classify else error
        if isinstance(error, ProviderThrottled):
            lockout_s = error.retry_after_s
            if whole:
                await self._budget.penalise(DEFAULT_LOCKOUT_S if lockout_s is None else lockout_s)
        elif isinstance(error, ProviderUnavailable) and call.effect is not Effect.READ:
            return self._unknown(error.detail, error.retry_after_s)
        return error

    def _speaks_of_all_calls(self, reply: Reply) -> bool:
        """Some kinds of calls have a tighter limit of their own, which says nothing about the others."""
        limit = _figure(reply, "x-ratelimit-limit")
        return limit is None or self._whole_limit is None or limit >= self._whole_limit

    def _unanswered(self, effect: Effect, failure: NotSent | NoAnswer | TooLarge) -> ProviderError:
        if isinstance(failure, NotSent):
            return self._unavailable("No connection came about", failure)
        if effect is not Effect.READ:
            return self._unknown("The call was sent and no whole answer came", None)
        if isinstance(failure, TooLarge):
            return ProviderUnintelligible("The answer is larger than we take", provider=self._provider)
        return self._unavailable("No whole answer came", failure)

    def _unavailable(self, detail: str, cause: Exception) -> ProviderUnavailable:
        return ProviderUnavailable(detail, provider=self._provider, retry_after_s=None, note=str(cause))

    def _unknown(self, detail: str | None, retry_after_s: float | None) -> ProviderOutcomeUnknown:
        return ProviderOutcomeUnknown(detail, provider=self._provider, retry_after_s=retry_after_s)


class _Note:
    """The record of an attempt while it is being written."""

    def __init__(self, recorder: Recorder, provider: str, call: Call, number: int) -> None:
        self._recorder = recorder
        self._provider = provider
        self._call = call
        self._number = number
        self._at: datetime = clock.now()
        self._begun = monotonic()
        self._duration_ms: float | None = None
        self._answer: Answer | None = None

    def answered(self, answer: Answer) -> None:
        self._answer = answer
        self._duration_ms = self._passed_ms()

    def keep(self, error: ProviderError | None) -> None:
        redactor, answer = self._call.redactor, self._answer
        self._recorder.record(
            CallRecord(
                provider=self._provider,
                at=self._at,
                method=self._call.method,
                path=redactor.text(self._call.target),
                template=self._call.template,
                attempt=self._number,
                status=answer.status if answer else None,
                duration_ms=self._passed_ms() if self._duration_ms is None else self._duration_ms,
                request=redactor.body(self._call.content or b"", limit=REQUEST_CHARS),
                response=redactor.body(answer.body if answer else b"", limit=RESPONSE_CHARS),
                error=error.code if error else None,
            )
        )

    def refuse(self, detail: str) -> ProviderUnintelligible:
        """The error for an answer that an adapter cannot read; it is kept as a record of its own."""
        redactor = self._call.redactor
        body = redactor.body(self._answer.body if self._answer else b"", limit=RESPONSE_CHARS)
        error = ProviderUnintelligible(redactor.text(detail)[:500], provider=self._provider, payload=body)
        self.keep(error)
        return error

    def _passed_ms(self) -> float:
        return round((monotonic() - self._begun) * 1_000, 1)


def _shown(redactor: Redactor, raw: bytes) -> Any:
    try:
        return redactor.value(msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _figure(reply: Reply, header: str) -> int | None:
    text = reply.headers.get(header, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _mark(span: trace.Span, error: ProviderError) -> None:
    span.set_attribute("error.type", error.code)
    span.set_status(trace.StatusCode.ERROR)
