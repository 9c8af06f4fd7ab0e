"""`Prefer: respond-async`: a task makes the call, and whoever asked may wait for it a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from httpx import Response

from printvision.accounts import Permission
from printvision.api.tasks import MAX_WAIT_S, Preference, read_preference
from printvision.platform.engine import Engine
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor
from tests.api.tasks.conftest import TASKS, Desk, order
from tests.waiting import until

ORDERS = "/api/v1/orders"
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'


async def place(
    desk: Desk, prefer: str | None = "respond-async", body: Any = None, **headers: str
) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if prefer is not None:
        given["prefer"] = prefer
    return await desk.client.post(ORDERS, json=order(1) if body is None else body, headers=given)


# -- read --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "wait_s"),
    [
        (["respond-async"], 0),
        (["Respond-Async"], 0),
        (["respond-async, wait=10"], 10),
        (['wait="7" , respond-async;x=y'], 7),
        (["wait=3", "respond-async"], 3),
        (["respond-async", "wait=999999999"], MAX_WAIT_S),
        (["respond-async, wait=-1"], 0),
        (["respond-async, wait=soon"], 0),
        (["respond-async, wait=1, wait=2"], 1),
        (['lenient; a="x, y", respond-async, other="a,b", wait=4'], 4),
    ],
)
def test_it_is_read(lines: list[str], wait_s: int):
    assert read_preference(lines) == Preference(wait_s)


@pytest.mark.parametrize(
    "lines",
    [[], [""], ["wait=10"], ["return=minimal"], ['other="respond-async"'], ["respond async"], [",,;="]],
)
def test_what_is_not_asked_for_is_not_read(lines: list[str]):
    assert read_preference(lines) is None


# -- answered ----------------------------------------------------------------------------------------------------------


async def test_a_task_of_one_item_makes_the_call(desk: Desk):
    reply = await place(desk)

    task = reply.json()
    assert (reply.status_code, task["state"], task["total"]) == (202, "queued", 1)
    assert reply.headers["location"] == f"{TASKS}/{task['id']}"
    assert reply.headers["preference-applied"] == "respond-async"
    assert reply.headers["retry-after"] == "1"
    assert await desk.orders() == []
    assert (await desk.carry(task["id"]))["done"] == 1
    [result] = await desk.results(task["id"])
    assert (result["status"], result["output"]["external_id"]) == (201, "A-1")


async def test_without_the_preference_nothing_changes(desk: Desk):
    replies = [await place(desk, prefer) for prefer in (None, "wait=5", "return=minimal, handling=lenient")]

    assert [reply.status_code for reply in replies] == [201, 201, 201]
    assert all("preference-applied" not in reply.headers for reply in replies)
    assert (await desk.rows())["tasks"] == 0


async def test_what_is_in_the_path_goes_along(desk: Desk):
    placed = (await place(desk, None)).json()

    reply = await desk.client.post(
        f"{ORDERS}/{placed['id']}/hold", json={"reason": "wait"}, headers={"prefer": "respond-async"}
    )
    await desk.carry(reply.json()["id"])

    assert reply.status_code == 202
    shown = (await desk.client.get(f"{ORDERS}/{placed['id']}")).json()["order"]
    assert shown["hold"]["detail"] == "wait"


async def test_a_version_is_compared_when_the_call_is_made(desk: Desk):
    shown = await desk.client.get("/api/v1/workspace")
    headers = {"prefer": "respond-async", "if-match": shown.headers["etag"]}

    reply = await desk.client.patch("/api/v1/workspace", json={"name": "Late"}, headers=headers)
    await desk.client.patch("/api/v1/workspace", json={"name": "Meanwhile"})
    await desk.carry(reply.json()["id"])

    [result] = await desk.results(reply.json()["id"])
    assert (reply.status_code, result["status"], result["problem"]["status"]) == (202, 412, 412)
    assert (await desk.client.get("/api/v1/workspace")).json()["name"] == "Meanwhile"


async def test_what_does_not_fit_is_refused_at_once(desk: Desk):
    reply = await place(desk, body={"external_id": "A-1"})

    assert (reply.status_code, reply.json()["code"]) == (400, "invalid-input")
    assert await desk.rows() == {"tasks": 0, "task_items": 0, "runs": 0}


async def test_reads_uploads_and_tasks_themselves_are_answered_as_usual(desk: Desk):
    prefer = {"prefer": "respond-async"}
    task = await desk.start([order(1)])

    read = await desk.client.get(ORDERS, headers=prefer)
    cancelled = await desk.client.post(f"{TASKS}/{task['id']}/cancel", json={}, headers=prefer)

    assert (read.status_code, cancelled.status_code) == (200, 200)
    assert (await desk.rows())["tasks"] == 1


async def test_who_may_not_watch_tasks_is_answered_as_usual(desk: Desk):
    await desk.give(Permission.ORDERS_CREATE)

    reply = await place(desk)

    assert (reply.status_code, reply.json()["external_id"]) == (201, "A-1")
    assert (await desk.rows())["tasks"] == 0


async def test_who_may_not_make_the_call_is_refused_at_once(desk: Desk):
    await desk.give(Permission.TASKS_READ, Permission.TASKS_MANAGE)

    reply = await place(desk)

    assert (reply.status_code, reply.json()["permission"]) == (403, Permission.ORDERS_CREATE)
    assert (await desk.rows())["tasks"] == 0


async def test_the_same_key_is_the_same_task(desk: Desk):
    first = await place(desk, idempotency_key=KEY)
    again = await place(desk, idempotency_key=KEY)
    without = await place(desk, None, idempotency_key=KEY)
    other = await place(desk, body=order(2), idempotency_key=KEY)
    await desk.carry(first.json()["id"])
    later = await place(desk, "respond-async, wait=1", idempotency_key=KEY)

    assert [each.status_code for each in (first, again, without, other)] == [202, 202, 202, 422]
    assert again.json() == without.json() == first.json()
    assert again.headers["location"] == without.headers["location"] == first.headers["location"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (later.status_code, later.json()["external_id"]) == (201, "A-1")
    assert ((await desk.rows())["tasks"], await desk.orders()) == (1, ["A-1"])


async def test_a_key_of_a_task_is_no_answer_over_trpc(desk: Desk):
    task = (await place(desk, idempotency_key=KEY)).json()

    reply = await desk.client.post("/trpc/orders.create", json=order(1), headers={"idempotency-key": KEY})

    problem = reply.json()["error"]["data"]["problem"]
    assert (reply.status_code, problem["code"]) == (409, "idempotency/made-by-task")
    assert problem["task_id"] == task["id"]
    assert await desk.orders() == []


async def test_a_key_that_was_answered_is_answered_so_again(desk: Desk):
    first = await place(desk, None, idempotency_key=KEY)
    again = await place(desk, idempotency_key=KEY)

    assert (again.status_code, again.content) == (201, first.content)
    assert (await desk.rows())["tasks"] == 0


# -- waited for --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def worker(platform: Platform, desk: Desk) -> AsyncGenerator[Engine]:
    engine = Engine(platform)
    await engine.start()
    yield engine
    await engine.stop(grace_s=0)


async def test_what_ends_in_time_is_answered_as_usual(desk: Desk, worker: Engine):
    waited = await place(desk, "respond-async, wait=20")
    usual = await place(desk, None)

    assert (waited.status_code, waited.json()["id"]) == (201, usual.json()["id"])
    assert waited.headers["preference-applied"] == "wait=20"
    assert waited.headers["content-type"] == "application/json"
    assert "location" not in waited.headers
    assert await desk.orders() == ["A-1"]


async def test_a_refusal_in_time_is_the_problem_itself(desk: Desk, worker: Engine):
    body = order(1, lines=[{"sku": "NONE", "quantity": 1}])

    waited = await place(desk, "respond-async, wait=20", body)
    usual = await place(desk, None, body)

    assert (waited.status_code, usual.status_code) == (422, 422)
    assert waited.headers["content-type"] == usual.headers["content-type"] == "application/problem+json"
    assert waited.json()["skus"] == usual.json()["skus"] == ["NONE"]


async def test_nothing_is_answered_as_nothing(desk: Desk, worker: Engine):
    made = await desk.client.post("/api/v1/hooks", json={"name": "Mine", "url": "https://1.1.1.1/x"})
    path = f"/api/v1/hooks/{made.json()['endpoint']['id']}"

    reply = await desk.client.delete(path, headers={"prefer": "respond-async, wait=20"})

    assert (reply.status_code, reply.content) == (204, b"")
    assert (await desk.client.get(path)).status_code == 404


async def test_who_waits_in_vain_is_told_of_the_task(desk: Desk):
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    reply = await place(desk, "respond-async, wait=1")

    assert 1.0 <= loop.time() - began_s < 5.0
    assert (reply.status_code, reply.json()["state"]) == (202, "queued")
    assert reply.headers["preference-applied"] == "respond-async, wait=1"


async def test_who_waits_is_woken_when_the_task_is_cancelled(desk: Desk):
    waiting = asyncio.create_task(place(desk, "respond-async, wait=20"))

    async def begun() -> Any:
        return (await desk.client.get(TASKS)).json()["items"]

    [task] = await until(begun)
    await desk.cancel(task["id"])
    reply = await waiting

    assert (reply.status_code, reply.json()["state"], reply.json()["reason"]) == (202, "cancelled", "asked")
    assert "retry-after" not in reply.headers


def test_every_kind_of_somebody_is_known_when_asked_for_again():
    known = {Actor.KEY, Actor.PERSON, Actor.OPERATOR, Actor.WORK}
    assert set(Actor) == known, "say in accounts.again who they are later"
