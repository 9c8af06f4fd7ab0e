from __future__ import annotations

import pytest

from tests.factories.connections import connection_id, stranger
from tests.factories.fake_adapter import FakeAdapter, FakeProvider

__all__ = ["connection_id", "stranger"]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """The provider behind every connection; what a connection is asked for still passes through its row."""
    made = FakeProvider()
    monkeypatch.setattr("printvision.providers.pool.make_adapter", lambda *_, **__: FakeAdapter(made))
    return made
