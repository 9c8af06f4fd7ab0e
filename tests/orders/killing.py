"""Killing a process at any point of a story, and going on as the next process would."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from printvision.orders import moves, queries
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.platform import workflows
from printvision.platform.scope import WorkspaceScope, workspace_scope
from printvision.platform.workflows import Run, Workflow
from tests.orders.carrying import asked, lose, settle
from tests.orders.hooks import Seen, hooked
from tests.orders.vendor import Vendor

NEVER = 0


class Killed(BaseException):
    """The process ends here."""


class Recovery(StrEnum):
    """Who finds that a process died in the midst of a run."""

    ENGINE = "engine"  # it goes on with the same run, and remembers what the story has it remember
    SWEEPER = "sweeper"  # the run is lost: another begins from the start


@dataclass
class Fuse:
    """Kills at the `at`-th point that is passed; points passed are kept, for the message of a test that fails."""

    at: int
    passed: list[str] = field(default_factory=list[str])

    def point(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self.at:
            raise Killed(name)

    @property
    def burnt(self) -> bool:
        return len(self.passed) >= self.at


@dataclass
class Memory:
    """The steps that a run has finished, as the engine keeps them; a process may be killed around each.

    Args:
        finished: what each brought, by its place in the run; None for a story that is told from its beginning.
    """

    fuse: Fuse
    finished: dict[int, Any] | None
    done: int = 0

    async def __call__(self, name: str, step: Callable[[], Awaitable[Any]]) -> Any:
        self.done += 1
        if self.finished is None:
            self.fuse.point(f"before {name}")
            return await step()
        if self.done not in self.finished:
            self.fuse.point(f"before {name}")
            self.finished[self.done] = await step()
        return self.finished[self.done]


@dataclass(frozen=True)
class FusedRun(Run):
    """A run whose process may be killed just before and just after each commit."""

    fuse: Fuse = field(default_factory=lambda: Fuse(NEVER))

    @asynccontextmanager
    async def scope(self) -> AsyncGenerator[WorkspaceScope]:
        async with workspace_scope(self.platform, self.workspace_id, self.principal) as scope:
            yield scope
            self.fuse.point("before a commit")
        self.fuse.point("after a commit")


@contextmanager
def _calls_may_kill(vendor: Vendor, fuse: Fuse) -> Generator[None]:
    async def before(call: Seen) -> None:
        fuse.point(f"before {call.method} {call.path}")

    async def after(call: Seen) -> None:
        fuse.point(f"after {call.method} {call.path}")

    with hooked(vendor, before=before, after=after):
        yield


async def killed_and_recovered(
    vendor: Vendor, story: Workflow, subject_id: UUID, *, at: int, recovery: Recovery
) -> Fuse:
    """Carry the run that waits to its end, through a kill at the `at`-th point where it has as many."""
    run_id = next((waiting.run_id for waiting in await asked(vendor, subject_id)), "by-hand")
    await lose(vendor, subject_id)
    fuse = Fuse(at)
    memory = Memory(fuse, {} if story.remembers else None)

    def process(remember: Memory) -> FusedRun:
        workspace_id = vendor.workspace.id
        return FusedRun(
            vendor.platform, run_id, workspace_id, subject_id, story.name, remember, remember.fuse
        )

    with _calls_may_kill(vendor, fuse):
        try:
            await story.body(process(memory))
        except Killed:
            if recovery is Recovery.ENGINE:
                await story.body(process(Memory(Fuse(NEVER), memory.finished)))
            else:
                await _sweep(vendor, story, subject_id)
    await settle(vendor, subject_id)
    return fuse


async def _sweep(vendor: Vendor, story: Workflow, subject_id: UUID) -> None:
    async with vendor.workspace.scope() as scope:
        if story is fulfil_order:
            await moves.carry_on(scope, await queries.get_order(scope, subject_id, for_update=True))
        else:
            await workflows.start(scope, story, subject_id)
