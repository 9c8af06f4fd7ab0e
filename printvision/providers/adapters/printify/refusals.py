"""What Printify's error answers mean. Their reason may be JSON inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, cast

import msgspec

from printvision.providers.adapters.printify.words import KEY
from printvision.providers.sdk import ProviderConflict, ProviderError, ProviderRejected, Reply

ORDER_EXISTS: Final = "8503"
MEANINGS: Final = {
    "8103": "Printify does not take the order or its address",
    "8201": "Printify does not take the picture: it is too large, or not a PNG or JPEG",
    "8203": "The picture has too few pixels for its print area",
    "10300": "Printify could not fetch the picture",
}
PLAN: Final = "The account's Printify plan does not allow more of this"
MOST: Final = 500

_CAUSE = re.compile(r"^(?P<said>[^{]*?)\s*(?:Cause:)?\s*(?P<json>[{\[].*)$", re.DOTALL)


class OrderExists(ProviderConflict):
    """The reference is in use; they say by which order."""

    code = "providers/order-exists"
    provider_order_id: str | None


def read_refusal(reply: Reply, error: ProviderError) -> ProviderError:
    """A better error than the status alone gives; the words of `error` are redacted, those of `reply` are not."""
    if reply.status == 402:
        return ProviderRejected(_sentence(PLAN, error.detail), provider=KEY, provider_code="402")
    if not isinstance(error, ProviderRejected):
        return error
    code = error.provider_code
    if code == ORDER_EXISTS:
        return OrderExists(
            readable(error.detail), provider=KEY, provider_code=code, provider_order_id=_order_id(reply)
        )
    said = _sentence(MEANINGS.get(code or ""), error.detail)
    return type(error)(said, provider=KEY, provider_code=code)


def readable(reason: str | None) -> str:
    """`{"zip": ["The zip field is required."]}` as a sentence, and plain text as it is."""
    text = (reason or "").strip()
    found = _CAUSE.match(text)
    if not found:
        return text
    try:
        inner = msgspec.json.decode(found["json"])
    except (msgspec.DecodeError, RecursionError):
        return text
    return ": ".join(part for part in (found["said"].rstrip(" .:"), " ".join(_texts(inner))) if part)


def _sentence(meaning: str | None, reason: str | None) -> str:
    return ": ".join(part for part in (meaning, readable(reason)) if part)[:MOST]


def _texts(value: Any, depth: int = 0) -> Iterable[str]:
    """The texts of a JSON value, in their order."""
    if isinstance(value, str):
        yield value
    elif depth < 4 and isinstance(value, dict | list):
        children = (
            cast("dict[str, Any]", value).values() if isinstance(value, dict) else cast("list[Any]", value)
        )
        for child in children:
            yield from _texts(child, depth + 1)


def _order_id(reply: Reply) -> str | None:
    try:
        order = msgspec.json.decode(reply.raw)["order"]
        found = order["id"]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError):
        return None
    return str(found) if isinstance(found, str | int) and found != "" else None
