"""Which of our calls an address means: a literal word goes before a parameter, and a choice is not taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, NamedTuple

from printvision.api.incoming import Incoming
from printvision.api.methods import allow_of

JSON: Final = b"application/json"


class Answer(NamedTuple):
    """What is sent back; without a body, neither its kind nor its length is told."""

    status: int
    body: bytes | None = None
    media_type: bytes = JSON


Handler = Callable[[Incoming, Mapping[str, str]], Awaitable[Answer]]
"""Answers a request, with the words of its address by the names of their parameters."""


class Route(NamedTuple):
    """
    Args:
        path: `/api/v1/orders/{order_id}`.
    """

    method: str
    path: str
    handler: Handler


class Address:
    """What can be called at one path.

    Attributes:
        allow: its methods, as `Allow` names them.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Handler, tuple[str, ...]]] = {}
        self.allow = ""

    def add(self, method: str, names: tuple[str, ...], handler: Handler) -> None:
        self._handlers[method] = (handler, names)
        self.allow = allow_of(self._handlers)

    def find(self, method: str) -> tuple[Handler, tuple[str, ...]] | None:
        return self._handlers.get(method)


class Found(NamedTuple):
    """
    Args:
        path: as it would be written without needless slashes.
        words: that stand for parameters, in their order.
    """

    address: Address
    path: str
    words: tuple[str, ...]


class _Node:
    __slots__ = ("address", "literal", "parameter")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.address: Address | None = None


class Routes:
    """All addresses that have a call."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        self._plain: dict[str, Found] = {}
        for route in routes:
            self._add(route)

    def find(self, path: str) -> Found | None:
        """
        Args:
            path: decoded.
        """
        if found := self._plain.get(path):
            return found
        parts = [part for part in path.split("/") if part]
        node, words = self._root, list[str]()
        for part in parts:
            below = node.literal.get(part)
            if below is None:
                below = node.parameter
                words.append(part)
            if below is None:
                return None
            node = below
        return Found(node.address, "/" + "/".join(parts), tuple(words)) if node.address else None

    def _add(self, route: Route) -> None:
        node, names = self._root, list[str]()
        for part in route.path.strip("/").split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(part, _Node())
        node.address = node.address or Address()
        node.address.add(route.method, tuple(names), route.handler)
        if not names:
            self._plain[route.path] = Found(node.address, route.path, ())
