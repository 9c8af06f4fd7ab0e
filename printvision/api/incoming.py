"""A request as the server hands it over: its head, read as far as somebody asks, and its body when it is wanted.

What every call needs is here and nothing more: the framework's own request takes longer to make than a short call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import unquote

from litestar import Request
from litestar.types import HTTPScope, Receive

from printvision.api.addresses import Networks, behind_proxies
from printvision.api.cors import WhoseKey
from printvision.api.errors import ClientLeft, TooLarge
from printvision.platform.rates import Budget
from printvision.platform.runtime import Platform

INCOMING: Final = "incoming"  # in the state of a scope: the request itself, for what the framework serves


class Headers(Mapping[str, str]):
    """The fields of a head by their names in lower case; of several of one name the first, unless all are asked for."""

    __slots__ = ("_first", "_lines")

    def __init__(self, lines: list[tuple[bytes, bytes]]) -> None:
        self._lines = lines
        self._first = dict(reversed(lines))

    def __getitem__(self, name: str) -> str:
        return self._first[name.encode()].decode("latin-1")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.encode() in self._first

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._first)

    def __len__(self) -> int:
        return len(self._first)

    def get(self, key: str, default: Any = None) -> Any:
        # of most names there is none, and what is inherited raises and catches for that
        value = self._first.get(key.encode())
        return default if value is None else value.decode("latin-1")

    def text(self, name: str) -> str:
        """The first of that name; empty where there is none."""
        return self._first.get(name.encode(), b"").decode("latin-1")

    def all(self, name: str) -> list[str]:
        """The field as often as it was sent."""
        wanted = name.encode()
        if wanted not in self._first:
            return []
        return [value.decode("latin-1") for name, value in self._lines if name == wanted]


class Incoming:
    """One request.

    Args:
        request_id: by which it is found again.
        trusted_proxies: that say whom they heard it from.

    Attributes:
        fields: of the answer's head, whether it succeeds or not.
        budgets: of the caller, as they were last told.
        whose: the workspace whose key it turned out to bring.
    """

    __slots__ = (
        "budgets",
        "fields",
        "headers",
        "platform",
        "receive",
        "request_id",
        "scope",
        "trusted_proxies",
        "whose",
    )

    def __init__(
        self,
        scope: HTTPScope,
        receive: Receive,
        platform: Platform,
        *,
        headers: Headers,
        request_id: str,
        trusted_proxies: Networks = (),
    ) -> None:
        self.scope = scope
        self.receive = receive
        self.platform = platform
        self.headers = headers
        self.request_id = request_id
        self.trusted_proxies = trusted_proxies
        self.fields: list[tuple[bytes, bytes]] = []
        self.budgets: Sequence[Budget] = ()
        self.whose = WhoseKey()

    def hear_budgets(self, budgets: Sequence[Budget]) -> None:
        """What is left of them, for the answer to tell."""
        self.budgets = budgets

    @property
    def method(self) -> str:
        return self.scope["method"]

    @property
    def address(self) -> str:
        """The address it comes from, also behind proxies, as text; empty where the server does not know."""
        client = self.scope["client"]
        peer = client[0] if client else ""
        if not self.trusted_proxies:
            return peer
        return behind_proxies(peer, self.headers.all("x-forwarded-for"), self.trusted_proxies)

    @property
    def cookies(self) -> dict[str, str]:
        """By their names; of several of one name the last."""
        if not (sent := self.headers.text("cookie")):
            return {}
        pairs = (pair.partition("=") for pair in sent.split(";"))
        return {name.strip(): unquote(value.strip()) for name, _, value in pairs}

    async def body(self, max_bytes: int) -> bytes:
        """The whole body; it can be read once.

        Raises:
            TooLarge: nothing beyond `max_bytes` was read.
            ClientLeft
        """
        announced = self.headers.text("content-length")
        if announced.isdecimal() and int(announced[:20]) > max_bytes:
            raise TooLarge(max_bytes=max_bytes)
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ClientLeft
            parts.append(part := message.get("body", b""))
            size += len(part)
            if size > max_bytes:
                raise TooLarge(max_bytes=max_bytes)
            more = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def incoming_of(request: Request[Any, Any, Any]) -> Incoming:
    """The request that the framework's own is about."""
    return cast("Incoming", request.scope["state"][INCOMING])
