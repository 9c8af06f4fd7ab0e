"""The use of the API, gathered, written and told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from psycopg import AsyncConnection
from sqlalchemy import text

from printvision.accounts import Permission, SignedIn
from printvision.accounts.keys import make_key
from printvision.api.execution import execute_as
from printvision.api.use import OLD_USE, api_use_of, gathering
from printvision.api.use.times import BUCKETS, bucket_of, upper_ms, within_ms
from printvision.api.use_operations import api
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.errors import RuleBroken
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import Actor, PermissionMissing, Principal, system_scope
from printvision.platform.settings import Settings
from tests.api.limits import limited
from tests.factories.workspaces import OWNER, MadeWorkspace, make_workspace
from tests.waiting import until

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)


def somebody(workspace: MadeWorkspace, key: str = "k1") -> SignedIn:
    return SignedIn(Principal(Actor.KEY, key), workspace.id, Tier.FREE)


async def told(workspace: MadeWorkspace, **asked: Any) -> dict[str, tuple[int, int]]:
    """Calls and errors of each row."""
    await api_use_of(workspace.platform).write()
    view = await execute_as(workspace.platform, OWNER, workspace.id, api, asked)
    assert view.complete
    return {row.of: (row.calls, row.errors) for row in view.rows}


# -- times -------------------------------------------------------------------------------------------------------------


@given(st.floats(0, 27_000))
def test_a_call_is_counted_where_its_time_belongs(ms: float):
    bucket = bucket_of(ms)

    assert ms <= upper_ms(bucket) * 1.000_001
    assert bucket == 0 or ms > upper_ms(bucket - 1) * 0.999_999


def test_what_takes_longest_is_counted_last():
    assert bucket_of(1e9) == BUCKETS - 1


@given(st.lists(st.floats(0.5, 20_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_share_of_calls_is_told_within_a_fifth(times: list[float], share: float):
    took = [0] * BUCKETS
    for ms in times:
        took[bucket_of(ms)] += 1
    within = within_ms(took, share)

    assert sum(ms <= within + 0.06 for ms in times) >= share * len(times)
    assert sum(ms <= (within - 0.06) / 2 ** (1 / 4) - 0.06 for ms in times) < share * len(times)


# -- counted -----------------------------------------------------------------------------------------------------------


async def test_calls_are_told_by_key_operation_status_and_hour(client: AsyncClient, workspace: MadeWorkspace):
    view, other = await workspace.made_key(Permission.WORKSPACE_READ)
    for _ in range(3):
        await client.get("/api/v1/workspace")
    await client.get("/trpc/workspaces.get,workspaces.get?batch=1")
    headers = {"authorization": f"Bearer {other.reveal()}"}
    await client.patch("/api/v1/workspace", json={"name": "Mine"}, headers=headers)

    assert await told(workspace) == {
        "workspaces.get": (5, 0),
        "workspaces.update": (1, 1),
    }
    assert await told(workspace, by="status") == {"200": (5, 0), "403": (1, 1)}
    assert (await told(workspace, by="key"))[str(view.id)] == (1, 1)
    assert list((await told(workspace, by="hour")).values()) == [(6, 1)]
    assert await told(workspace, by="status", operation="workspaces.get") == {"200": (5, 0)}
    assert await told(workspace, key=str(view.id)) == {"workspaces.update": (1, 1)}
    assert await told(workspace, status=403) == {"workspaces.update": (1, 1)}


async def test_what_a_budget_refuses_is_counted(
    client: AsyncClient, platform: Platform, workspace: MadeWorkspace
):
    limited(platform, key=2, workspace=20)
    for _ in range(5):
        await client.get("/api/v1/workspace")

    assert await told(workspace, by="status") == {"200": (2, 0), "429": (3, 3)}


async def test_who_is_not_known_counts_for_nobody(anybody: AsyncClient, workspace: MadeWorkspace):
    headers = {"authorization": f"Bearer {make_key().text.reveal()}"}
    await anybody.get("/api/v1/workspace", headers=headers)
    await anybody.get("/api/v1/workspace")
    await anybody.get("/api/v1/hello")

    assert await told(workspace) == {}


async def test_a_failure_of_ours_is_counted_as_one(client: AsyncClient, workspace: MadeWorkspace):
    await client.get("/api/v1/echo/break")
    await client.get("/api/v1/echo/lock")

    assert await told(workspace, by="status") == {"500": (1, 1), "503": (1, 1)}


# -- told --------------------------------------------------------------------------------------------------------------


async def test_processes_and_moments_add_up(settings: Settings, workspace: MadeWorkspace):
    with time_machine.travel(AT, tick=False):
        api_use_of(workspace.platform).note(somebody(workspace), "orders.get", 200, 10.0)
        await api_use_of(workspace.platform).write()
        async with open_platform(settings) as other:
            for ms in (10.0, 1_000.0):
                api_use_of(other).note(somebody(workspace), "orders.get", 200, ms)
        view = await execute_as(workspace.platform, OWNER, workspace.id, api, {})

    assert (view.since, view.until) == (
        datetime(2026, 11, 22, 11, tzinfo=UTC),
        datetime(2026, 11, 23, 11, tzinfo=UTC),
    )
    (row,) = view.rows
    assert (row.of, row.calls, row.errors, row.mean_ms) == ("orders.get", 3, 0, 340.0)
    assert (row.p50_ms, row.p95_ms, row.p99_ms) == (11.3, 1_024.0, 1_024.0)


async def test_only_the_hours_that_are_asked_for_are_told(workspace: MadeWorkspace):
    for hours, operation in ((0, "orders.get"), (1, "orders.list"), (30, "orders.hold")):
        with time_machine.travel(AT - timedelta(hours=hours), tick=False):
            api_use_of(workspace.platform).note(somebody(workspace), operation, 200, 1.0)
    with time_machine.travel(AT, tick=False):
        assert sorted(await told(workspace)) == ["orders.get", "orders.list"]
        between = {"since": "2026-11-23T09:00:00Z", "until": "2026-11-23T10:00:00Z"}
        assert sorted(await told(workspace, **between)) == ["orders.list"]
        assert list(await told(workspace, by="hour")) == ["2026-11-23T09:00Z", "2026-11-23T10:00Z"]


async def test_a_workspace_sees_its_own_use_alone(workspace: MadeWorkspace, platform: Platform):
    other = await make_workspace(platform)
    api_use_of(platform).note(somebody(other), "orders.get", 200, 1.0)

    assert await told(workspace) == {}
    assert await told(other) == {"orders.get": (1, 0)}


async def test_it_needs_its_permission(workspace: MadeWorkspace, platform: Platform):
    reader = Principal(Actor.KEY, "test", frozenset({Permission.WORKSPACE_READ}))

    with pytest.raises(PermissionMissing):
        await execute_as(platform, reader, workspace.id, api, {})


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-23T09:00:00Z", "2026-11-23T09:59:00Z"), ("2026-01-01T00:00:00Z", "2026-11-23T09:00:00Z")],
)
async def test_a_time_that_cannot_be_told_is_refused(workspace: MadeWorkspace, since: str, until: str):
    with pytest.raises(RuleBroken):
        await told(workspace, since=since, until=until)


# -- kept --------------------------------------------------------------------------------------------------------------


async def test_what_cannot_be_written_is_kept_for_the_next_time(
    workspace: MadeWorkspace, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    use = api_use_of(platform)
    use.note(somebody(workspace), "orders.get", 200, 1.0)
    with monkeypatch.context() as broken:
        broken.setattr(gathering, "_WRITE", "SELECT 1 / 0")
        with pytest.raises(Exception, match="division"):
            await use.write()
    use.note(somebody(workspace), "orders.get", 200, 1.0)

    assert await told(workspace) == {"orders.get": (2, 0)}


async def test_the_end_waits_for_what_is_being_written(
    workspace: MadeWorkspace,
    platform: Platform,
    database_urls: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(gathering, "WRITE_EVERY_S", 0.0)
    use = api_use_of(platform)
    async with await AsyncConnection.connect(libpq_url(database_urls.owner)) as owner:
        await owner.execute("LOCK TABLE api_use")
        use.note(somebody(workspace), "orders.get", 200, 1.0)

        async def is_held_up() -> bool:
            found = await owner.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return (await found.fetchone()) == (1,)

        await until(is_held_up)
        ending = asyncio.create_task(use.close())
        done, _ = await asyncio.wait({ending}, timeout=0.2)
        assert not done
    await ending

    assert await told(workspace) == {"orders.get": (1, 0)}


async def test_a_workspace_that_is_gone_holds_up_nobody(workspace: MadeWorkspace, platform: Platform):
    gone = no_workspace(workspace)
    api_use_of(platform).note(somebody(gone), "orders.get", 200, 1.0)
    api_use_of(platform).note(somebody(workspace), "orders.get", 200, 1.0)

    assert await told(workspace) == {"orders.get": (1, 0)}


def no_workspace(workspace: MadeWorkspace) -> MadeWorkspace:
    return MadeWorkspace(workspace.platform, WorkspaceId(uuid4()))


async def test_there_is_never_too_much_to_be_written(
    workspace: MadeWorkspace, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gathering, "MOST_GATHERED", 2)
    for key in ("a", "b", "c", "a"):
        api_use_of(platform).note(somebody(workspace, key), "orders.get", 200, 1.0)

    assert await told(workspace, by="key") == {"a": (2, 0), "b": (1, 0)}


async def test_it_is_forgotten_after_ninety_days(workspace: MadeWorkspace, platform: Platform):
    for days in (89, 91):
        with time_machine.travel(AT - timedelta(days=days), tick=False):
            api_use_of(platform).note(somebody(workspace), "orders.get", 200, 1.0)
    await api_use_of(platform).write()

    with time_machine.travel(AT, tick=False):
        assert await forget(platform, OLD_USE) == 1
    async with system_scope(platform, "test") as scope:
        left = list(await scope.session.scalars(text("SELECT hour FROM api_use")))
    assert left == [(AT - timedelta(days=89)).replace(minute=0)]
