from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from printvision.api.discovery import load_operations
from printvision.api.execution import execute_as
from printvision.api.tasks.workflow import carry_task
from printvision.cli.door import find_workspace, operator
from printvision.cli.exits import Exit
from printvision.platform.db import run as ask
from printvision.platform.runtime import open_platform
from printvision.platform.scope import workspace_scope
from printvision.platform.settings import Settings
from printvision.platform.workflows import Run as Carry
from tests.cli.conftest import Run

NO_SUCH = [{"order_id": str(uuid4())}, {"order_id": "x"}]


@pytest.fixture
def tasks(installed: Settings) -> list[str]:
    """One that was carried to its end, and one that waits."""
    return asyncio.run(_start(installed))


async def _start(settings: Settings) -> list[str]:
    load_operations()
    async with open_platform(settings) as platform:
        workspace_id = await find_workspace(platform, None)
        given = {"operation": "orders.release", "items": NO_SUCH}
        views = [await execute_as(platform, operator(), workspace_id, "tasks.start", given) for _ in range(2)]
        async with workspace_scope(platform, workspace_id, operator()) as scope:
            rows = await ask(scope.session, "SELECT run_id FROM tasks WHERE id = %(id)s", {"id": views[0].id})
        await carry_task.body(Carry(platform, rows[0][0], workspace_id, views[0].id, carry_task.name))
    return [str(view.id) for view in views]


def test_the_list_is_the_newest_first(run: Run, tasks: list[str]):
    done = run("tasks", "list", "--json")

    assert [(item["id"], item["state"]) for item in done.answer["items"]] == [
        (tasks[1], "queued"),
        (tasks[0], "done"),
    ]
    assert [item["id"] for item in run("tasks", "list", "--state", "queued", "--json").answer["items"]] == [
        tasks[1]
    ]
    assert run("tasks", "list").out.splitlines()[0].split() == [
        *("id", "operation", "state", "calls", "done", "failed", "begun")
    ]


def test_one_is_shown_with_its_results(run: Run, tasks: list[str]):
    told = run("tasks", "show", tasks[0], "--json").answer

    assert (told["task"]["done"], told["task"]["failed"]) == (0, 2)
    assert [item["status"] for item in told["results"]["items"]] == [404, 400]
    shown = run("tasks", "show", tasks[0]).out
    assert "0 done, 2 failed of 2" in shown
    assert "not-found" in shown


def test_one_is_cancelled(run: Run, tasks: list[str]):
    done = run("tasks", "cancel", tasks[1], "--json")

    assert (done.code, done.answer["state"], done.answer["reason"]) == (Exit.OK, "cancelled", "asked")
    assert "cancelled" in run("tasks", "cancel", tasks[1]).out


def test_one_that_is_not_there_is_not_found(run: Run, installed: Settings):
    done = run("tasks", "show", uuid4(), "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "not-found")
