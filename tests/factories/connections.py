"""Connections, and somebody to whom they do not belong."""

from __future__ import annotations

from uuid import UUID

import pytest

from printvision.platform.runtime import Platform
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection
from tests.factories.workspaces import MadeWorkspace, make_workspace


@pytest.fixture
async def stranger(platform: Platform) -> MadeWorkspace:
    """Another workspace, to which nothing of the first belongs."""
    return await make_workspace(platform)


@pytest.fixture
async def connection_id(workspace: MadeWorkspace) -> UUID:
    return await make_connection(workspace)


async def make_connection(workspace: MadeWorkspace) -> UUID:
    """A connection of the workspace to Printful, whose credential nobody knows."""
    wanted = AddConnection(provider="printful", name="Print house", credentials={"token": "not-a-real-one"})
    async with workspace.scope() as scope:
        return (await add_connection(scope, wanted)).id
