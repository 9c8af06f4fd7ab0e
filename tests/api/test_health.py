from __future__ import annotations

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from printvision.api import health
from printvision.platform.db import Database, DatabaseUnavailable
from printvision.platform.runtime import Platform


async def unreachable(self: Database) -> str:
    raise DatabaseUnavailable


async def silent(self: Database) -> str:
    await asyncio.Event().wait()
    return ""


async def test_a_healthy_process_says_so(anybody: AsyncClient):
    reply = await anybody.get("/healthz")

    assert (reply.status_code, reply.json()) == (200, {"status": "ok", "database": "ok"})
    assert (await anybody.get("/readyz")).json() == {"status": "ok"}


async def test_without_a_database_it_lives_but_is_not_ready(
    anybody: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Database, "check", unreachable)

    alive, ready = await anybody.get("/healthz"), await anybody.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "ok", "database": "unreachable"})
    assert (ready.status_code, ready.json()["code"]) == (503, "database/unavailable")


async def test_a_silent_database_holds_nobody_up(anybody: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Database, "check", silent)
    monkeypatch.setattr(health, "LOOK_LIMIT_S", 0.05)

    async with asyncio.timeout(5):
        reply = await anybody.get("/healthz")

    assert reply.json()["database"] == "unreachable"


async def test_many_who_ask_are_one_look(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    looks = 0

    async def counted(self: Database) -> str:
        nonlocal looks
        looks += 1
        return "18"

    monkeypatch.setattr(Database, "check", counted)
    look = health.DatabaseLook()

    assert await asyncio.gather(*(look.answers(platform) for _ in range(20))) == [True] * 20
    assert looks == 1


async def test_figures_are_for_this_machine(anybody: AsyncClient):
    await anybody.get("/api/v1/hello")

    reply = await anybody.get("/metrics")

    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=")
    assert 'printvision_operations_total{feature="echo",operation="echo.hello",outcome="ok"}' in reply.text


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
async def test_figures_are_not_shown_through_a_proxy(anybody: AsyncClient, header: str):
    reply = await anybody.get("/metrics", headers={header: "203.0.113.5"})

    assert (reply.status_code, reply.json()["code"]) == (404, "request/no-such-address")


async def test_figures_are_not_shown_to_another_machine(app: Litestar):
    transport = ASGITransport(app, client=("203.0.113.5", 40_000))
    async with AsyncClient(transport=transport, base_url="http://x") as client:
        assert (await client.get("/metrics")).status_code == 404
