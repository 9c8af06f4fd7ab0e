"""Times as Printify writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: float | None) -> str | None:
    """`2017-04-18 13:24:28+00:00`."""
    return None if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}+00:00"


def zoneless(at: float) -> str:
    """As upload times are written: `2020-01-09 07:29:43`."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
