"""The items of a task: put down, taken up in their order, answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from printvision.api.input import Given
from printvision.api.tasks.schemas import TaskResult
from printvision.platform.db import run
from printvision.platform.scope import WorkspaceScope
from printvision.platform.sealed import SealedAt

AT_ONCE: Final = 500
LEAST_FAILURE: Final = 400
_PUT: Final = """
INSERT INTO task_items (task_id, workspace_id, index, input)
SELECT %(task_id)s, %(workspace_id)s, %(first)s + place - 1, input
FROM unnest(%(inputs)s::bytea[]) WITH ORDINALITY AS given (input, place)
"""
_NEXT: Final = """
SELECT index, input FROM task_items
WHERE task_id = %(task_id)s AND workspace_id = %(workspace_id)s AND index >= %(position)s AND status IS NULL
ORDER BY index LIMIT %(limit)s
"""
# Whoever else is at it, such as a worker that was taken for dead, keeps it.
_HOLD: Final = """
SELECT 1 FROM task_items
WHERE task_id = %(task_id)s AND workspace_id = %(workspace_id)s AND index = %(index)s AND status IS NULL
FOR UPDATE SKIP LOCKED
"""
_ANSWER: Final = """
UPDATE task_items SET status = %(status)s, answer = %(answer)s, input = NULL
WHERE task_id = %(task_id)s AND workspace_id = %(workspace_id)s AND index = %(index)s AND status IS NULL
RETURNING 1
"""
_FORGET: Final = """
DELETE FROM task_items WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM task_items
  WHERE task_id = %(task_id)s AND workspace_id = %(workspace_id)s AND status IS NULL FOR UPDATE SKIP LOCKED
))
"""
_PAGE: Final = """
SELECT index, status, answer FROM task_items
WHERE task_id = %(task_id)s AND workspace_id = %(workspace_id)s AND index > %(after)s AND status IS NOT NULL
ORDER BY index LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A call that is yet to be made."""

    task_id: UUID
    index: int
    given: Given


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call was answered, as REST sends it."""

    index: int
    status: int
    body: bytes | None

    @property
    def failed(self) -> bool:
        return self.status >= LEAST_FAILURE

    def result(self) -> TaskResult:
        told = None if self.body is None else msgspec.json.decode(self.body)
        return TaskResult(
            index=self.index,
            status=self.status,
            output=None if self.failed else told,
            problem=told if self.failed else None,
        )


async def put_items(scope: WorkspaceScope, task_id: UUID, givens: Sequence[Given]) -> None:
    """Write down what a task is to do."""
    for first in range(0, len(givens), AT_ONCE):
        part = givens[first : first + AT_ONCE]
        inputs = [
            scope.platform.keyring.seal(_write(given), _place(scope, task_id, first + offset, "input"))
            for offset, given in enumerate(part)
        ]
        await run(scope.session, _PUT, {**_of(scope, task_id), "first": first, "inputs": inputs})


async def next_items(scope: WorkspaceScope, task_id: UUID, position: int, limit: int) -> list[Item]:
    """The first items that are yet to be made, from `position`."""
    rows = await run(scope.session, _NEXT, {**_of(scope, task_id), "position": position, "limit": limit})
    opened = scope.platform.keyring.open
    return [
        Item(task_id, index, _read(opened(sealed, _place(scope, task_id, index, "input"))))
        for index, sealed in rows
    ]


async def hold_item(scope: WorkspaceScope, item: Item) -> bool:
    """Keep an item from everybody else until the transaction ends; False where it is made or somebody is at it."""
    return bool(await run(scope.session, _HOLD, {**_of(scope, item.task_id), "index": item.index}))


async def answer_item(scope: WorkspaceScope, item: Item, status: int, body: bytes | None) -> bool:
    """Write down what an item was answered, once; False where it was before."""
    place = _place(scope, item.task_id, item.index, "answer")
    answer = None if body is None else scope.platform.keyring.seal(body, place)
    values = {**_of(scope, item.task_id), "index": item.index, "status": status, "answer": answer}
    return bool(await run(scope.session, _ANSWER, values))


async def forget_items(scope: WorkspaceScope, task_id: UUID) -> None:
    """Forget what was to be done and will not be, but for what somebody is at."""
    await run(scope.session, _FORGET, _of(scope, task_id))


async def read_answers(scope: WorkspaceScope, task_id: UUID, *, after: int, limit: int) -> list[Answer]:
    """What items were answered, in their order."""
    rows = await run(scope.session, _PAGE, {**_of(scope, task_id), "after": after, "limit": limit})
    opened = scope.platform.keyring.open
    return [
        Answer(
            index,
            status,
            None if sealed is None else opened(sealed, _place(scope, task_id, index, "answer")),
        )
        for index, status, sealed in rows
    ]


def _of(scope: WorkspaceScope, task_id: UUID) -> dict[str, Any]:
    return {"task_id": task_id, "workspace_id": scope.workspace_id}


def _place(scope: WorkspaceScope, task_id: UUID, index: int, column: str) -> SealedAt:
    return SealedAt(scope.workspace_id, "task_items", column, f"{task_id}/{index}")


def _write(given: Given) -> bytes:
    return msgspec.json.encode([given.members, given.texts, given.if_match])


def _read(written: bytes) -> Given:
    members, texts, if_match = cast("list[Any]", msgspec.json.decode(written))
    return Given(members, [(name, word) for name, word in texts], None, if_match)
