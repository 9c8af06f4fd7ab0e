"""Pages of the origins that a workspace allows read the answers to its keys, and no others."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from msgspec.structs import replace

from printvision.accounts import revoke_key
from printvision.api import cors
from printvision.api.application import make_application
from printvision.api.cors import Cors
from printvision.api.signing_in import Known
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.workspaces import operations as workspaces
from tests.api.conftest import opener, running
from tests.api.echo import OPERATIONS
from tests.factories.workspaces import MadeWorkspace, make_workspace

A, B, LISTED = "https://a.example.com", "http://localhost:5173", "https://operator.example.com"
REST, TRPC, STREAMED = "/api/v1/workspace", "/trpc/workspaces.get", "/trpc/workspaces.get?batch=1"


@dataclass
class Vendor:
    """Somebody with a key to a workspace of their own."""

    client: AsyncClient
    workspace: MadeWorkspace
    key: str

    async def get(self, path: str, origin: str, **headers: str) -> Response:
        sent = {"authorization": f"Bearer {self.key}", "origin": origin} | headers
        return await self.client.get(path, headers=sent)

    async def allow(self, *origins: Any, **headers: str) -> Response:
        sent = {"authorization": f"Bearer {self.key}"} | headers
        return await self.client.patch(REST, json={"cors_origins": origins}, headers=sent)

    async def allowed(self) -> list[str]:
        reply = await self.client.get(REST, headers={"authorization": f"Bearer {self.key}"})
        return reply.json()["cors_origins"]


@pytest.fixture
async def client(
    settings: Settings, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[AsyncClient]:
    """Somebody before an application whose operator lists one origin, and which looks anew for every request."""
    monkeypatch.setattr(cors, "KEPT_S", 0.0)
    there = replace(settings, server=replace(settings.server, cors_origins=LISTED))
    app = make_application(there, [*OPERATIONS, workspaces.get, workspaces.update], opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        yield client


@pytest.fixture
async def vendors(client: AsyncClient, platform: Platform) -> list[Vendor]:
    """Two, of whom the first allows `A` and the second `B`."""
    made: list[Vendor] = []
    for origin in (A, B):
        workspace = await make_workspace(platform)
        vendor = Vendor(client, workspace, (await workspace.key()).reveal())
        assert (await vendor.allow(origin)).json()["cors_origins"] == [origin]
        made.append(vendor)
    return made


async def preflight(client: AsyncClient, origin: str, path: str = REST) -> Response:
    asked = {"origin": origin, "access-control-request-method": "GET"}
    return await client.options(path, headers=asked)


def readable_by(reply: Response) -> str | None:
    assert "origin" in reply.headers["vary"].split(", ")
    assert "access-control-allow-credentials" not in reply.headers
    return reply.headers.get("access-control-allow-origin")


def asks_for_a_stream(path: str) -> dict[str, str]:
    return {"trpc-accept": "application/jsonl"} if path is STREAMED else {}


@pytest.mark.parametrize("path", [REST, TRPC, STREAMED, "/api/v1/echo/break", "/trpc/echo.break"])
async def test_each_origin_reads_its_own_workspaces_answers_alone(vendors: list[Vendor], path: str):
    headers = asks_for_a_stream(path)
    for vendor, own, others in ((vendors[0], A, B), (vendors[1], B, A)):
        assert readable_by(await vendor.get(path, own, **headers)) == own
        assert readable_by(await vendor.get(path, others, **headers)) is None
        assert readable_by(await vendor.get(path, LISTED, **headers)) == LISTED
        assert readable_by(await vendor.get(path, "https://other.example.com", **headers)) is None


async def test_the_first_stream_of_a_key_that_is_not_known_yet_is_readable_too(vendors: list[Vendor]):
    fresh = Vendor(vendors[0].client, vendors[0].workspace, (await vendors[0].workspace.key()).reveal())

    assert readable_by(await fresh.get(STREAMED, A, **asks_for_a_stream(STREAMED))) == A


@pytest.mark.parametrize("path", [REST, TRPC, "/api/v1/hello"])
async def test_without_a_known_key_an_answer_is_for_the_operators_list(vendors: list[Vendor], path: str):
    for headers in ({}, {"authorization": f"Bearer {vendors[0].key[:-1]}"}):
        for origin, reads in ((A, None), (B, None), (LISTED, LISTED)):
            reply = await vendors[0].client.get(path, headers={"origin": origin, **headers})

            assert readable_by(reply) == reads


async def test_a_key_that_is_revoked_opens_no_answer_any_more(
    vendors: list[Vendor], monkeypatch: pytest.MonkeyPatch
):
    vendor, workspace = vendors[0], vendors[0].workspace
    view, key = await workspace.made_key()
    other = Vendor(vendor.client, workspace, key.reveal())
    assert readable_by(await other.get(REST, A)) == A

    async with workspace.scope() as scope:
        await revoke_key(scope, view.id)
    del workspace.platform.extras[Known]  # as after the second for which it is remembered
    reply = await other.get(REST, A)

    assert (reply.status_code, readable_by(reply)) == (401, None)


@pytest.mark.parametrize("path", [REST, TRPC])
async def test_a_preflight_is_answered_for_what_anybody_allows(vendors: list[Vendor], path: str):
    client = vendors[0].client
    for origin in (A, B, LISTED):
        reply = await preflight(client, origin, path)

        assert (reply.status_code, readable_by(reply)) == (204, origin)
        assert "authorization" in reply.headers["access-control-allow-headers"]

    reply = await preflight(client, "https://other.example.com", path)

    assert readable_by(reply) is None
    assert "access-control-allow-methods" not in reply.headers


async def test_what_is_allowed_no_more_is_told_nothing(vendors: list[Vendor]):
    assert (await vendors[0].allow()).json()["cors_origins"] == []

    assert readable_by(await preflight(vendors[0].client, A)) is None
    assert readable_by(await vendors[0].get(REST, A)) is None
    assert readable_by(await vendors[1].get(REST, B)) == B


async def test_it_changes_only_from_the_version_that_was_seen(vendors: list[Vendor]):
    vendor = vendors[0]
    seen = (await vendor.get(REST, A)).headers["etag"]

    first = await vendor.allow(A, B, **{"if-match": seen})
    second = await vendor.allow(**{"if-match": seen})

    assert (first.status_code, first.json()["cors_origins"]) == (200, [A, B])
    assert (second.status_code, second.json()["code"]) == (412, "request/changed-since")
    assert await vendor.allowed() == [A, B]


@pytest.mark.parametrize(
    ("origins", "status"),
    [
        (["*"], 400),
        (["null"], 400),
        (["https://*.example.com"], 400),
        (["https://a.example.com/"], 400),
        (["https://A.example.com"], 400),
        (["https://user@a.example.com"], 400),
        (["https://a.example.com."], 400),
        (["https://münchen.example"], 400),
        (["ftp://a.example.com"], 400),
        (["https://a.example.com\n"], 422),
        (["https://1.2.3"], 400),
        ([f"https://{number}.example.com" for number in range(21)], 400),
        (["https://a.example.com:443"], 422),
        (["http://localhost:80"], 422),
        (["https://a.example.com:65536"], 422),
        (["http://a.example.com"], 422),
        (["http://localhost.example.com"], 422),
        (["http://128.0.0.1"], 422),
        (["https://127.0.0.256"], 422),
        (["https://127.0.0.01"], 422),
        (["https://[0:0::1]"], 422),
        (["https://[:::]"], 422),
        (["https://" + ".".join(["a" * 63] * 4)], 422),
        (["https://b.example.com", "https://b.example.com"], 422),
    ],
)
async def test_what_no_browser_would_send_is_refused_and_changes_nothing(
    vendors: list[Vendor], origins: list[str], status: int
):
    reply = await vendors[0].allow(*origins)

    assert reply.status_code == status
    assert reply.json()["errors"][0]["path"].startswith(("cors_origins", "$.cors_origins"))
    assert await vendors[0].allowed() == [A]


async def test_what_browsers_send_is_taken(vendors: list[Vendor]):
    origins = [
        "https://a.example.com:8443",
        "https://xn--mnchen-3ya.example",
        "https://203.0.113.7",
        "https://[2001:db8::1]:444",
        "http://localhost",
        "http://app.localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        *(f"https://{number}.example.com" for number in range(12)),
    ]

    assert (await vendors[0].allow(*origins)).json()["cors_origins"] == origins
    for origin in origins:
        assert readable_by(await vendors[0].get(REST, origin)) == origin


async def test_a_failing_database_keeps_what_was_read_last(
    vendors: list[Vendor], monkeypatch: pytest.MonkeyPatch
):
    client = vendors[0].client
    assert readable_by(await preflight(client, A)) == A

    async def fail(scope: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(cors, "origins_of_all", fail)

    assert readable_by(await preflight(client, A)) == A


async def test_the_workspaces_are_asked_once_in_a_while_and_only_for_a_page(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    asked: list[object] = []

    async def count(scope: object) -> list[Any]:
        asked.append(scope)
        return []

    monkeypatch.setattr(cors, "origins_of_all", count)
    made = Cors(frozenset([LISTED]))

    for _ in range(3):
        await made.look(platform)

    assert len(asked) == 1
    for origin, path, may in ((A, REST, True), (LISTED, REST, False), ("", REST, False), (A, "/", False)):
        scope: Any = {"headers": [(b"origin", origin.encode())], "path": path}
        assert made.may_allow(scope) is may


async def test_it_is_told_over_trpc_too(vendors: list[Vendor]):
    reply = await vendors[0].client.post(
        "/trpc/workspaces.update",
        content=json.dumps({"cors_origins": [B]}),
        headers={"authorization": f"Bearer {vendors[0].key}", "content-type": "application/json"},
    )

    assert reply.json()["result"]["data"]["cors_origins"] == [B]
    assert readable_by(await vendors[0].get(TRPC, B)) == B
    assert readable_by(await vendors[0].get(TRPC, A)) is None
