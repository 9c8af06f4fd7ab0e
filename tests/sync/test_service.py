from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select, text

from printvision.accounts import Permission
from printvision.platform.errors import NotFound
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, system_scope
from printvision.sync import StartSync, SyncKind, SyncState, cancel_sync, request_sync, restart_lost_syncs
from printvision.sync.models import SyncRunRow
from printvision.sync.operations import get, list_all
from printvision.sync.progress import MAX_FAILURES
from printvision.sync.schemas import GetSync, ListSyncs
from tests.factories.connections import make_connection
from tests.factories.fake_adapter import FakeProvider
from tests.factories.workspaces import MadeWorkspace
from tests.sync.carrying import carry, carry_once, look, row_of, start, sync


async def queued(platform: Platform) -> list[str]:
    """The runs that wait for a worker."""
    async with system_scope(platform, "test") as scope:
        query = text("SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'ENQUEUED' ORDER BY 1")
        return list(await scope.session.scalars(query))


async def test_a_sync_is_queued_with_its_run(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID
):
    begun = await start(
        workspace, connection_id, kinds=(SyncKind.STOCK, SyncKind.CATALOG), blueprints=("7", "7")
    )

    assert (begun.state, begun.kinds) == (SyncState.QUEUED, (SyncKind.CATALOG, SyncKind.STOCK))
    assert (begun.blueprints, begun.total, begun.started_at) == (("7",), None, None)
    assert [(await row_of(workspace, begun.id)).run_id] == await queued(platform)


async def test_a_request_that_is_rolled_back_leaves_no_sync_and_no_run(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID
):
    async with workspace.scope() as scope:
        await request_sync(scope, StartSync(connection_id=connection_id))
        await scope.session.rollback()

    assert await queued(platform) == []
    async with workspace.scope() as scope:
        assert (await scope.session.scalars(select(SyncRunRow.id))).all() == []


async def test_a_second_request_is_answered_with_the_sync_that_runs(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID
):
    first = await start(workspace, connection_id)
    second = await start(workspace, connection_id, kinds=(SyncKind.PRICES,))

    assert second == first
    assert len(await queued(platform)) == 1


async def test_requests_at_one_moment_begin_one_sync(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID
):
    begun = await asyncio.gather(*(start(workspace, connection_id) for _ in range(5)))

    assert len({view.id for view in begun}) == 1
    assert len(await queued(platform)) == 1


async def test_another_connection_has_a_sync_of_its_own(workspace: MadeWorkspace, connection_id: UUID):
    first = await start(workspace, connection_id)
    second = await start(workspace, await make_connection(workspace))

    assert first.id != second.id


async def test_after_a_sync_ended_another_can_begin(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    first = await sync(workspace, connection_id)
    second = await start(workspace, connection_id)

    assert first.state is SyncState.DONE
    assert second.id != first.id


async def test_another_workspaces_connection_and_sync_are_not_found(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID
):
    begun = await start(workspace, connection_id)

    async with stranger.scope() as scope:
        with pytest.raises(NotFound):
            await request_sync(scope, StartSync(connection_id=connection_id))
        with pytest.raises(NotFound):
            await cancel_sync(scope, begun.id)
        with pytest.raises(NotFound):
            await get(scope, GetSync(sync_id=begun.id))
        assert (await list_all(scope, ListSyncs())).items == []
    assert (await look(workspace, begun.id)).state is SyncState.QUEUED


async def test_cancelling_what_has_ended_changes_nothing(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    done = await sync(workspace, connection_id)

    async with workspace.scope() as scope:
        assert await cancel_sync(scope, done.id) == done


async def test_syncs_are_listed_newest_first(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    first = await sync(workspace, connection_id)
    second = await sync(workspace, connection_id)
    other = await start(workspace, await make_connection(workspace))

    async with workspace.scope() as scope:
        everything = await list_all(scope, ListSyncs())
        page = await list_all(scope, ListSyncs(connection_id=connection_id, limit=1))
    assert [view.id for view in everything.items] == [other.id, second.id, first.id]
    assert [view.id for view in page.items] == [second.id]
    assert page.next_cursor is not None


async def test_syncing_and_looking_need_their_permissions(workspace: MadeWorkspace, connection_id: UUID):
    begun = await start(workspace, connection_id)

    async with workspace.scope(Permission.CONNECTIONS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await request_sync(scope, StartSync(connection_id=connection_id))
        with pytest.raises(PermissionMissing):
            await cancel_sync(scope, begun.id)
    async with workspace.scope(Permission.CONNECTIONS_SYNC) as scope:
        with pytest.raises(PermissionMissing):
            await get(scope, GetSync(sync_id=begun.id))
        with pytest.raises(PermissionMissing):
            await list_all(scope, ListSyncs())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"kinds": ["everything"]},
        {"blueprints": []},
        {"blueprints": [""]},
        {"blueprints": ["x" * 201]},
        {"blueprints": ["7"] * 1_001},
        {"kind": "catalog"},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(wrong: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"connection_id": str(uuid4()), **wrong}, StartSync)


async def lose_run(platform: Platform, workspace: MadeWorkspace, sync_id: UUID) -> None:
    """The engine forgets the run, as after a restored backup."""
    run_id = (await row_of(workspace, sync_id)).run_id
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE dbos.workflow_status SET status = 'ERROR' WHERE workflow_uuid = :id"), {"id": run_id}
        )


async def test_a_sync_whose_run_is_lost_gets_another(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    begun = await start(workspace, connection_id)
    async with system_scope(platform, "test") as scope:
        assert await restart_lost_syncs(scope) == 0
    await lose_run(platform, workspace, begun.id)

    async with system_scope(platform, "test") as scope:
        assert await restart_lost_syncs(scope) == 1
    async with system_scope(platform, "test") as scope:
        assert await restart_lost_syncs(scope) == 0

    assert [(await row_of(workspace, begun.id)).run_id] == await queued(platform)
    assert (await carry(workspace, begun.id)).state is SyncState.DONE


async def test_a_sync_that_is_lost_again_and_again_gives_up(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    begun = await start(workspace, connection_id)
    for _ in range(MAX_FAILURES):
        await lose_run(platform, workspace, begun.id)
        async with system_scope(platform, "test") as scope:
            assert await restart_lost_syncs(scope) == 1

    ended = await carry_once(workspace, begun.id)

    assert (ended.state, ended.error) == (SyncState.FAILED, "sync/lost")
    assert provider.calls.total() == 0
