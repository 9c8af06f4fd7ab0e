"""Buckets that are full again are forgotten, so there are never more rows than callers of the last minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from printvision.platform.retention import Retention

# The database's clock decides here as everywhere of budgets: a bucket that is not full yet would give back its calls.
FULL_BUDGETS: Final = Retention(
    "full budgets",
    """
    DELETE FROM call_budgets WHERE bucket IN (
        SELECT bucket FROM call_budgets WHERE full_at <= least(now(), %(before)s)
        LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING 1
    """,
    keep=timedelta(0),
    every_s=60.0,
)
