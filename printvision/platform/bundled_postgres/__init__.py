"""The PostgreSQL that comes with us: made, started, guarded and stopped without anybody's help."""

from printvision.platform.bundled_postgres.cluster import Durability, Tuning, admit_statements
from printvision.platform.bundled_postgres.errors import (
    DatabaseDidNotStart,
    DatabaseFolderUnusable,
    DatabaseInUse,
    DatabaseNotInstalled,
    DatabaseNotStarted,
    DatabaseVersionMismatch,
)
from printvision.platform.bundled_postgres.server import BundledPostgres, DatabaseUrls, read_urls

__all__ = [
    "BundledPostgres",
    "DatabaseDidNotStart",
    "DatabaseFolderUnusable",
    "DatabaseInUse",
    "DatabaseNotInstalled",
    "DatabaseNotStarted",
    "DatabaseUrls",
    "DatabaseVersionMismatch",
    "Durability",
    "Tuning",
    "admit_statements",
    "read_urls",
]
