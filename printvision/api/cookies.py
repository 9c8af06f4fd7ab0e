"""Cookies: the tokens a browser keeps for us, and when it is believed about them.

Over https each is a `__Host-` cookie, which no other host and no plain http can set. On this machine's own addresses
http will do, and there the name tells the port, for browsers keep one jar for all ports of a host. Any other http
address has none, unless the operator allows it: whoever is on the way would read them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from printvision.platform.origin import DEFAULT_PORTS, origin_of
from printvision.platform.redaction import Secret
from printvision.platform.visits import DEVICE_LENGTH, Jar, Kept, Visit

SECURE_NAME: Final = "__Host-printvision"
# Not "cookies": that empties the jar of the whole registrable domain, with other programs' cookies in it.
CLEAR: Final = b'"cache", "storage"'


@dataclass(frozen=True, slots=True)
class Cookies:
    """How tokens travel at a public address; `cookies_for` gives it.

    Args:
        names: of the cookie of each jar; none where there can be none.
        origin: `scheme://host[:port]` as browsers write it.
    """

    names: Mapping[Jar, str]
    origin: str
    https: bool

    def visit(self, headers: Mapping[str, str], cookies: Mapping[str, str], address: str) -> Visit:
        """What a browser presents; no token where there is an Authorization header, which alone counts then."""
        presented: dict[Jar, Secret] = {}
        if self.names and "cookie" in headers and "authorization" not in headers:
            presented = {jar: Secret(cookies[name]) for jar, name in self.names.items() if cookies.get(name)}
        return Visit(
            address,
            device=headers.get("user-agent", "")[:DEVICE_LENGTH],
            presented=presented,
            same_origin=self._is_same_origin(headers),
            secure=bool(self.names),
        )

    def fields(self, visit: Visit) -> list[tuple[bytes, bytes]]:
        """What the answer has the browser keep and forget."""
        told = [(b"set-cookie", self._field(self.names[jar], kept)) for jar, kept in visit.answered.items()]
        if (kept := visit.answered.get(Jar.SESSION)) is not None and kept.token is None:
            told.append((b"clear-site-data", CLEAR))
        return told

    def _is_same_origin(self, headers: Mapping[str, str]) -> bool:
        """Whether a page of ours called: browsers say so by themselves, and older ones name the page's origin."""
        site = headers.get("sec-fetch-site")
        return site == "same-origin" if site is not None else headers.get("origin") == self.origin

    def _field(self, name: str, kept: Kept) -> bytes:
        value = kept.token.reveal() if kept.token else ""
        secure = "; Secure" if self.https else ""
        lasts_s = int(kept.lasts.total_seconds())
        return f"{name}={value}; Path=/; Max-Age={lasts_s}; HttpOnly; SameSite=Lax{secure}".encode()


@lru_cache(maxsize=8)
def cookies_for(public_url: str, *, allow_insecure_http: bool = False) -> Cookies:
    """
    Args:
        public_url: where the installation is reached from outside.
        allow_insecure_http: whether plain http will do from afar too.
    """
    address = urlsplit(public_url.lower())
    host, origin = address.hostname or "", origin_of(public_url)
    if address.scheme == "https":
        return Cookies(_names(SECURE_NAME), origin, https=True)
    allowed = allow_insecure_http or _is_loopback(host)
    port = address.port or DEFAULT_PORTS[address.scheme]
    return Cookies(_names(f"printvision-{port}") if allowed else {}, origin, https=False)


def _names(first: str) -> dict[Jar, str]:
    return {jar: first if jar is Jar.SESSION else f"{first}-{jar}" for jar in Jar}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
