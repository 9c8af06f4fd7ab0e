"""The origin of an address, as browsers write it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """`scheme://host[:port]` of an http address, in lower case, without a port that goes without saying."""
    address = urlsplit(url.lower())
    host = address.hostname or ""
    default = DEFAULT_PORTS[address.scheme]
    port = address.port or default
    shown = f"[{host}]" if ":" in host else host
    return f"{address.scheme}://{shown}" + ("" if port == default else f":{port}")
