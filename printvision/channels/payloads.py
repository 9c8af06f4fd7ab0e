"""Reading what shops send: any bytes become a typed order, or one clear error that names the places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast

import msgspec
from msgspec import Meta

from printvision.channels.types import Raw, UnreadableOrder
from printvision.platform.money import Money, UnreadableAmount

MAX_DEPTH = 64
_MAX_ERRORS = 20
_MAX_PATH = 200
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")

Text = Annotated[str, Meta(max_length=1000)]
Time = Annotated[datetime, Meta(tz=True)]
T = TypeVar("T")


def read_object(payload: bytes | Raw) -> Raw:
    """The JSON object a shop sent, as bytes or already decoded.

    Raises:
        UnreadableOrder: not JSON, not an object, deeper than `MAX_DEPTH`, or with texts no database stores.
    """
    try:
        decoded: Any = msgspec.json.decode(payload) if isinstance(payload, bytes) else payload
    except (ValueError, RecursionError) as error:
        raise unreadable("$", "Expected JSON", note=str(error)) from None
    if not isinstance(decoded, dict):
        raise unreadable("$", "Expected an object")
    raw = cast("Raw", decoded)
    paths = [path for path, text in _texts(raw) if unstorable(text)]
    if paths:
        message = "Expected no NUL characters and no halves of surrogate pairs"
        raise UnreadableOrder(errors=[{"path": path, "message": message} for path in paths[:_MAX_ERRORS]])
    return raw


def convert(raw: Raw, to: type[T]) -> T:
    """Check a document against a struct; unknown members are ignored."""
    try:
        return msgspec.convert(raw, to)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        raise unreadable(path.rstrip("`") or "$", message) from None


def money(amount: str | int | None, currency: str | None, path: str) -> Money | None:
    """An amount, where both it and its currency are told."""
    if amount is None or currency is None:
        return None
    try:
        return Money.parse(amount, currency)
    except UnreadableAmount:
        raise unreadable(path, f"Expected an amount in {currency}") from None


def utc(at: datetime | None, path: str) -> datetime | None:
    """The same moment in UTC."""
    try:
        return at and at.astimezone(UTC)
    except OverflowError:
        raise unreadable(path, "Expected a time within the calendar") from None


def blank_to_none(text: str | None) -> str | None:
    return (text or "").strip() or None


def unstorable(text: str) -> bool:
    """Whether PostgreSQL cannot hold the text: NUL characters and halves of surrogate pairs."""
    return _UNSTORABLE.search(text) is not None


def unreadable(path: str, message: str, *, note: str | None = None) -> UnreadableOrder:
    return UnreadableOrder(note=note, errors=[{"path": path, "message": message}])


def _texts(raw: Raw) -> Iterator[tuple[str, str]]:
    """Every text with its path, names included; a stack, because a hostile document may be deep."""
    stack: list[tuple[int, str, Any]] = [(0, "$", raw)]
    while stack:
        depth, path, value = stack.pop()
        if depth > MAX_DEPTH:
            raise unreadable(path, f"Expected at most {MAX_DEPTH} levels")
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            for name, each in cast("Raw", value).items():
                yield path, name
                stack.append((depth + 1, f"{path}.{_shown(name)}"[:_MAX_PATH], each))
        elif isinstance(value, list):
            for index, each in enumerate(cast("list[Any]", value)):
                stack.append((depth + 1, f"{path}[{index}]"[:_MAX_PATH], each))


def _shown(name: str) -> str:
    return name if name.isprintable() else ascii(name)[1:-1]
