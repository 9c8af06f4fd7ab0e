from __future__ import annotations

import asyncio
import platform as interpreter
import re
from typing import Any

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from msgspec.structs import replace

from printvision import __version__
from printvision.api import readiness
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Database, libpq_url
from printvision.platform.migrations import revisions
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.settings import MetricsSettings


def change(url: str, statement: str) -> None:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def worker_seen(urls: DatabaseUrls, seconds_ago: int) -> None:
    change(
        urls.system,
        "INSERT INTO executors (executor_id, host, pid, started_at, seen_at)"
        f" VALUES ('one', 'here', 1, now(), now() - interval '{seconds_ago} s')",
    )


async def test_a_live_process_says_so(anybody: AsyncClient):
    reply = await anybody.get("/healthz")

    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})


async def test_with_database_shape_and_worker_it_is_ready(anybody: AsyncClient, database_urls: DatabaseUrls):
    worker_seen(database_urls, 2)

    reply = await anybody.get("/readyz")

    assert reply.status_code == 200
    found = reply.json()
    assert 2 <= found.pop("worker_seen_s") < 60
    assert found == {"status": "ok", "schema": revisions().head, "oldest_due_s": 0.0}


async def test_it_tells_how_long_the_oldest_due_run_has_waited(
    anybody: AsyncClient, database_urls: DatabaseUrls
):
    worker_seen(database_urls, 2)
    for run, created_s, due_s in (("late", 500, 90), ("later", 40, None), ("not yet", 900, -600)):
        due = "NULL" if due_s is None else f"(extract(epoch FROM now()) - {due_s}) * 1000"
        change(
            database_urls.owner,
            "INSERT INTO dbos.workflow_status (workflow_uuid, status, queue_name, priority, created_at,"
            " delay_until_epoch_ms)"
            f" VALUES ('{run}', '{'ENQUEUED' if run != 'not yet' else 'DELAYED'}', 'orders', 0,"
            f" (extract(epoch FROM now()) - {created_s}) * 1000, {due})",
        )

    assert 90 <= (await anybody.get("/readyz")).json()["oldest_due_s"] < 150


async def test_without_a_database_it_lives_but_is_not_ready(
    anybody: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    def unreachable(*_: Any, **__: Any) -> None:
        raise ConnectionError("host=db.internal user=printvision")

    monkeypatch.setattr(Database, "of_system", unreachable)

    alive, ready = await anybody.get("/healthz"), await anybody.get("/readyz")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()["code"]) == (503, "health/not-ready")
    assert ready.json()["wrong"] == ["The database cannot be reached"]
    assert "db.internal" not in ready.text


async def test_a_silent_database_holds_nobody_up(anybody: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    async def silent(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(readiness, "run", silent)
    monkeypatch.setattr(readiness, "LOOK_LIMIT_S", 0.05)

    async with asyncio.timeout(5):
        reply = await anybody.get("/readyz")

    assert reply.json()["wrong"] == ["The database does not answer within 0.05 s"]


async def test_an_older_shape_is_not_ready_and_says_what_to_do(
    anybody: AsyncClient, database_urls: DatabaseUrls
):
    worker_seen(database_urls, 2)
    change(database_urls.owner, "UPDATE alembic_version SET version_num = '0001'")

    reply = await anybody.get("/readyz")

    assert reply.status_code == 503
    assert reply.json()["wrong"] == [
        f"The database is at 0001 and this build wants {revisions().head}: run `printvision migrate`"
    ]


async def test_a_shape_of_a_newer_build_is_served_on(anybody: AsyncClient, database_urls: DatabaseUrls):
    worker_seen(database_urls, 2)
    change(database_urls.owner, "UPDATE alembic_version SET version_num = '9999'")

    assert (await anybody.get("/readyz")).json()["schema"] == "9999"


async def test_where_nothing_says_which_shape_it_is_it_is_not_ready(
    anybody: AsyncClient, database_urls: DatabaseUrls
):
    worker_seen(database_urls, 2)
    change(database_urls.owner, "DROP TABLE alembic_version")

    assert (await anybody.get("/readyz")).json()["wrong"] == [
        "The database has not this build's shape: run `printvision migrate`"
    ]


async def test_without_a_worker_it_is_not_ready(anybody: AsyncClient):
    assert (await anybody.get("/readyz")).json()["wrong"] == [
        "No worker runs: nothing that is due is carried out"
    ]


async def test_with_a_worker_that_fell_silent_it_is_not_ready(
    anybody: AsyncClient, database_urls: DatabaseUrls
):
    worker_seen(database_urls, 600)

    (wrong,) = (await anybody.get("/readyz")).json()["wrong"]

    assert re.fullmatch(r"No worker has been heard of for 6\d\d s: nothing that is due is carried out", wrong)


async def test_many_who_ask_are_one_look(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    looks = 0

    async def counted(_: Platform) -> list[str]:
        nonlocal looks
        looks += 1
        return ["x"]

    monkeypatch.setattr(readiness, "_look", counted)
    looking = readiness.Readiness()

    asked = await asyncio.gather(*(looking.require(platform) for _ in range(20)), return_exceptions=True)

    assert {type(each) for each in asked} == {readiness.NotReady}
    assert looks == 1


async def test_it_says_which_build_it_is(anybody: AsyncClient):
    reply = await anybody.get("/version")

    found = reply.json()
    assert re.fullmatch(r"[0-9a-f]{40}", found.pop("commit") or "0" * 40)
    assert found == {
        "version": __version__,
        "schema": revisions().head,
        "python": interpreter.python_version(),
    }


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


async def test_with_a_key_figures_are_for_those_who_have_it_wherever_they_are(
    app: Litestar, platform: Platform
):
    metrics = MetricsSettings(key=Secret("hush-hush"))
    platform.settings = replace(platform.settings, metrics=metrics)
    for address in ("203.0.113.5", "127.0.0.1"):
        transport = ASGITransport(app, client=(address, 40_000))
        async with AsyncClient(transport=transport, base_url="http://x") as client:
            asked = [
                (await client.get("/metrics", headers=headers)).status_code
                for headers in (
                    {"authorization": "Bearer hush-hush", "x-forwarded-for": "203.0.113.5"},
                    {"authorization": "Bearer hush"},
                    {"authorization": "hush-hush"},
                    {},
                )
            ]
        assert asked == [200, 404, 404, 404]
