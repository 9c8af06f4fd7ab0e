"""What an answer that is not a success means, and how long to wait for a better one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Any, Final, cast

import msgspec

from printvision.platform import clock
from printvision.providers.sdk.errors import (
    ProviderConflict,
    ProviderError,
    ProviderNeedsAttention,
    ProviderNotFound,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)

MAX_DELAY_S: Final = 3_600.0
MAX_DETAIL: Final = 500

_IN_WORDS = re.compile(r"(?:try again|retry)\D{0,20}?(\d{1,5})\s*s", re.IGNORECASE)


class Words(msgspec.Struct, frozen=True):
    """What an error body says for itself."""

    code: str | None = None
    detail: str | None = None


def words_of(body: Any, *, depth: int = 0) -> Words:
    """Read the usual shapes: RFC 9457, `{"error": {…}}`, `{"message": …}`, `{"errors": […]}`.

    A `reason` is a code, or the detail where a code stands beside it.
    """
    if depth > 4:
        return Words()
    if isinstance(body, list) and body:
        return words_of(cast("list[Any]", body)[0], depth=depth + 1)
    if not isinstance(body, dict):
        return Words(detail=body[:MAX_DETAIL] if isinstance(body, str) else None)
    fields = cast("dict[str, Any]", body)
    inner = fields.get("error") or fields.get("errors")
    found = words_of(inner, depth=depth + 1) if inner is not None else Words()
    code = found.code or _first(fields, "code", "reason", "type", "error_code")
    names = ("detail", "details", "message", "title", "result", *(("reason",) if "code" in fields else ()))
    return Words(code, found.detail or _first(fields, *names))


def delay_s(headers: Mapping[str, str], text: str) -> float | None:
    """Seconds they ask us to wait, 0 to `MAX_DELAY_S`: `Retry-After` as number or date, else in words."""
    value = headers.get("retry-after", "").strip()
    try:
        return _bounded(float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        spoken = _IN_WORDS.search(text[:2_000])
        return _bounded(float(spoken[1])) if spoken else None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _bounded((moment - clock.now()).total_seconds())


def error_of(
    status: int, headers: Mapping[str, str], text: str, words: Words, *, provider: str
) -> ProviderError:
    """The error a status stands for; `text` and `words` are already redacted."""
    detail = (words.detail or f"They answered {status}")[:MAX_DETAIL]
    if status == 429:
        return ProviderThrottled(detail, provider=provider, retry_after_s=delay_s(headers, text))
    if status in (408, 425) or status >= 500:
        return ProviderUnavailable(detail, provider=provider, retry_after_s=delay_s(headers, text))
    if status in (401, 402, 403):
        return ProviderNeedsAttention(detail, provider=provider)
    if status < 400:
        return ProviderUnintelligible(f"They answered {status}, a redirect", provider=provider, payload=text)
    kind = {404: ProviderNotFound, 409: ProviderConflict, 410: ProviderNotFound}.get(status, ProviderRejected)
    return kind(detail, provider=provider, provider_code=words.code)


def _bounded(seconds: float) -> float | None:
    """A number that makes sense as a delay: NaN does not, and neither end is passed."""
    return None if isnan(seconds) else min(MAX_DELAY_S, max(0.0, seconds))


def _first(fields: dict[str, Any], *names: str) -> str | None:
    for name in names:
        if isinstance(value := fields.get(name), str | int) and value != "":
            return str(value)[:MAX_DETAIL]
    return None
