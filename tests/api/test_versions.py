"""A write with If-Match changes only the version that its caller saw."""

from __future__ import annotations

import asyncio
import json

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from printvision.accounts import Permission
from printvision.api.application import make_application
from printvision.api.execution import execute_as
from printvision.api.fields import any_match
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.providers import operations as connections
from tests.api.conftest import opener, running
from tests.factories.workspaces import OWNER, MadeWorkspace
from tests.shared import shared

WORKSPACE = "/api/v1/workspace"


async def rename(client: AsyncClient, name: str, if_match: str, path: str = WORKSPACE) -> Response:
    return await client.patch(path, json={"name": name}, headers={"if-match": if_match})


async def seen(client: AsyncClient, path: str = WORKSPACE) -> tuple[str, str]:
    """The name of a thing and its version."""
    reply = await client.get(path)
    return reply.json()["name"], reply.headers["etag"]


async def test_the_version_that_was_seen_is_changed_and_an_older_one_is_not(client: AsyncClient):
    _, first = await seen(client)

    changed = await rename(client, "One", first)
    late = await rename(client, "Two", first)

    assert (changed.status_code, changed.json()["name"]) == (200, "One")
    assert (late.status_code, late.json()["code"]) == (412, "request/changed-since")
    name, second = await seen(client)
    assert name == "One"
    assert (await rename(client, "Three", f'"other", {second}')).status_code == 200


async def test_of_a_connection_as_well(
    client: AsyncClient, workspace: MadeWorkspace, settings: Settings, platform: Platform
):
    added = {"provider": "printful", "name": "Mine", "credentials": {"token": "t"}}
    made = await execute_as(platform, OWNER, workspace.id, connections.add, added)
    path = f"/api/v1/connections/{made.id}"
    app = make_application(settings, [connections.get, connections.update], opener=opener(platform))

    async with (
        running(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://x", headers=client.headers) as client,
    ):
        name, tag = await seen(client, path)
        refused = await rename(client, "Other", '"other"', path)
        then = await seen(client, path)
        changed = await rename(client, "Other", tag, path)

    assert (refused.status_code, then) == (412, (name, tag))
    assert (changed.status_code, changed.json()["name"]) == (200, "Other")


async def test_of_two_who_saw_the_same_one_changes_it(client: AsyncClient, workspace: MadeWorkspace):
    _, tag = await seen(client)

    async with workspace.scope() as scope:
        # both have come as far as the row before either has it
        await scope.session.execute(text("SELECT 1 FROM workspaces FOR UPDATE"))
        both = [asyncio.create_task(rename(client, name, tag)) for name in ("One", "Two")]
        await until_waiting(workspace, 2)
    replies = await asyncio.gather(*both)

    assert sorted(each.status_code for each in replies) == [200, 412]
    [won] = [each.json()["name"] for each in replies if each.status_code == 200]
    assert (await seen(client))[0] == won


async def until_waiting(workspace: MadeWorkspace, many: int) -> None:
    statement = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database IS NOT DISTINCT FROM database"
    )
    async with asyncio.timeout(20):
        while True:
            async with workspace.scope() as scope:
                if (await scope.session.execute(statement)).scalar_one() >= many:
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("path", ["/api/v1/echo/add", "/api/v1/echo/add-more"])
async def test_what_has_no_versions_matches_none(client: AsyncClient, path: str):
    _, tag = await seen(client)

    reply = await client.post(path, json={"minutes": 1}, headers={"if-match": "*"})

    assert (reply.status_code, reply.json()["code"]) == (412, "request/changed-since")
    assert (await seen(client))[1] == tag


async def test_any_version_is_any(client: AsyncClient):
    assert (await rename(client, "One", "*")).status_code == 200


async def test_who_may_not_read_cannot_compare(client: AsyncClient, workspace: MadeWorkspace):
    _, tag = await seen(client)
    client.headers["authorization"] = f"Bearer {(await workspace.key(Permission.WORKSPACE_MANAGE)).reveal()}"

    reply = await rename(client, "One", tag)

    assert (reply.status_code, reply.json()["permission"]) == (403, Permission.WORKSPACE_READ)


def test_versions_are_compared_as_the_rules_say():
    found = json.loads(shared("vectors/api-conventions/conditional_requests.json").read_text())

    for row in found["etag_comparison"]:
        assert any_match([row["a"]], row["b"]) is row["strong"], row
    for case in (each for each in found["cases"] if "if_match" in each):
        assert any_match([case["if_match"]], case["etag"]) is (case["expect"] == "2xx"), case
