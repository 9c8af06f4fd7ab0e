"""Tokens are renewed by one at a time, never burnt by two, and what a crash leaves behind ends well or with
a person."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import time_machine
from sqlalchemy import select, text

from printvision.oauth import Tokens
from printvision.platform import clock
from printvision.platform.events import EventRow
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings, environment
from printvision.providers import open_adapter, resume_connection
from printvision.providers.grants import (
    AGAIN_AFTER,
    Grant,
    Whose,
    keep_tokens,
    open_tokens,
    read_tokens,
)
from printvision.providers.models import ConnectionRow
from printvision.providers.pool import pool_of
from printvision.providers.queries import get_connection
from printvision.providers.sdk import ProviderNeedsAttention
from printvision.providers.service import DISCONNECTED, disconnect_connection
from printvision.providers.simulators.granting import TokenEvent
from tests.factories.workspaces import MadeWorkspace
from tests.oauth.granting import Person, Provider, granting

ROUNDS = 50
NOTHING = "found None"


@pytest.fixture
async def provider(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncGenerator[Provider]:
    """Whose access tokens are always about to end, if not another life is asked for, in seconds."""
    lasts = getattr(request, "param", 30.0)
    async with granting(tmp_path / "printful", oauth_access_s=lasts) as provider:
        yield provider


@pytest.fixture
async def connection_id(owner: Person, provider: Provider) -> UUID:
    made = await owner.finish(await provider.allow(await owner.begun(live=True)))
    return UUID(made.json()["id"])


async def call(platform: Platform, workspace: MadeWorkspace, connection_id: UUID) -> str:
    async with open_adapter(platform, workspace.id, connection_id) as adapter:
        return f"found {await adapter.find('a' * 32)}"


async def row_of(workspace: MadeWorkspace, connection_id: UUID) -> ConnectionRow:
    async with workspace.scope() as scope:
        query = select(ConnectionRow).where(ConnectionRow.id == connection_id)
        return (await scope.session.execute(query)).scalar_one()


@asynccontextmanager
async def process(settings: Settings, *words: str) -> AsyncGenerator[Process]:
    known = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.oauth.renewer",
        *words,
        stdin=PIPE,
        stdout=PIPE,
        env=known | environment(settings),
        cwd=Path(__file__).parents[2],
    )
    try:
        yield started
    finally:
        assert started.stdin is not None
        started.stdin.close()
        await asyncio.wait_for(started.wait(), 30)


async def told(process: Process) -> str:
    """Tell it to go on, and hear what it says."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    await process.stdin.drain()
    return (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()


async def test_two_processes_that_race_fifty_times_use_every_refresh_token_once(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    async with AsyncExitStack() as stack:
        two = [
            await stack.enter_async_context(
                process(registered.settings, str(workspace.id), str(connection_id))
            )
            for _ in range(2)
        ]
        for _ in range(ROUNDS):
            assert [await told(each) for each in two] == ["ready"] * 2
            assert await asyncio.gather(*(told(each) for each in two)) == [NOTHING] * 2

    used = await provider.tokens(TokenEvent.USED)
    assert len(used) == ROUNDS
    assert set(Counter(used).values()) == {1}
    assert await provider.tokens(TokenEvent.REFUSED) == []


# A token that is about to end again would be renewed again, by whoever comes a moment later.
@pytest.mark.parametrize("provider", [3600.0], indirect=True)
async def test_twenty_callers_of_one_process_renew_once(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    with time_machine.travel(clock.now() + timedelta(seconds=3590), tick=True):
        async with open_adapter(registered, workspace.id, connection_id) as adapter:
            found = await asyncio.gather(*(adapter.find("a" * 32) for _ in range(20)))

    assert found == [None] * 20
    assert len(await provider.tokens(TokenEvent.USED)) == 1
    assert await provider.tokens(TokenEvent.REFUSED) == []


async def test_what_the_provider_ends_is_seen_and_told_and_the_connection_waits_for_a_person(
    registered: Platform, workspace: MadeWorkspace, owner: Person, provider: Provider, connection_id: UUID
):
    await provider.revoke()

    with pytest.raises(ProviderNeedsAttention, match="sign in there again"):
        await call(registered, workspace, connection_id)
    with pytest.raises(ProviderNeedsAttention):
        await call(registered, workspace, connection_id)

    assert len(await provider.tokens(TokenEvent.REFUSED)) == 1  # not asked again and again
    row = await row_of(workspace, connection_id)
    assert (row.state, row.tokens, row.renewing_since) == ("signed_out", None, None)
    async with system_scope(registered, "test") as scope:
        kinds = (await scope.session.execute(select(EventRow.kind))).scalars().all()
    assert kinds.count("providers.connection_signed_out") == 1

    made = await owner.finish(await provider.allow(await owner.begun(connection_id=str(connection_id))))
    assert (made.json()["active"], made.json()["signed_out"]) == (True, False)
    assert await call(registered, workspace, connection_id) == NOTHING


async def test_after_a_crash_before_the_call_the_token_is_tried_once_more_and_holds(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    await begin_and_die(registered, connection_id)

    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=True):
        assert await call(registered, workspace, connection_id) == NOTHING

    assert len(await provider.tokens(TokenEvent.USED)) == 1
    assert (await row_of(workspace, connection_id)).renewing_since is None


async def test_after_a_crash_between_their_answer_and_our_commit_somebody_signs_in_again(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    before = (await row_of(workspace, connection_id)).tokens
    await call(registered, workspace, connection_id)
    async with system_scope(registered, "test") as scope:  # as if what they answered had not been kept
        await scope.session.execute(
            text("UPDATE connections SET tokens = :before WHERE id = :id"),
            {"before": before, "id": connection_id},
        )
    await begin_and_die(registered, connection_id)

    with (
        time_machine.travel(clock.now() + timedelta(seconds=31), tick=True),
        pytest.raises(ProviderNeedsAttention),
    ):
        await call(registered, workspace, connection_id)

    assert (await row_of(workspace, connection_id)).state == "signed_out"
    assert len(await provider.tokens(TokenEvent.REFUSED)) == 1


async def test_while_another_may_still_be_at_it_its_token_is_left_alone(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    await begin_and_die(registered, connection_id)

    assert await call(registered, workspace, connection_id) == NOTHING  # the access token still holds

    assert await provider.tokens(TokenEvent.USED, TokenEvent.REFUSED) == []


async def begin_and_die(platform: Platform, connection_id: UUID) -> None:
    """As a process leaves it that dies after it wrote down that it is about to renew."""
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE connections SET renewing_since = :now WHERE id = :id"),
            {"now": clock.now(), "id": connection_id},
        )


async def test_what_is_disconnected_here_stays_so_though_a_renewal_was_under_way(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    async def disconnected_meanwhile(tokens: Tokens) -> Tokens:
        async with workspace.scope() as scope:
            await disconnect_connection(scope, connection_id)
        return msgspec.structs.replace(tokens, access=Secret("fresh"))

    row = await row_of(workspace, connection_id)
    assert row.tokens is not None
    stale = open_tokens(registered, workspace.id, connection_id, row.tokens)
    whose = Whose(workspace.id, connection_id, "printful")

    await Grant(pool_of(registered).renewals, whose, stale).renew(stale, disconnected_meanwhile)
    async with workspace.scope() as scope:
        await resume_connection(scope, connection_id)  # as a test does that was under way

    row = await row_of(workspace, connection_id)
    assert (row.state, row.state_detail, row.tokens) == ("signed_out", DISCONNECTED, None)
    with pytest.raises(ProviderNeedsAttention, match=DISCONNECTED):
        await call(registered, workspace, connection_id)


async def test_an_answer_that_is_lost_is_no_reason_to_ask_at_once_again(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    lost = {"server_error": {"share": 1.0, "operations": ["oauth.token"]}}
    assert (await provider.client.patch("/_simulator/faults", json=lost)).status_code == 200

    assert (
        await call(registered, workspace, connection_id) == NOTHING
    )  # by the access token, which still holds
    assert await call(registered, workspace, connection_id) == NOTHING
    assert (await provider.client.get("/_simulator/health")).json()["faults"] == {"server_error": 1}
    assert (await row_of(workspace, connection_id)).state == "active"

    await provider.client.patch("/_simulator/faults", json={"server_error": {"share": 0.0}})
    with time_machine.travel(clock.now() + AGAIN_AFTER, tick=True):
        assert await call(registered, workspace, connection_id) == NOTHING
    assert len(await provider.tokens(TokenEvent.USED)) == 1


async def test_an_access_token_that_is_refused_is_renewed_once_and_the_call_made_again(
    registered: Platform, workspace: MadeWorkspace, provider: Provider, connection_id: UUID
):
    async with workspace.scope() as scope:
        row = await get_connection(scope, connection_id, for_update=True)
        known = read_tokens(scope, row)
        end = clock.now() + timedelta(hours=1)
        keep_tokens(scope, row, Tokens(access=Secret("ended"), refresh=known.refresh, expires_at=end))

    assert await call(registered, workspace, connection_id) == NOTHING

    used = await provider.tokens(TokenEvent.USED)
    assert set(Counter(used).values()) == {1}
    assert await provider.tokens(TokenEvent.REFUSED) == []
