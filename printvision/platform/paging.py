"""Lists: by key instead of by offset, so that the millionth page costs what the first did.

A cursor holds where the page before ended, and a MAC over that, over the list and over what was asked of it: with
another filter or order, in another list or another workspace it means nothing, and is refused.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from printvision.platform.clock import EPOCH
from printvision.platform.errors import PrintVisionError
from printvision.platform.redaction import revealing_enc_hook
from printvision.platform.scope import AnyScope, WorkspaceScope

T = TypeVar("T")

_KEY_BYTES: Final = 16
_TIME_BYTES: Final = 8
_MAC_BYTES: Final = 8
_MICROSECOND: Final = timedelta(microseconds=1)

Limit = Annotated[int, Meta(ge=1, le=200, description="How many items, at most.")]
Cursor = Annotated[
    str,
    Meta(
        min_length=32,
        max_length=43,
        pattern=r"^[A-Za-z0-9_-]+$(?!\n)",
        description="`next_cursor` of the page before; the rest of what is asked stays as it was.",
    ),
]


class CursorOfAnotherList(PrintVisionError):
    """The cursor was given with another list, other filters or another order, or by nobody."""

    status = 422
    code = "list/other-cursor"
    title = "The cursor is not of this list"
    action = "Ask for the first page without a cursor, and for the next ones with nothing else changed."


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
    *,
    by: InstrumentedAttribute[datetime] | None = None,
    ascending: bool = False,
) -> tuple[list[T], str | None]:
    """The rows of `statement` after the cursor, the last first, and the cursor of what follows.

    Args:
        statement: selects one entity, or columns of which the key and `by` are two; no order, no limit.
        key: a unique UUIDv7 column of it, so that its order is the order of birth.
        by: a time that comes before the key in the order; one that never changes, else a page may skip or repeat.
        ascending: the first first.

    Raises:
        CursorOfAnotherList
    """
    place = tuple_(by, key) if by is not None else key
    if page.cursor is not None:
        after: Any = read_cursor(scope, page, timed=by is not None)
        after = tuple_(*after) if by is not None else after[-1]
        statement = statement.where(place > after if ascending else place < after)
    order = [each.asc() if ascending else each.desc() for each in ((by, key) if by is not None else (key,))]
    found = await scope.session.execute(statement.order_by(*order).limit(page.limit + 1))
    rows: list[Any] = [row if len(row) > 1 else row[0] for row in found]
    if len(rows) <= page.limit:
        return rows, None
    last: Any = rows[page.limit - 1]
    at = getattr(last, by.key) if by is not None else None
    return rows[: page.limit], write_cursor(scope, page, getattr(last, key.key), at)


def write_cursor(scope: AnyScope, page: ListInput, key: UUID, at: datetime | None = None) -> str:
    """32 characters that fit into an address as they are; 43 where the list is in the order of a time."""
    place = b"" if at is None else ((at - EPOCH) // _MICROSECOND).to_bytes(_TIME_BYTES, "big", signed=True)
    place += key.bytes
    return _text(place + _mac(scope, page, place))


def read_cursor(
    scope: AnyScope, page: ListInput, *, timed: bool = False
) -> tuple[datetime, UUID] | tuple[UUID]:
    """Where the page before ended.

    Raises:
        CursorOfAnotherList
    """
    cursor = page.cursor or ""
    try:
        whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise CursorOfAnotherList from None
    if _text(whole) != cursor:
        raise CursorOfAnotherList
    place, mac = whole[:-_MAC_BYTES], whole[-_MAC_BYTES:]
    if len(place) != _KEY_BYTES + timed * _TIME_BYTES or not hmac.compare_digest(
        mac, _mac(scope, page, place)
    ):
        raise CursorOfAnotherList
    key = UUID(bytes=place[-_KEY_BYTES:])
    if not timed:
        return (key,)
    return EPOCH + _MICROSECOND * int.from_bytes(place[:_TIME_BYTES], "big", signed=True), key


def _text(whole: bytes) -> str:
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def _mac(scope: AnyScope, page: ListInput, place: bytes) -> bytes:
    workspace_id = scope.workspace_id if isinstance(scope, WorkspaceScope) else None
    asked = msgspec.structs.asdict(page) | {"limit": None, "cursor": None}
    said = msgspec.json.encode([workspace_id, type(page).__name__, asked], enc_hook=revealing_enc_hook)
    return hmac.digest(scope.platform.keyring.derive("cursors"), said + place, "sha256")[:_MAC_BYTES]
