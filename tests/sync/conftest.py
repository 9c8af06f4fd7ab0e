from __future__ import annotations

import pytest

from tests.factories.fake_adapter import FakeAdapter, FakeProvider
from tests.factories.fixtures import connection_id, platform, stranger, workspace

__all__ = ["connection_id", "platform", "stranger", "workspace"]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """The provider behind every connection; what a connection is asked for still passes through its row."""
    made = FakeProvider()
    monkeypatch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: FakeAdapter(made))
    return made
