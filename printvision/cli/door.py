"""The way from the command line into the installation: in this process, through the one door of all operations."""

from __future__ import annotations

import os
import pwd
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from printvision.api.discovery import load_operations
from printvision.api.execution import execute_as
from printvision.cli.errors import NameUnclear, NotRunning, WorkspaceUnclear
from printvision.platform.bundled_postgres import DatabaseNotStarted
from printvision.platform.db import DatabaseUnavailable
from printvision.platform.errors import NotFound
from printvision.platform.ids import WorkspaceId
from printvision.platform.logs import configure_logs
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import Actor, Principal, system_scope
from printvision.platform.settings import Settings

MOST_WORKSPACES_TOLD = 20


@dataclass(frozen=True)
class Door:
    """One workspace, seen by the operator, who may do everything in it."""

    platform: Platform
    workspace_id: WorkspaceId
    principal: Principal

    async def call(self, operation: str, /, **members: Any) -> Any:
        """Run an operation with these members of its input; what is None is left out.

        Raises:
            PrintVisionError: whatever it says.
        """
        given = {name: value for name, value in members.items() if value is not None}
        return await execute_as(self.platform, self.principal, self.workspace_id, operation, given)


@asynccontextmanager
async def open_door(settings: Settings, workspace: str | None) -> AsyncGenerator[Door]:
    """
    Args:
        workspace: its short name; None for the only one there is.

    Raises:
        NotRunning, WorkspaceUnclear, PrintVisionError
    """
    async with open_installation(settings) as platform:
        load_operations()
        yield Door(platform, await find_workspace(platform, workspace), operator())


@asynccontextmanager
async def open_installation(settings: Settings) -> AsyncGenerator[Platform]:
    """The platform of an installation that runs.

    Raises:
        NotRunning: the bundled database is not there or not running.
        PrintVisionError: as `open_platform`.
    """
    configure_logs("cli", level="error", json=False)
    try:
        async with open_platform(settings) as platform:
            yield platform
    except (DatabaseUnavailable, DatabaseNotStarted) as error:
        if settings.database.url is not None:
            raise
        raise NotRunning(data=str(settings.data_path), note=error.note) from error


async def find_workspace(platform: Platform, slug: str | None) -> WorkspaceId:
    """
    Raises:
        NotFound: none is called so.
        WorkspaceUnclear: none was named, and there are several, or none at all.
    """
    async with system_scope(platform, "command line") as scope:
        rows = (await scope.session.execute(text("SELECT id, slug FROM workspaces ORDER BY id"))).all()
    if slug is not None:
        found = next((row.id for row in rows if row.slug == slug), None)
        if found is None:
            raise NotFound(kind="workspace", id=slug)
        return WorkspaceId(found)
    if len(rows) != 1:
        raise WorkspaceUnclear(workspaces=[row.slug for row in rows[:MOST_WORKSPACES_TOLD]])
    return WorkspaceId(rows[0].id)


def operator() -> Principal:
    """Whoever may use the data folder on this machine, by their system user."""
    user = os.getuid()
    try:
        return Principal(Actor.OPERATOR, pwd.getpwuid(user).pw_name)
    except KeyError:
        return Principal(Actor.OPERATOR, str(user))


def as_id(text: str) -> UUID | None:
    """The text as an id, where it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def only_one(found: list[UUID], *, kind: str, name: str) -> UUID:
    """
    Raises:
        NotFound, NameUnclear
    """
    if not found:
        raise NotFound(kind=kind, id=name)
    if len(found) > 1:
        raise NameUnclear(ids=[str(one) for one in found])
    return found[0]
