"""Moments as they are written on the command line."""

from __future__ import annotations

from datetime import datetime

from printvision.cli.errors import BadUsage


def moment(option: str, text: str | None) -> str | None:
    """As operations take it; without an offset it is this machine's time.

    Raises:
        BadUsage
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadUsage(f"{option}: expected a time such as 2026-11-23T08:00Z") from None
    return at.astimezone().isoformat()
