from __future__ import annotations

import asyncio

import msgspec
import pytest
from sqlalchemy import select, text

from printvision.accounts import Permission, authenticate
from printvision.accounts.permissions import OF_KEYS
from printvision.platform.errors import InvalidInput, NotFound
from printvision.platform.events import EventRow
from printvision.platform.features import Tier
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, system_scope
from printvision.workspaces import (
    FirstStart,
    SlugTaken,
    create_workspace,
    first_start,
    get_send_window,
    get_tier,
    get_workspace,
)
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.schemas import UpdateWorkspace
from printvision.workspaces.service import update_workspace
from tests.factories.workspaces import MadeWorkspace, make_workspace


async def events(workspace: MadeWorkspace) -> list[tuple[str, dict[str, object]]]:
    async with workspace.scope() as scope:
        rows = await scope.session.scalars(select(EventRow).order_by(EventRow.seq))
        return [(row.kind, row.data) for row in rows]


async def test_a_new_workspace_is_free_and_sends_at_once(platform: Platform):
    async with system_scope(platform, "test") as scope:
        made = await create_workspace(scope, "Ink & Co", "ink-and-co")

    async with MadeWorkspace(platform, made).scope() as scope:
        view = await get_workspace(scope)
        assert await get_send_window(scope) == 0

    assert (view.id, view.name, view.slug, view.tier) == (made, "Ink & Co", "ink-and-co", Tier.FREE)
    assert view.send_window_minutes == 0


@pytest.mark.parametrize("slug", ["", "A", "-a", "a-", "a b", "a" * 64, "ä", "a\n"])
async def test_a_slug_that_no_address_could_hold_is_refused(platform: Platform, slug: str):
    async with system_scope(platform, "test") as scope:
        with pytest.raises(InvalidInput) as refused:
            await create_workspace(scope, "", slug)

    assert [error["path"] for error in refused.value.fields["errors"]] == ["name", "slug"]


async def test_a_taken_slug_is_refused_and_nothing_is_made(platform: Platform):
    async with system_scope(platform, "test") as scope:
        await create_workspace(scope, "First", "same")
        with pytest.raises(SlugTaken):
            await create_workspace(scope, "Second", "same")

    async with system_scope(platform, "test") as scope:
        assert list(await scope.session.scalars(select(WorkspaceRow.name))) == ["First"]


async def test_a_workspace_sees_itself_alone(platform: Platform, workspace: MadeWorkspace):
    await make_workspace(platform)

    async with workspace.scope() as scope:
        assert list(await scope.session.scalars(select(WorkspaceRow.id))) == [workspace.id]


async def test_an_update_changes_what_it_names_and_says_so(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        view = await update_workspace(scope, UpdateWorkspace(send_window_minutes=30))
    async with workspace.scope() as scope:
        await update_workspace(scope, UpdateWorkspace(name="Renamed", send_window_minutes=30))

    assert (view.name, view.send_window_minutes) == ("Test workspace", 30)
    assert await events(workspace) == [
        ("workspaces.updated", {"changed": ["send_window_minutes"]}),
        ("workspaces.updated", {"changed": ["name"]}),
    ]


async def test_an_update_to_what_is_there_says_nothing(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        await update_workspace(scope, UpdateWorkspace(name="Test workspace"))

    assert await events(workspace) == []


async def test_an_update_needs_the_permission(workspace: MadeWorkspace):
    async with workspace.scope(Permission.WORKSPACE_READ) as scope:
        with pytest.raises(PermissionMissing):
            await update_workspace(scope, UpdateWorkspace(name="Mine"))
        assert (await get_workspace(scope)).name == "Test workspace"


@pytest.mark.parametrize("minutes", [-1, 1441, 1.5, "5", None])
def test_a_send_window_out_of_a_day_is_refused(minutes: object):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"send_window_minutes": minutes}, UpdateWorkspace)


@pytest.mark.parametrize("column", ["send_window_minutes = 1441", "tier = 'gold'", "slug = 'A'", "name = ''"])
async def test_the_table_refuses_what_the_service_would(workspace: MadeWorkspace, column: str):
    with pytest.raises(Exception, match="violates check constraint"):
        async with workspace.scope() as scope:
            await scope.session.execute(text(f"UPDATE workspaces SET {column}"))


async def test_a_deleted_workspace_is_not_found(platform: Platform, workspace: MadeWorkspace):
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text("DELETE FROM workspaces"))

    async with workspace.scope() as scope:
        with pytest.raises(NotFound):
            await get_workspace(scope)
    async with system_scope(platform, "test") as scope:
        with pytest.raises(NotFound):
            await get_tier(scope, workspace.id)


async def test_the_first_start_makes_a_workspace_and_the_key_to_it(platform: Platform):
    made = await first_start(platform)

    assert made is not None
    async with system_scope(platform, "test") as scope:
        signed_in = await authenticate(scope, made.api_key.reveal())
        assert await get_tier(scope, made.workspace_id) is Tier.ENTERPRISE
    assert signed_in.workspace_id == made.workspace_id
    assert signed_in.principal.permissions == OF_KEYS
    assert made.api_key.reveal() not in repr(made)


async def test_only_one_of_many_first_starts_is_the_first(platform: Platform):
    made = await asyncio.gather(*(first_start(platform) for _ in range(4)))

    assert sum(isinstance(each, FirstStart) for each in made) == 1
    assert await first_start(platform) is None
    async with system_scope(platform, "test") as scope:
        assert len(list(await scope.session.scalars(select(WorkspaceRow.id)))) == 1
