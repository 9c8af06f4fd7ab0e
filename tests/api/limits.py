"""Budgets as a test wants them."""

from __future__ import annotations

from msgspec.structs import replace

from printvision.platform.runtime import Platform
from printvision.platform.settings import ServerSettings


def limited(
    platform: Platform,
    *,
    key: int = 6_000,
    workspace: int = 12_000,
    address: int = 1_200,
    trusted_proxies: str = "",
) -> ServerSettings:
    """Have calls limited to so many a minute from now on."""
    server = replace(
        platform.settings.server,
        requests_a_minute=key,
        workspace_requests_a_minute=workspace,
        address_requests_a_minute=address,
        trusted_proxies=trusted_proxies,
    )
    platform.settings = replace(platform.settings, server=server)
    return server
