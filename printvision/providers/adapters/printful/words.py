"""What the parts of this adapter share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

KEY: Final = "printful"


def moment(value: str | int | None) -> datetime | None:
    """ISO 8601 (v2) or unix seconds (v1)."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value) if value else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
