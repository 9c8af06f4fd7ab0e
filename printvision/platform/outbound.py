"""Where we may connect to: addresses that somebody gave us must not lead into our own network.

An address is checked twice: as it is written, when it is entered (`check_url`), and where it really leads,
each time it is used (`is_allowed`, on what a client is about to connect to), for a name can be pointed
elsewhere at any moment. It is read by `httpx`'s own parser, so what is checked is what is called.
"""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final, Literal

import aiohttp
import httpx
import msgspec

from printvision.platform.errors import PrintVisionError

IPAddress = IPv4Address | IPv6Address

MAX_URL_CHARS: Final = 2_048

_NEVER: Final = [
    ip_network(net)
    for net in (
        "0.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent, the one metadata service on a public address
        "169.254.0.0/16",  # link-local; the metadata services of the others
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "100.100.100.200/32",  # Alibaba's metadata service
        "fd00:ec2::254/128",  # Amazon's
        "fd20:ce::254/128",  # Google's
        # Forms that carry an IPv4 address inside: no web server needs one, and they hide where they lead.
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
]
_PRIVATE: Final = [
    ip_network(net)
    for net in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "::1/128",
    )
]
_GLOBAL_IPV6: Final = ip_network("2000::/3")

_NAME: Final = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_A_NUMBER: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_OUR_OWN_NAMES: Final = re.compile(
    r"(?:.*\.)?(?:localhost|localdomain|local|internal|intranet|lan|home|corp|home\.arpa)\Z|[^.]*\Z"
)


class AddressRefused(PrintVisionError):
    """`reason` says which rule, in words for whoever entered the address."""

    status = 422
    code = "outbound/address-refused"
    title = "That address cannot be used"
    action = "Give a public https address, with a name that leads to a public server."
    reason: str


class CheckedUrl(msgspec.Struct, frozen=True):
    """An address that may be called, as `httpx` reads it; `host` is ASCII, without brackets."""

    url: str
    scheme: Literal["https", "http"]
    host: str
    port: int
    allow_private: bool


def check_url(url: str, *, allow_private: bool) -> CheckedUrl:
    """Check an address as it is written; no name is looked up.

    Taken are https on port 443 or from 1024 up, without credentials. Numbers must be written plainly
    (`192.0.2.1`, not `0xc0000201`), and names of one word or of a local network are refused.

    Args:
        allow_private: also take http, any port, and names and addresses of this machine and its network, for
            simulators, tests and a print shop next door. Metadata services stay refused.

    Raises:
        AddressRefused: with the rule that it breaks.
    """
    parsed = _parse(url)
    if parsed.scheme != "https" and not (allow_private and parsed.scheme == "http"):
        raise _refused("Only https addresses are taken.")
    if parsed.userinfo:
        raise _refused("An address must not contain a user name or password.")
    scheme: Literal["https", "http"] = "https" if parsed.scheme == "https" else "http"
    port = parsed.port if parsed.port is not None else (443 if scheme == "https" else 80)
    if port not in range(1, 65_536) or not (allow_private or port == 443 or port >= 1024):
        raise _refused("Only port 443 and ports from 1024 up are taken.")
    host = parsed.raw_host.decode("ascii").lower()
    _check_host(host, allow_private=allow_private)
    return CheckedUrl(str(parsed.copy_with(fragment=None)), scheme, host, port, allow_private)


def is_allowed(address: str, *, allow_private: bool) -> bool:
    """Whether we may connect to an IP address as a socket knows it (`192.0.2.1`, `fe80::1%eth0`)."""
    try:
        found: IPAddress = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in net for net in _NEVER):
        return False
    if any(found in net for net in _PRIVATE):
        return allow_private
    return isinstance(found, IPv4Address) or found in _GLOBAL_IPV6


def public_socket(info: tuple[Any, Any, int, str, Any]) -> socket.socket:
    """A socket for an address, looked up or written out, unless it points into our own network: `aiohttp`'s
    `socket_factory`, which it asks for each address that it is about to connect to.

    Raises:
        OSError
    """
    family, kind, protocol, _, address = info
    if not is_allowed(str(address[0]), allow_private=False):
        raise OSError("that address is not on the public network")
    return socket.socket(family, kind, protocol)


def open_session(*, allow_private: bool) -> aiohttp.ClientSession:
    """A client for now and then a call: it keeps no cookies, and reaches the public network alone unless
    `allow_private`."""
    connector = aiohttp.TCPConnector(socket_factory=None if allow_private else public_socket)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class AnswerTooLarge(Exception):
    """It was read as far as its bound and no further."""


async def read_body(answer: aiohttp.ClientResponse, *, most: int) -> bytes:
    """All of an answer, in however many pieces it comes.

    Args:
        most: bytes.

    Raises:
        AnswerTooLarge, aiohttp.ClientError, OSError
    """
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > most:
            raise AnswerTooLarge
    return bytes(body)


def _parse(url: str) -> httpx.URL:
    if len(url) > MAX_URL_CHARS:
        raise _refused(f"An address has at most {MAX_URL_CHARS} characters.")
    # Browsers forgive these and read another host than other programs do.
    if "\\" in url or any(character.isspace() or not character.isprintable() for character in url):
        raise _refused("An address has no spaces, backslashes or invisible characters.")
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise _refused("That is not a web address.") from None


def _check_host(host: str, *, allow_private: bool) -> None:
    if ":" in host:
        _check_address(host, allow_private=allow_private)
        return
    name = host.removesuffix(".")
    if not _NAME.match(name):
        raise _refused("That is not the name of a host.")
    if _A_NUMBER.match(name.rpartition(".")[2]):
        _check_address(name, allow_private=allow_private)
    elif not allow_private and _OUR_OWN_NAMES.match(name):
        raise _refused("That is a name of a local network.")


def _check_address(address: str, *, allow_private: bool) -> None:
    try:
        ip_address(address)
    except ValueError:
        raise _refused("Write the number of a host as four plain numbers, or give its name.") from None
    if not is_allowed(address, allow_private=allow_private):
        raise _refused("That address lies in a private network.")


def _refused(reason: str) -> AddressRefused:
    return AddressRefused(reason, reason=reason)
