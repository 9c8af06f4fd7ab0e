"""The one cookie there is: a session's token, and when a browser is believed about it.

Over https it is a `__Host-` cookie, which no other host and no plain http can set. On this machine's own addresses
http will do, and there the name tells the port, for browsers keep one jar for all ports of a host. Any other http
address has no sessions: whoever is on the way would read them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request

from printvision.api.errors import CrossSite, InsecureAddress

SECURE_NAME: Final = "__Host-printvision"
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Ticket:
    """A session's token as a browser presents it; nothing says yet that it is known.

    Args:
        same_origin: whether one of our own pages sent it.
    """

    token: str
    same_origin: bool

    def require_same_origin(self) -> None:
        """
        Raises:
            CrossSite
        """
        if not self.same_origin:
            raise CrossSite


@dataclass(frozen=True, slots=True)
class Cookies:
    """How sessions travel at a public address; `cookies_for` gives it.

    Args:
        name: of the cookie; None where there can be none.
        origin: `scheme://host[:port]` as browsers write it.
    """

    name: str | None
    origin: str

    @property
    def secure(self) -> bool:
        return self.name == SECURE_NAME

    def require_allowed(self) -> None:
        """
        Raises:
            InsecureAddress
        """
        if self.name is None:
            raise InsecureAddress

    def ticket(self, request: Request[Any, Any, Any]) -> Ticket | None:
        """What the browser presents; nothing where there is an Authorization header, which alone counts then."""
        headers = request.headers
        if self.name is None or "cookie" not in headers or "authorization" in headers:
            return None
        token = request.cookies.get(self.name)
        return Ticket(token, self.is_same_origin(headers)) if token else None

    def is_same_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether a page of ours called: browsers say so by themselves, and older ones name the page's origin."""
        site = headers.get("sec-fetch-site")
        return site == "same-origin" if site is not None else headers.get("origin") == self.origin

    def keep(self, token: str, *, seconds: int) -> bytes:
        """`Set-Cookie` that has the browser keep a token."""
        return self._field(token, seconds)

    def forget(self) -> bytes:
        """`Set-Cookie` that has the browser forget it."""
        return self._field("", 0)

    def _field(self, value: str, seconds: int) -> bytes:
        secure = "; Secure" if self.secure else ""
        return f"{self.name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}".encode()


@lru_cache(maxsize=8)
def cookies_for(public_url: str) -> Cookies:
    """
    Args:
        public_url: where the installation is reached from outside.
    """
    address = urlsplit(public_url.lower())
    host = address.hostname or ""
    port = address.port or _PORTS[address.scheme]
    shown = f"[{host}]" if ":" in host else host
    origin = f"{address.scheme}://{shown}" + ("" if port == _PORTS[address.scheme] else f":{port}")
    if address.scheme == "https":
        return Cookies(SECURE_NAME, origin)
    return Cookies(f"printvision-{port}" if _is_loopback(host) else None, origin)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
