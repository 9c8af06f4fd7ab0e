"""Bringing a database to this build's shape: our tables by Alembic, the workflow engine's by itself.

Run by the owner's login, under a lock, before anything else starts; running it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psycopg
import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy.engine import make_url

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url

log = structlog.get_logger(__name__)

LOCK = 0x5056_4D49  # any fixed number; two processes that start at once take turns by it
PACKAGED = Path(__file__).resolve().parent.parent / "_migrations"
BESIDE = Path(__file__).resolve().parent.parent.parent / "migrations"


def migrate(urls: DatabaseUrls) -> None:
    """Migrate to the newest shape, or do nothing where it is there already."""
    with _alone(urls.owner):
        DBOS.migrate(urls.owner, application_role=login_of(urls.system))
        command.upgrade(configuration(urls), "head")
    log.info("database.migrated")


def configuration(urls: DatabaseUrls) -> Config:
    """What `migrations/env.py` needs: where to connect and what the logins are called."""
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()))
    config.attributes["url"] = urls.owner
    config.attributes["app_role"] = login_of(urls.app)
    config.attributes["system_role"] = login_of(urls.system)
    return config


class Revisions(NamedTuple):
    """The shapes of the database that this build knows, and the one that it wants."""

    head: str
    known: frozenset[str]

    def is_behind(self, found: str) -> bool:
        """Whether a database of that shape lacks something. One that is ahead, by a newer build, is served on."""
        return found in self.known and found != self.head


@cache
def revisions() -> Revisions:
    """Of this build; the first time it reads every migration."""
    scripts = ScriptDirectory(str(scripts_folder()))
    head = scripts.get_current_head()
    assert head is not None, "there is a first migration"
    return Revisions(head, frozenset(each.revision for each in scripts.walk_revisions()))


def scripts_folder() -> Path:
    return PACKAGED if PACKAGED.is_dir() else BESIDE


def login_of(url: str) -> str:
    """The user's name in an address; it is put into SQL, so it has to be a plain name."""
    name = make_url(url).username or ""
    if not name.replace("_", "").isalnum():
        raise ValueError(f"the login {name!r} is not a plain name")
    return name


@contextmanager
def _alone(url: str) -> Generator[None]:
    with psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=10) as connection:
        connection.execute(
            "SET lock_timeout = '5min'"
        )  # as long as the longest migration of another process may take
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        yield
