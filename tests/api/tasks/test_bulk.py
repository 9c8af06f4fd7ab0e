"""Many calls of one operation: each is made once, by itself, as if it had been made at the door."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import text

from printvision.accounts import Permission
from printvision.api.execution import execute_as
from printvision.api.tasks import calling, service, workflow
from printvision.api.tasks.jobs import ENDED_TASKS, restart_lost_tasks
from printvision.api.tasks.models import MAX_ITEMS
from printvision.api.tasks.workflow import MOST_LOST, carry_task
from printvision.api.use import api_use_of
from printvision.entitlements import NotInTier
from printvision.orders import placing
from printvision.platform import clock, features, operations
from printvision.platform.features import Feature, Tier
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.api.tasks.conftest import TASKS, Desk, order
from tests.factories.workspaces import OWNER, make_workspace

P = Permission


async def test_each_item_is_made_and_told(desk: Desk):
    task = await desk.start([order(number) for number in range(3)])
    assert {name: task[name] for name in ("operation", "state", "total", "done", "failed", "reason")} == {
        "operation": "orders.create",
        "state": "queued",
        "total": 3,
        "done": 0,
        "failed": 0,
        "reason": None,
    }
    assert await desk.orders() == []

    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 3, 0)
    assert ended["created_at"] <= ended["started_at"] <= ended["ended_at"]
    assert await desk.orders() == ["A-0", "A-1", "A-2"]
    results = await desk.results(task["id"], limit=2)
    assert [(each["index"], each["status"], each["problem"]) for each in results] == [
        (index, 201, None) for index in range(3)
    ]
    for each in results:
        [shown] = [(await desk.client.get(f"/api/v1/orders/{each['output']['id']}")).json()["order"]]
        assert shown["external_id"] == each["output"]["external_id"] == f"A-{each['index']}"


async def test_the_calls_of_a_task_are_use_of_whoever_began_it(desk: Desk):
    task = await desk.start([order(0), {"external_id": "A-1"}, order(2)])

    await desk.carry(task["id"])

    await api_use_of(desk.platform).write()
    query = text(
        "SELECT caller, status, calls FROM api_use WHERE operation = 'orders.create' ORDER BY status"
    )
    async with desk.workspace.scope() as scope:
        used = [tuple(row) for row in await scope.session.execute(query)]
    assert used == [(str(desk.key.id), 201, 2), (str(desk.key.id), 400, 1)]


async def test_a_bad_item_fails_by_itself_with_the_problem_that_rest_answers(desk: Desk):
    bad: dict[str, Any] = {"external_id": "A-1", "colour": "red"}
    task = await desk.start([order(0), bad, order(2)])

    ended = await desk.carry(task["id"])
    direct = await desk.client.post("/api/v1/orders", json=bad)

    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 2, 1)
    assert await desk.orders() == ["A-0", "A-2"]
    results = await desk.results(task["id"])
    assert [(each["status"], each["output"] is None) for each in results] == [
        (201, False),
        (400, True),
        (201, False),
    ]
    problem, same = results[1]["problem"], direct.json()
    assert problem["request_id"] != same["request_id"]
    assert problem["instance"] == f"urn:printvision:request:{problem['request_id']}"
    for name in ("request_id", "instance"):
        del problem[name], same[name]
    assert problem == same


async def test_what_breaks_is_told_without_what_is_inside(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    async def broken(*_: object) -> None:
        raise RuntimeError("secret inner text")

    monkeypatch.setattr(placing, "place_order", broken)
    task = await desk.start([order(0)])

    ended = await desk.carry(task["id"])

    [told] = await desk.results(task["id"])
    assert (ended["state"], ended["failed"], told["status"]) == ("done", 1, 500)
    assert told["problem"]["code"] == "internal"
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    "operation", ["orders.list", "tasks.start", "tasks.cancel", "artworks.upload", "orders.nonsense", "x"]
)
async def test_what_no_task_can_call_is_refused(desk: Desk, operation: str):
    reply = await desk.client.post(TASKS, json={"operation": operation, "items": [{}]})

    assert (reply.status_code, reply.json()["errors"][0]["path"]) == (422, "operation")
    assert await desk.rows() == {"tasks": 0, "task_items": 0, "runs": 0}


@pytest.mark.parametrize("count", [0, MAX_ITEMS + 1])
async def test_too_many_items_are_refused_and_nothing_is_made(desk: Desk, count: int):
    reply = await desk.client.post(TASKS, json={"operation": "orders.create", "items": [{}] * count})

    assert (reply.status_code, reply.json()["errors"][0]["path"]) == (400, "items")
    assert await desk.rows() == {"tasks": 0, "task_items": 0, "runs": 0}


async def test_as_many_as_may_be_are_taken(desk: Desk):
    task = await desk.start([{}] * MAX_ITEMS)

    assert task["total"] == MAX_ITEMS
    assert await desk.rows() == {"tasks": 1, "task_items": MAX_ITEMS, "runs": 1}


async def test_more_bytes_than_a_request_may_have_are_refused(desk: Desk):
    items = [{"note": "x" * 1000}] * 6000

    reply = await desk.client.post(TASKS, json={"operation": "orders.create", "items": items})

    assert (reply.status_code, reply.json()["code"]) == (413, "request/too-large")
    assert await desk.rows() == {"tasks": 0, "task_items": 0, "runs": 0}


async def test_only_so_many_are_under_way_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MOST_OPEN", 2)
    first = await desk.start([order(0)])
    await desk.start([order(1)])

    refused = await desk.client.post(TASKS, json={"operation": "orders.create", "items": [order(2)]})
    await desk.cancel(first["id"])

    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (
        429,
        "tasks/too-many",
        2,
    )
    assert refused.headers["retry-after"] == "5"
    assert (await desk.start([order(2)]))["state"] == "queued"


async def test_those_at_once_are_counted_one_after_the_other(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MOST_OPEN", 2)
    body = {"operation": "orders.create", "items": [order(0)]}

    replies = await asyncio.gather(*(desk.client.post(TASKS, json=body) for _ in range(4)))

    assert sorted(reply.status_code for reply in replies) == [202, 202, 429, 429]
    assert (await desk.rows())["tasks"] == 2


async def test_the_same_key_is_the_same_task(desk: Desk):
    body = {"operation": "orders.create", "items": [order(0)]}
    headers = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}

    first, again = [await desk.client.post(TASKS, json=body, headers=headers) for _ in range(2)]

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert (await desk.rows())["tasks"] == 1


# -- who ---------------------------------------------------------------------------------------------------------------


async def test_who_may_not_make_the_call_begins_no_task_of_it(desk: Desk):
    await desk.give(P.TASKS_MANAGE, P.TASKS_READ, P.ORDERS_READ)

    reply = await desk.client.post(TASKS, json={"operation": "orders.create", "items": [order(0)]})

    assert (reply.status_code, reply.json()["permission"]) == (403, P.ORDERS_CREATE)
    assert await desk.rows() == {"tasks": 0, "task_items": 0, "runs": 0}


async def stop_after(desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int, act: Any) -> None:
    """Have something happen between two items, after so many."""
    made = [0]
    usual = workflow.make_call

    async def counted(*given: Any) -> bool:
        answer = await usual(*given)
        made[0] += 1
        if made[0] == count:
            await act()
        return answer

    monkeypatch.setattr(workflow, "make_call", counted)


async def test_a_key_that_is_revoked_stops_its_tasks(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    task = await desk.start([order(number) for number in range(5)])
    await stop_after(desk, monkeypatch, 2, desk.revoke)

    await carry_task.body(await desk.run_of(task["id"]))

    shown = await ask(desk, "tasks.get", task_id=task["id"])
    assert (shown.state, shown.reason, shown.done, shown.failed) == ("cancelled", "access/bad-key", 2, 0)
    assert await desk.orders() == ["A-0", "A-1"]
    assert (await desk.rows())["task_items"] == 2


async def test_a_permission_that_is_taken_away_stops_its_tasks(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    task = await desk.start([order(number) for number in range(5)])
    await stop_after(desk, monkeypatch, 3, lambda: desk.give(P.TASKS_READ, P.ORDERS_READ))

    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["reason"], ended["done"]) == ("cancelled", "access/permission-missing", 3)
    assert await desk.orders() == ["A-0", "A-1", "A-2"]


async def test_a_plan_that_loses_the_feature_stops_its_tasks(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    with patch.object(features, "_features", {}):
        dear = Feature("orders", title="Orders", lowest_tier=Tier.PRO)
    placed = replace(operations.registry()["orders.create"], feature=dear)
    task = await desk.start([order(number) for number in range(3)])

    async def downgrade() -> None:
        async with system_scope(desk.platform, "test") as scope:
            await scope.session.execute(text("UPDATE workspaces SET tier = 'creator'"))

    monkeypatch.setattr(workflow, "registry", lambda: {"orders.create": placed})
    await stop_after(desk, monkeypatch, 1, downgrade)
    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["reason"], ended["done"]) == ("cancelled", "entitlements/not-in-tier", 1)
    assert await desk.orders() == ["A-0"]


async def test_a_tier_without_bulk_is_told_which_has_it(platform: Platform):
    free = await make_workspace(platform, tier=Tier.FREE)

    with pytest.raises(NotInTier) as refused:
        await execute_as(
            platform, OWNER, free.id, "tasks.start", {"operation": "orders.create", "items": [{}]}
        )

    assert refused.value.fields == {"feature": "tasks.bulk", "cheapest_tier": Tier.CREATOR}


async def test_results_are_for_those_who_may_make_such_calls(desk: Desk):
    task = await desk.start([order(0)])
    await desk.carry(task["id"])
    key = await desk.workspace.key(P.TASKS_READ, P.ORDERS_READ)
    desk.client.headers["authorization"] = f"Bearer {key.reveal()}"

    reply = await desk.client.get(f"{TASKS}/{task['id']}/results")

    assert (reply.status_code, reply.json()["permission"]) == (403, P.ORDERS_CREATE)
    assert (await desk.get(task["id"]))["done"] == 1


async def test_another_workspace_sees_and_stops_nothing(desk: Desk, platform: Platform):
    task = await desk.start([order(0)])
    other = await make_workspace(platform)
    desk.client.headers["authorization"] = f"Bearer {(await other.key()).reveal()}"

    replies = [
        await desk.client.get(f"{TASKS}/{task['id']}"),
        await desk.client.get(f"{TASKS}/{task['id']}/results"),
        await desk.cancel(task["id"]),
    ]
    async with other.scope() as scope:
        seen = [
            (await scope.session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
            for table in ("tasks", "task_items")
        ]

    assert [reply.status_code for reply in replies] == [404, 404, 404]
    assert (await desk.client.get(TASKS)).json()["items"] == []
    assert seen == [0, 0]
    assert (await ask(desk, "tasks.get", task_id=task["id"])).state == "queued"


async def ask(desk: Desk, operation: str, **members: Any) -> Any:
    """As the operator, whatever became of the key."""
    return await execute_as(desk.platform, OWNER, desk.workspace.id, operation, members)


# -- stopped -----------------------------------------------------------------------------------------------------------


async def test_a_cancelled_task_does_no_more_and_keeps_what_is_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    task = await desk.start([order(number) for number in range(5)])
    replies: list[Any] = []

    async def cancel() -> None:
        replies.append((await desk.cancel(task["id"])).json())

    await stop_after(desk, monkeypatch, 2, cancel)
    await carry_task.body(await desk.run_of(task["id"]))

    assert (replies[0]["state"], replies[0]["reason"], replies[0]["done"]) == ("cancelled", "asked", 2)
    assert await desk.orders() == ["A-0", "A-1"]
    assert [each["index"] for each in await desk.results(task["id"])] == [0, 1]
    assert (await desk.cancel(task["id"])).json() == replies[0] == await desk.get(task["id"])


async def before_the_second_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch, act: Any) -> Any:
    """Carry a task of two items, and have something happen when the second is about to commit."""
    task = await desk.start([order(0), order(1)])
    usual, noted = calling.note_answer, [0]

    async def after(*given: Any, **more: Any) -> bool:
        noted[0] += 1
        if noted[0] == 2:
            await act(task["id"])
        return await usual(*given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(calling, "note_answer", after)
        await carry_task.body(await desk.run_of(task["id"]))
    return await desk.get(task["id"])


async def test_an_item_that_is_under_way_when_its_task_is_cancelled_is_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    async def cancel(task_id: str) -> None:
        assert (await desk.cancel(task_id)).json()["done"] == 1

    shown = await before_the_second_answer(desk, monkeypatch, cancel)

    assert await desk.orders() == ["A-0"]
    assert (shown["state"], shown["done"], shown["failed"]) == ("cancelled", 1, 0)


async def test_an_item_that_is_under_way_when_another_run_takes_over_is_made_by_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    async def take_over(task_id: str) -> None:
        await lose(desk)
        async with system_scope(desk.platform, "test") as scope:
            assert await restart_lost_tasks(scope) == 1

    shown = await before_the_second_answer(desk, monkeypatch, take_over)
    assert await desk.orders() == ["A-0"]
    assert (shown["state"], shown["done"], shown["failed"]) == ("running", 1, 0)

    ended = await desk.carry(shown["id"])

    assert await desk.orders() == ["A-0", "A-1"]
    assert (ended["state"], ended["done"]) == ("done", 2)


async def test_a_refused_item_is_told_by_the_run_that_carries_the_task_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    task = await desk.start([{"external_id": "A-0"}])
    usual = calling.execute_for

    async def take_over(*given: Any) -> Any:
        await lose(desk)
        async with system_scope(desk.platform, "test") as scope:
            assert await restart_lost_tasks(scope) == 1
        return await usual(*given)

    with monkeypatch.context() as patched:
        patched.setattr(calling, "execute_for", take_over)
        await carry_task.body(await desk.run_of(task["id"]))
    assert await desk.results(task["id"]) == []

    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 0, 1)
    assert [each["status"] for each in await desk.results(task["id"])] == [400]


async def test_a_refused_item_of_a_cancelled_task_is_not_told(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    task = await desk.start([{"external_id": "A-0"}])
    usual = calling.note_answer

    async def cancel(*given: Any, **more: Any) -> bool:
        async with desk.workspace.scope() as scope:
            await scope.session.execute(
                text("UPDATE tasks SET state = 'cancelled', reason = 'asked', ended_at = now()")
            )
        return await usual(*given, **more)

    monkeypatch.setattr(calling, "note_answer", cancel)
    await carry_task.body(await desk.run_of(task["id"]))

    shown = await desk.get(task["id"])
    assert (shown["state"], shown["failed"], await desk.results(task["id"])) == ("cancelled", 0, [])


async def test_a_run_that_no_longer_carries_the_task_does_nothing(desk: Desk):
    task = await desk.start([order(0)])
    old = await desk.run_of(task["id"])
    async with system_scope(desk.platform, "test") as scope:
        await scope.session.execute(text("UPDATE tasks SET run_id = 'another'"))

    await carry_task.body(old)

    assert await desk.orders() == []
    assert (await desk.get(task["id"]))["state"] == "queued"


async def test_two_that_carry_one_task_at_once_make_each_call_once(desk: Desk):
    endpoint = {"name": "Mine", "url": "https://1.1.1.1/hook"}  # made again it is another; nobody calls it
    task = await desk.start([endpoint] * 20, "hooks.create")
    run = await desk.run_of(task["id"])

    await asyncio.gather(*(carry_task.body(run) for _ in range(3)))
    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 20, 0)
    listed = (await desk.client.get("/api/v1/hooks")).json()["items"]
    assert {each["id"] for each in listed} == {
        each["output"]["endpoint"]["id"] for each in await desk.results(task["id"])
    }
    assert len(listed) == 20


async def test_a_large_task_lets_others_in_between(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workflow, "SLICE_S", 0.0)
    task = await desk.start([order(number) for number in range(3)])

    await carry_task.body(await desk.run_of(task["id"]))

    shown = await desk.get(task["id"])
    assert (shown["state"], shown["done"]) == ("running", 1)
    assert (await desk.rows())["runs"] == 2
    assert (await desk.carry(task["id"]))["done"] == 3


# -- told and kept -----------------------------------------------------------------------------------------------------


async def test_its_beginning_and_its_end_are_told(desk: Desk):
    done = await desk.start([order(0), {}])
    await desk.carry(done["id"])
    cancelled = await desk.start([order(1)])
    await desk.cancel(cancelled["id"])

    begun = {"operation": "orders.create"}
    assert await desk.events() == [
        (done["id"], "tasks.started", {**begun, "total": 2}),
        (done["id"], "tasks.finished", {**begun, "state": "done", "total": 2, "done": 1, "failed": 1}),
        (cancelled["id"], "tasks.started", {**begun, "total": 1}),
        (
            cancelled["id"],
            "tasks.finished",
            {**begun, "state": "cancelled", "total": 1, "done": 0, "failed": 0},
        ),
    ]


async def test_what_is_kept_can_be_read_by_nobody_and_inputs_are_forgotten(desk: Desk):
    task = await desk.start([order(0), order(1)])

    async def kept() -> list[tuple[bytes | None, bytes | None]]:
        async with system_scope(desk.platform, "test") as scope:
            rows = await scope.session.execute(text("SELECT input, answer FROM task_items ORDER BY index"))
            return [(row[0], row[1]) for row in rows]

    before = await kept()
    await desk.carry(task["id"])
    after = await kept()

    assert all(b"Dearborn" not in (given or b"") and answer is None for given, answer in before)
    assert all(given is None and b"A-" not in (answer or b"") for given, answer in after)


async def test_a_task_is_forgotten_a_week_after_its_end(desk: Desk):
    old, new, live = [await desk.start([order(number)]) for number in range(3)]
    await desk.carry(old["id"])
    await desk.carry(new["id"])
    async with system_scope(desk.platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE tasks SET ended_at = :at WHERE id = :id"),
            {"at": clock.now() - ENDED_TASKS.keep - timedelta(seconds=1), "id": old["id"]},
        )

    assert [await forget(desk.platform, ENDED_TASKS) for _ in range(2)] == [1, 0]
    listed = (await desk.client.get(TASKS)).json()["items"]
    assert [each["id"] for each in listed] == [live["id"], new["id"]]
    assert (await desk.rows())["task_items"] == 2


async def test_the_list_is_paged_and_narrowed(desk: Desk):
    started = [await desk.start([order(number)]) for number in range(3)]
    await desk.cancel(started[1]["id"])

    first = (await desk.client.get(TASKS, params={"limit": 2})).json()
    second = (await desk.client.get(TASKS, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    queued = (await desk.client.get(TASKS, params={"state": "queued"})).json()

    assert [each["id"] for each in first["items"] + second["items"]] == [each["id"] for each in started[::-1]]
    assert [each["id"] for each in queued["items"]] == [started[2]["id"], started[0]["id"]]


async def test_one_that_is_under_way_says_when_to_look_again(desk: Desk):
    task = await desk.start([order(0)])

    waiting = await desk.client.get(f"{TASKS}/{task['id']}")
    await desk.carry(task["id"])
    ended = await desk.client.get(f"{TASKS}/{task['id']}")

    assert (waiting.headers.get("retry-after"), ended.headers.get("retry-after")) == ("1", None)


@pytest.mark.parametrize("cursor", ["A" * 32, "_" * 43])
async def test_a_cursor_that_is_none_is_refused(desk: Desk, cursor: str):
    task = await desk.start([order(0)])

    reply = await desk.client.get(f"{TASKS}/{task['id']}/results", params={"cursor": cursor})

    assert (reply.status_code, reply.json()["code"]) == (422, "list/other-cursor")


# -- lost --------------------------------------------------------------------------------------------------------------


async def lose(desk: Desk) -> None:
    async with system_scope(desk.platform, "test") as scope:
        await scope.session.execute(text("UPDATE dbos.workflow_status SET status = 'ERROR'"))


async def test_a_task_whose_run_is_lost_is_set_going_again(desk: Desk):
    task = await desk.start([order(0)])
    async with system_scope(desk.platform, "test") as scope:
        assert await restart_lost_tasks(scope) == 0
    await lose(desk)

    async with system_scope(desk.platform, "test") as scope:
        assert await restart_lost_tasks(scope) == 1

    assert (await desk.rows())["runs"] == 2
    assert (await desk.carry(task["id"]))["done"] == 1


async def test_a_task_that_loses_every_run_is_given_up(desk: Desk):
    task = await desk.start([order(0)])
    async with system_scope(desk.platform, "test") as scope:
        await scope.session.execute(text("UPDATE tasks SET failures = :most"), {"most": MOST_LOST + 1})

    ended = await desk.carry(task["id"])

    assert (ended["state"], ended["reason"]) == ("cancelled", "internal")
    assert await desk.orders() == []
    assert UUID(ended["id"])
