"""Ways a provider cuts a long list into pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import msgspec

from printvision.providers.sdk.reply import Reply

Params = Mapping[str, str | int]


class Page(msgspec.Struct, frozen=True):
    """The items of one page, and what to ask for next (None: that was the last)."""

    items: Sequence[Any]
    following: Params | None


class Paging(Protocol):
    """Reads one answer of a walk."""

    def first(self) -> Params:
        """The parameters of the first page."""
        ...

    def read(self, body: Any, asked: Params) -> Page:
        """The items of an answer to `asked`.

        Raises:
            LookupError, TypeError: the answer has another shape.
        """
        ...


class OffsetPaging(msgspec.Struct, frozen=True):
    """`offset` and `limit`, the total in the answer where they say it.

    Args:
        items: the path to the list, such as `("data", "variants")`.
        total: the path to the number of all items.
        limit: the page size to ask for; they may give less.
    """

    items: tuple[str, ...] = ("data",)
    total: tuple[str, ...] = ("paging", "total")
    limit: int = 100

    def first(self) -> Params:
        return {"offset": 0, "limit": self.limit}

    def read(self, body: Any, asked: Params) -> Page:
        found = _list(body, self.items)
        reached = int(asked["offset"]) + len(found)
        total = _find(body, self.total)
        more = reached < total if isinstance(total, int) else len(found) >= self.limit
        return Page(found, {"offset": reached, "limit": self.limit} if found and more else None)


class CursorPaging(msgspec.Struct, frozen=True):
    """A cursor in the answer is the parameter of the next call; empty, missing or unchanged ends the walk."""

    items: tuple[str, ...] = ("data",)
    cursor: tuple[str, ...] = ("next",)
    parameter: str = "cursor"

    def first(self) -> Params:
        return {}

    def read(self, body: Any, asked: Params) -> Page:
        found = _list(body, self.items)
        cursor = _find(body, self.cursor)
        if not isinstance(cursor, str | int) or cursor in ("", asked.get(self.parameter)):
            return Page(found, None)
        return Page(found, {self.parameter: cursor})


class NumberPaging(msgspec.Struct, frozen=True):
    """`page` from 1 and `limit`; the last page where they say it, else the one before an empty page.

    Args:
        items: the path to the list.
        last: the path to the number of the last page.
        limit: the page size to ask for; they may give less.
    """

    items: tuple[str, ...] = ("data",)
    last: tuple[str, ...] = ("last_page",)
    limit: int = 100

    def first(self) -> Params:
        return {"page": 1, "limit": self.limit}

    def read(self, body: Any, asked: Params) -> Page:
        found = _list(body, self.items)
        page, last = int(asked["page"]), _find(body, self.last)
        more = found and not (isinstance(last, int) and page >= last)
        return Page(found, {"page": page + 1, "limit": self.limit} if more else None)


def page_of(paging: Paging, reply: Reply, asked: Params) -> Page:
    """Read a page.

    Raises:
        ProviderUnintelligible: the answer has another shape.
    """
    return reply.read(lambda body: paging.read(body, asked))


def _list(body: Any, path: tuple[str, ...]) -> Sequence[Any]:
    for name in path:
        body = body[name]
    if not isinstance(body, list):
        raise TypeError(f"{'.'.join(path)} is not a list")
    return cast("list[Any]", body)


def _find(body: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(body, dict):
            return None
        body = cast("dict[str, Any]", body).get(name)
    return body
