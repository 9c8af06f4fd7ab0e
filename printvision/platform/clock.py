"""The one source of time, so that tests can hold it still."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)
