"""Finding the calls that were about something among those that are still kept."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from printvision.platform.runtime import Platform
from printvision.providers import Called, list_calls_about
from printvision.providers.calls import CallLog
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import CallRecord
from printvision.providers.service import add_connection
from tests.factories.workspaces import MadeWorkspace, make_workspace

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REF = "e1b36a68661f9b66c449f9d2f1a7b3fb"


def call(path: str, *, request: str = "", response: str = "") -> CallRecord:
    return CallRecord(
        provider="printful",
        at=AT,
        method="GET",
        path=path,
        template="/orders/{order}",
        attempt=1,
        status=200,
        duration_ms=3.5,
        request=request,
        response=response,
    )


async def recorded(platform: Platform, workspace: MadeWorkspace, *calls: CallRecord) -> UUID:
    """A connection that made these calls."""
    async with workspace.scope() as scope:
        made = await add_connection(
            scope, AddConnection(provider="printful", name="Printful", credentials={"token": "never-called"})
        )
    log = CallLog(platform)
    for each in calls:
        log.put(workspace.id, made.id, each)
    await log.close()
    return made.id


async def test_a_call_is_about_what_its_path_or_its_words_name(platform: Platform, workspace: MadeWorkspace):
    connection_id = await recorded(
        platform,
        workspace,
        call(f"/orders/@{REF}"),
        call("/orders/100000829"),
        call("/orders", request=f'{{"external_id":"{REF}"}}'),
        call("/orders", response=f'[{{"external_id":"{REF}"}}]'),
    )

    async with workspace.scope() as scope:
        about = await list_calls_about(scope, [connection_id], [REF])
        by_id = await list_calls_about(scope, [connection_id], ["100000829", "829"])
        short = await list_calls_about(scope, [connection_id], ["829"])

    assert len(about) == 3
    assert by_id == [
        Called(
            connection_id=connection_id,
            at=AT,
            provider="printful",
            method="GET",
            template="/orders/{order}",
            status=200,
            error=None,
            attempt=1,
            duration_ms=3.5,
        )
    ]
    assert short == []  # it would be in other numbers too


async def test_calls_of_another_workspace_are_not_found(platform: Platform, workspace: MadeWorkspace):
    connection_id = await recorded(platform, workspace, call(f"/orders/@{REF}"))
    other = await make_workspace(platform)

    async with other.scope() as scope:
        assert await list_calls_about(scope, [connection_id], [REF]) == []
