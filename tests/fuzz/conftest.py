from __future__ import annotations

import msgspec
import pytest

from printvision.platform.settings import Settings
from tests.factories.platform import settings as plain_settings
from tests.oauth.granting import knowing
from tests.path.conftest import product

__all__ = ["plain_settings", "product", "settings"]


@pytest.fixture(autouse=True)
def many_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in has a budget of its own, which is no setting."""
    monkeypatch.setattr("printvision.api.spending.ATTEMPTS_A_MINUTE", 1_000_000)


@pytest.fixture
def settings(plain_settings: Settings) -> Settings:
    """Nobody's budget of requests runs out here, and endpoints may be on this machine."""
    names = ("requests_a_minute", "workspace_requests_a_minute", "address_requests_a_minute")
    server = msgspec.structs.replace(plain_settings.server, **dict.fromkeys(names, 1_000_000))
    hooks = msgspec.structs.replace(plain_settings.hooks, allow_private_addresses=True)
    return knowing(msgspec.structs.replace(plain_settings, server=server, hooks=hooks), None)
