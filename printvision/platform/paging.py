"""Lists: newest first, by key instead of by offset, so that the millionth page costs what the first did."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from printvision.platform.errors import InvalidInput
from printvision.platform.scope import AnyScope

T = TypeVar("T")

Limit = Annotated[int, Meta(ge=1, le=200, description="How many items, at most.")]
Cursor = Annotated[str, Meta(max_length=64, description="`next_cursor` of the page before.")]


class ListInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every list takes; subclasses add filters."""

    limit: Limit = 50
    cursor: Cursor | None = None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list; `next_cursor` None at the end."""

    items: list[T]
    next_cursor: str | None


async def fetch_page(
    scope: AnyScope,
    statement: Select[T],
    key: InstrumentedAttribute[UUID],
    page: ListInput,
) -> tuple[list[T], str | None]:
    """The rows of `statement` after the cursor, by `key` descending, and the cursor of what follows.

    Args:
        statement: selects one entity; no order, no limit.
        key: a unique UUIDv7 column of it, so that the order is the order of birth.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    if page.cursor is not None:
        statement = statement.where(key < read_cursor(page.cursor))
    found = await scope.session.scalars(statement.order_by(key.desc()).limit(page.limit + 1))
    rows = list(found)
    if len(rows) <= page.limit:
        return rows, None
    last: Any = rows[page.limit - 1]
    return rows[: page.limit], write_cursor(getattr(last, key.key))


def write_cursor(key: UUID) -> str:
    """22 characters that fit into an address as they are."""
    return base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def read_cursor(cursor: str) -> UUID:
    """
    Raises:
        InvalidInput
    """
    try:
        key = UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        key = None
    if key is None or write_cursor(key) != cursor:
        raise InvalidInput(errors=[{"path": "cursor", "message": "Not a cursor of this list"}])
    return key
