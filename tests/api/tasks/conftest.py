"""Tasks by the door that everybody comes in by, and their runs without an engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from printvision.accounts import KeyView, Permission, revoke_key
from printvision.api.tasks.workflow import carry_task
from printvision.app import create_app
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.platform.workflows import Run
from printvision.products import create_product
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection
from tests.api.conftest import opener, running
from tests.factories.products import make_artwork, make_shirt, shirt_offer, shirt_product
from tests.factories.workspaces import MadeWorkspace

TASKS = "/api/v1/tasks"
MOST_RUNS = 50


def order(number: int | str, **changes: Any) -> dict[str, Any]:
    """An order of one shirt, as our own door takes it."""
    recipient = {
        "name": "Ana Lima",
        "line1": "19749 Dearborn St",
        "city": "Chatsworth",
        "region": "CA",
        "postal_code": "91311",
        "country": "US",
    }
    whole = {
        "external_id": f"A-{number}",
        "recipient": recipient,
        "lines": [{"sku": "SHIRT-M", "quantity": 1}],
    }
    return whole | changes


@dataclass(frozen=True)
class Desk:
    """A workspace with somebody at its door, and the worker's part by hand."""

    platform: Platform
    workspace: MadeWorkspace
    client: AsyncClient
    key: KeyView

    async def start(self, items: list[dict[str, Any]], operation: str = "orders.create") -> Any:
        reply = await self.client.post(TASKS, json={"operation": operation, "items": items})
        assert reply.status_code == 202, reply.text
        return reply.json()

    async def get(self, task_id: str) -> Any:
        return (await self.client.get(f"{TASKS}/{task_id}")).json()

    async def results(self, task_id: str, limit: int = 200) -> list[Any]:
        """All pages of them."""
        found: list[Any] = []
        params: dict[str, Any] = {"limit": limit}
        while True:
            reply = await self.client.get(f"{TASKS}/{task_id}/results", params=params)
            assert reply.status_code == 200, reply.text
            found += reply.json()["items"]
            if (cursor := reply.json()["next_cursor"]) is None:
                return found
            params["cursor"] = cursor

    async def cancel(self, task_id: str) -> Response:
        return await self.client.post(f"{TASKS}/{task_id}/cancel", json={})

    async def run_of(self, task_id: str) -> Run:
        async with self.workspace.scope() as scope:
            rows = await scope.session.execute(
                text("SELECT run_id FROM tasks WHERE id = :id"), {"id": task_id}
            )
        run_id = rows.scalar_one()
        return Run(self.platform, run_id, self.workspace.id, UUID(task_id), carry_task.name)

    async def carry(self, task_id: str) -> Any:
        """Every run of it, until it has ended."""
        for _ in range(MOST_RUNS):
            await carry_task.body(await self.run_of(task_id))
            if (task := await self.get(task_id))["ended_at"] is not None:
                return task
        raise AssertionError("it does not end")

    async def orders(self) -> list[str]:
        """The ids in their shop of all there are, as often as they are there."""
        async with self.workspace.scope() as scope:
            rows = await scope.session.execute(text("SELECT external_id FROM orders ORDER BY id"))
            return [row[0] for row in rows]

    async def rows(self) -> dict[str, int]:
        """How many tasks, items and runs of tasks there are, of all workspaces."""
        counts = {"tasks": "tasks", "task_items": "task_items"}
        counts["runs"] = "dbos.workflow_status WHERE name LIKE 'tasks.%'"
        async with system_scope(self.platform, "test") as scope:
            return {
                name: (await scope.session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
                for name, table in counts.items()
            }

    async def events(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What was told of tasks: of which, and what."""
        async with self.workspace.scope() as scope:
            statement = (
                "SELECT subject_id::text, kind, data FROM events WHERE kind LIKE 'tasks.%' ORDER BY seq"
            )
            return [(row[0], row[1], row[2]) for row in await scope.session.execute(text(statement))]

    async def revoke(self) -> None:
        async with self.workspace.scope() as scope:
            await revoke_key(scope, self.key.id)

    async def give(self, *permissions: Permission) -> None:
        """Let the key do just this from now on."""
        async with system_scope(self.platform, "test") as scope:
            await scope.session.execute(
                text("UPDATE api_keys SET permissions = to_jsonb(CAST(:words AS text[])) WHERE id = :id"),
                {"words": [str(each) for each in permissions], "id": self.key.id},
            )


async def make_shirt_sellable(workspace: MadeWorkspace) -> None:
    """Have a product, so that it can be ordered; whoever would print it is never called."""
    await make_shirt(workspace.platform)
    picture = await make_artwork(workspace)
    async with workspace.scope() as scope:
        given = AddConnection(
            provider="printful",
            name="Printful",
            credentials={"token": "never-called"},
            base_url="http://127.0.0.1:9",
        )
        connection = await add_connection(scope, given)
        await create_product(scope, shirt_product(shirt_offer(connection.id, picture.id)))


@pytest.fixture
async def desk(settings: Settings, platform: Platform, workspace: MadeWorkspace) -> AsyncGenerator[Desk]:
    await make_shirt_sellable(workspace)
    app = create_app(settings, opener=opener(platform))
    key, secret = await workspace.made_key()
    async with (
        running(app),
        AsyncClient(
            transport=ASGITransport(app),
            base_url="http://printvision.test",
            headers={"authorization": f"Bearer {secret.reveal()}"},
        ) as client,
    ):
        yield Desk(platform, workspace, client, key)
