from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import structlog
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from msgspec.structs import replace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select, text

from printvision.accounts import Permission
from printvision.accounts.keys import make_key
from printvision.api.execution import execute_as
from printvision.entitlements import NotInTier
from printvision.platform.errors import InvalidInput, NotFound
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, PermissionMissing, Principal, system_scope
from printvision.platform.telemetry import listen, render_metrics
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.operations import get, update
from printvision.workspaces.schemas import GetWorkspace, UpdateWorkspace
from tests.api.echo import forecast, rename_and_fail, say
from tests.api.limits import limited
from tests.factories.workspaces import OWNER, MadeWorkspace, make_workspace

THING = "019a0000-0000-7000-8000-000000000001"


def refused(reply: Response, status: int, code: str, **members: object) -> None:
    document = reply.json()
    assert (reply.status_code, document["code"]) == (status, code), reply.text
    assert {name: document.get(name) for name in members} == members


async def names(platform: Platform) -> list[str]:
    async with system_scope(platform, "test") as scope:
        return list(await scope.session.scalars(select(WorkspaceRow.name).order_by(WorkspaceRow.id)))


async def test_a_call_without_a_key_is_asked_for_one(anybody: AsyncClient):
    reply = await anybody.get("/api/v1/workspace")

    refused(reply, 401, "access/key-missing")
    assert reply.headers["www-authenticate"] == 'Bearer realm="PrintVision"'


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "pv_x", "Token pv_x"])
async def test_what_is_no_bearer_counts_as_no_key(anybody: AsyncClient, header: str):
    refused(
        await anybody.get("/api/v1/workspace", headers={"authorization": header}), 401, "access/key-missing"
    )


@pytest.mark.parametrize(
    "key", ["pv_x", make_key().text.reveal(), "x" * 8000], ids=["short", "unknown", "long"]
)
async def test_a_bad_key_is_refused_without_saying_why(anybody: AsyncClient, key: str):
    reply = await anybody.get("/api/v1/workspace", headers={"authorization": f"Bearer {key}"})

    refused(reply, 401, "access/bad-key", detail=None)
    assert reply.headers["www-authenticate"] == 'Bearer realm="PrintVision", error="invalid_token"'


async def test_a_key_sees_its_own_workspace(client: AsyncClient, workspace: MadeWorkspace):
    await make_workspace(workspace.platform)

    reply = await client.get("/api/v1/workspace")

    assert reply.status_code == 200
    assert reply.json()["id"] == str(workspace.id)


async def test_a_key_changes_its_own_workspace_alone(client: AsyncClient, platform: Platform):
    await make_workspace(platform)

    reply = await client.patch("/api/v1/workspace", json={"name": "Mine", "send_window_minutes": 5})

    assert (reply.json()["name"], reply.json()["send_window_minutes"]) == ("Mine", 5)
    assert await names(platform) == ["Mine", "Test workspace"]


async def test_a_missing_permission_is_named_and_changes_nothing(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    key = await workspace.key(Permission.WORKSPACE_READ)

    reply = await anybody.patch(
        "/api/v1/workspace", json={"name": "Mine"}, headers={"authorization": f"Bearer {key.reveal()}"}
    )

    refused(reply, 403, "access/permission-missing", permission="workspaces:workspace:manage")
    assert await names(platform) == ["Test workspace"]


async def test_permission_is_decided_before_the_input_is_read(anybody: AsyncClient, workspace: MadeWorkspace):
    headers = {"authorization": f"Bearer {(await workspace.key(Permission.WORKSPACE_READ)).reveal()}"}

    reply = await anybody.post(f"/api/v1/echo/{THING}", content=b"{", headers=headers)

    refused(reply, 403, "access/permission-missing")


async def test_a_feature_above_the_tier_is_refused_with_what_has_it(anybody: AsyncClient, platform: Platform):
    free = await make_workspace(platform, tier=Tier.FREE)
    headers = {"authorization": f"Bearer {(await free.key()).reveal()}"}

    refused(
        await anybody.get("/api/v1/forecast", headers=headers),
        402,
        "entitlements/not-in-tier",
        feature="forecasts",
        cheapest_tier="pro",
    )


async def test_a_feature_within_the_tier_is_served(anybody: AsyncClient, platform: Platform):
    pro = await make_workspace(platform, tier=Tier.PRO)
    headers = {"authorization": f"Bearer {(await pro.key()).reveal()}"}

    assert (await anybody.get("/api/v1/forecast", headers=headers)).status_code == 200


async def test_a_public_call_needs_no_key(anybody: AsyncClient):
    assert (await anybody.get("/api/v1/hello")).json() == {}


async def test_what_failed_has_changed_nothing(client: AsyncClient, platform: Platform):
    reply = await client.post("/api/v1/echo/rename-and-fail")

    refused(reply, 404, "not-found", kind="thing", id="1")
    assert await names(platform) == ["Test workspace"]
    assert "kept inside" not in reply.text


@pytest.mark.parametrize("kind", ["too-long", "undeclared"])
async def test_an_answer_that_is_not_what_is_declared_is_a_bug_and_has_changed_nothing(
    client: AsyncClient, platform: Platform, kind: str
):
    reply = await client.post("/api/v1/echo/rename-and-lie", json={"kind": kind})

    refused(reply, 500, "internal")
    assert await names(platform) == ["Test workspace"]


async def test_answers_are_held_against_their_schemas_only_where_asked(
    client: AsyncClient, platform: Platform
):
    platform.settings = replace(platform.settings, validate_responses=False)

    reply = await client.post("/api/v1/echo/rename-and-lie", json={"kind": "too-long"})

    assert (reply.status_code, reply.json()) == (200, {"letter": "ab"})


async def test_a_statement_past_its_limit_is_a_busy_database(client: AsyncClient):
    reply = await client.get("/api/v1/echo/lock")

    refused(reply, 503, "database/busy")
    assert reply.headers["retry-after"] == "5"


# -- inside the process --------------------------------------------------------------------------------------


async def test_a_command_runs_an_operation_by_its_struct_or_by_its_members(workspace: MadeWorkspace):
    platform = workspace.platform

    await execute_as(platform, OWNER, workspace.id, update, UpdateWorkspace(name="By struct"))
    renamed = await execute_as(platform, OWNER, workspace.id, get, GetWorkspace())
    assert renamed.name == "By struct"
    view = await execute_as(platform, OWNER, workspace.id, "workspaces.update", {"name": "By members"})
    assert view.name == "By members"


async def test_a_command_is_checked_like_anybody_after_sign_in(workspace: MadeWorkspace, platform: Platform):
    nobody = Principal(Actor.KEY, "test", frozenset())
    free = await make_workspace(platform, tier=Tier.FREE)

    with pytest.raises(PermissionMissing):
        await execute_as(platform, nobody, workspace.id, update, {"name": "Mine"})
    with pytest.raises(InvalidInput):
        await execute_as(platform, OWNER, workspace.id, update, UpdateWorkspace(name="x" * 101))
    with pytest.raises(InvalidInput):
        await execute_as(platform, OWNER, workspace.id, say, {"thing_id": 5, "count": 1})
    with pytest.raises(NotInTier):
        await execute_as(platform, OWNER, free.id, forecast, {})
    with pytest.raises(NotFound):
        await execute_as(platform, OWNER, WorkspaceId(uuid4()), get, {})
    assert await names(platform) == ["Test workspace", "Test workspace"]


# -- what is told --------------------------------------------------------------------------------------------


async def test_a_call_is_counted_with_its_outcome(client: AsyncClient, anybody: AsyncClient):
    def count(outcome: str) -> float:
        label = f'printvision_operations_total{{feature="workspaces",operation="workspaces.get",outcome="{outcome}"}} '
        lines = render_metrics()[0].decode().splitlines()
        return sum(float(line.removeprefix(label)) for line in lines if line.startswith(label))

    before = count("ok"), count("access/key-missing")
    await client.get("/api/v1/workspace")
    del client.headers["authorization"]
    await anybody.get("/api/v1/workspace")

    assert (count("ok"), count("access/key-missing")) == (before[0] + 1, before[1] + 1)


async def test_a_call_is_one_span_inside_its_request(client: AsyncClient):
    exporter = InMemorySpanExporter()
    listen(SimpleSpanProcessor(exporter))

    await client.get("/api/v1/workspace", headers={"x-request-id": "traced-by-a-test"})

    spans = {span.name: span for span in exporter.get_finished_spans()}
    request, operation = spans["request"], spans["operation"]
    assert dict(request.attributes or {})["http.response.status_code"] == 200
    assert dict(operation.attributes or {}) == {"operation": "workspaces.get", "feature": "workspaces"}
    assert operation.parent is not None
    assert request.context is not None
    assert operation.parent.span_id == request.context.span_id


async def test_an_audited_call_is_written_down_with_who_and_how_it_ended(workspace: MadeWorkspace):
    platform, ends = workspace.platform, []
    nobody = Principal(Actor.KEY, "k1", frozenset())

    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        await execute_as(platform, OWNER, workspace.id, update, {"name": "Mine"})
        with pytest.raises(NotFound):
            await execute_as(platform, OWNER, workspace.id, rename_and_fail, {})
        with pytest.raises(PermissionMissing):
            await execute_as(platform, nobody, workspace.id, update, {"name": "Not mine"})
        await execute_as(platform, OWNER, workspace.id, get, {})

    ends = [
        (line["operation"], line["principal"], line["workspace_id"], line["outcome"])
        for line in logs
        if line["event"] == "operation.audited"
    ]
    assert ends == [
        ("workspaces.update", "operator:test", str(workspace.id), "ok"),
        ("echo.rename_and_fail", "operator:test", str(workspace.id), "not-found"),
        ("workspaces.update", "key:k1", str(workspace.id), "access/permission-missing"),
    ]


async def test_no_log_line_holds_the_key(
    client: AsyncClient, workspace: MadeWorkspace, caplog: pytest.LogCaptureFixture
):
    logs: list[Any]
    with structlog.testing.capture_logs() as logs:
        await client.patch("/api/v1/workspace", json={"name": "Jo Doe"})

    assert [line["event"] for line in logs] == ["operation.audited", "request.answered"]
    assert client.headers["authorization"].removeprefix("Bearer ") not in str(logs)
    assert "Jo Doe" not in str(logs)


async def test_the_policies_hold_where_a_statement_forgets_the_workspace(
    workspace: MadeWorkspace, platform: Platform
):
    await make_workspace(platform)

    async with workspace.scope() as scope:
        changed = await scope.session.execute(text("UPDATE workspaces SET name = 'All' RETURNING id"))

        assert [row.id for row in changed] == [workspace.id]


# -- how often -----------------------------------------------------------------------------------------------


async def test_a_spent_budget_is_refused_before_anything_else(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    limited(platform, key=2)
    other = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}

    for _ in range(2):
        assert (await client.get("/api/v1/workspace")).status_code == 200
    reply = await client.post("/api/v1/echo/nonsense", content=b"{")

    refused(reply, 429, "access/too-many-requests", retry_after_s=30)
    assert reply.headers["retry-after"] == "30"
    assert (await client.get("/api/v1/workspace", headers=other)).status_code == 200


async def test_a_dear_call_takes_its_cost_from_the_budget(client: AsyncClient, platform: Platform):
    limited(platform, key=10, workspace=20)

    left = [(await client.get("/api/v1/echo/dear")).headers["ratelimit"] for _ in range(2)]
    reply = await client.get("/api/v1/hello")

    assert left == ['"key";r=5;t=30, "workspace";r=15;t=15', '"key";r=0;t=60, "workspace";r=10;t=30']
    refused(reply, 429, "access/too-many-requests", retry_after_s=6)


async def test_calls_without_a_key_share_the_budget_of_their_address(app: Litestar, platform: Platform):
    limited(platform, address=1)

    async def hello(address: str, key: str) -> int:
        transport = ASGITransport(app, client=(address, 1))
        async with AsyncClient(transport=transport, base_url="http://x") as client:
            reply = await client.get("/api/v1/hello", headers={"authorization": f"Bearer {key}"})
            return reply.status_code

    assert await hello("192.0.2.1", "") == 200
    assert await hello("192.0.2.1", "pv_mistyped") == 429
    assert await hello("192.0.2.2", "pv_mistyped") == 200
