"""The use of the API is kept for ninety days."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from printvision.platform.retention import Retention

OLD_USE: Final = Retention(
    "old use",
    """
    DELETE FROM api_use WHERE ctid IN (
        SELECT ctid FROM api_use WHERE hour < %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING 1
    """,
    keep=timedelta(days=90),
    every_s=3_600.0,
)
