"""Whose address a request comes from, also where proxies stand before us.

Anybody can write `X-Forwarded-For`, and each proxy only adds whom it heard from at its right end. So it is read from
the right, for as long as those who wrote it are proxies that the operator trusts; the first who is not is the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

MOST_HOPS = 20
SUBSCRIBER_BITS = 64
"""Of an IPv6 address: one subscriber has all that begin with them."""


def behind_proxies(peer: str, forwarded_for: Sequence[str], trusted: Networks) -> str:
    """Who stands behind the proxies that are trusted.

    Args:
        peer: who is connected with us.
        forwarded_for: the field as often as it was sent.
    """
    hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
    nearest = peer
    for hop in (*reversed(hops[-MOST_HOPS:]), None):
        at = _read(nearest)
        if hop is None or at is None or not any(at in network for network in trusted):
            break
        if (named := _read(hop)) is None:
            break  # a proxy that says nothing readable is taken for the caller
        nearest = str(named)
    return nearest


def subscriber(address: str) -> str:
    """What has one budget: an IPv4 address, or all IPv6 addresses of one subscriber."""
    at = _read(address)
    if isinstance(at, IPv6Address):
        return str(ip_network((at, SUBSCRIBER_BITS), strict=False))
    return str(at) if at else address


def _read(text: str) -> Address | None:
    """An address as proxies write it: also with its port, or in brackets."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        at = ip_address(text)
    except ValueError:
        return None
    return (at.ipv4_mapped or at) if isinstance(at, IPv6Address) else at
