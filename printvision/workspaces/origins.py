"""Origins whose pages may call with a workspace's keys: each exactly as a browser writes it in `Origin`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Annotated, Final

from msgspec import Meta

from printvision.platform.db import run
from printvision.platform.errors import RuleBroken
from printvision.platform.ids import WorkspaceId
from printvision.platform.scope import SystemScope

MOST_ORIGINS: Final = 20
MOST_KNOWN: Final = 50_000  # of all workspaces together, those of the oldest first

_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LAST_LABEL: Final = r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"  # one that began with a digit would be an address's
_HOST: Final = rf"(({_LABEL}\.)*{_LAST_LABEL}|[0-9]{{1,3}}(\.[0-9]{{1,3}}){{3}}|\[[0-9a-f:]{{2,39}}\])"
_PATTERN: Final = rf"^https?://{_HOST}(:[1-9][0-9]{{0,4}})?$"
_PARTS: Final = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:]+\]|[a-z0-9.-]+)(:(?P<port>[0-9]+))?")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_KNOWN: Final = """
SELECT origin, id FROM workspaces, jsonb_array_elements_text(cors_origins) AS origin
WHERE cors_origins <> '[]'::jsonb ORDER BY id LIMIT %(most)s
"""

Origin = Annotated[str, Meta(pattern=_PATTERN, max_length=270)]
Origins = Annotated[
    tuple[Origin, ...],
    Meta(
        max_length=MOST_ORIGINS,
        description=(
            "Whose pages a browser lets call with the workspace's keys, such as `https://app.example.com`: "
            "each as browsers write it, once; `http` is for loopback alone."
        ),
    ),
]


def check_origins(origins: Sequence[str]) -> None:
    """That each is what a browser may send, and stands there once.

    Args:
        origins: each of the form of `Origin`.

    Raises:
        RuleBroken
    """
    errors: list[dict[str, str]] = []
    for index, origin in enumerate(origins):
        fault = "It is there twice" if origin in origins[:index] else _fault(origin)
        if fault:
            errors.append({"path": f"cors_origins[{index}]", "message": fault})
    if errors:
        raise RuleBroken(errors=errors)


async def origins_of_all(scope: SystemScope) -> Sequence[tuple[str, WorkspaceId]]:
    """Every origin that a workspace allows, with the workspace; at most `MOST_KNOWN` of them."""
    rows = await run(scope.session, _KNOWN, {"most": MOST_KNOWN})
    return [(origin, WorkspaceId(workspace_id)) for origin, workspace_id in rows]


def _fault(origin: str) -> str | None:
    parts = _PARTS.fullmatch(origin)
    if parts is None:
        return "Expected an origin such as https://app.example.com"
    scheme, host, port = parts["scheme"], parts["host"], int(parts["port"] or 0)
    if port == _DEFAULT_PORTS[scheme]:
        return f"Expected no port: browsers leave out {port} of {scheme}"
    if port > 65_535:
        return "Expected a port of at most 65535"
    if len(host) > 253 or not _is_canonical(host):
        return "Expected the host as browsers write it"
    if scheme == "http" and not _is_loopback(host):
        return "Expected https, or http on loopback"
    return None


def _is_canonical(host: str) -> bool:
    try:
        if host.startswith("["):
            return f"[{IPv6Address(host[1:-1]).compressed}]" == host
        return (
            not host[-1].isdigit() or host.rpartition(".")[2][0].isalpha() or str(IPv4Address(host)) == host
        )
    except AddressValueError:
        return False


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "[::1]") or host.endswith(".localhost") or _is_loopback_address(host)


def _is_loopback_address(host: str) -> bool:
    try:
        return IPv4Address(host).is_loopback
    except AddressValueError:
        return False
