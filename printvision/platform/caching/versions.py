"""How a process knows that what it keeps still counts.

`touch` gives tags a new version as the last thing of a transaction, so that the drop commits with its effect. A reader
takes versions that were read at most `FRESH_S` ago, all that are asked for at a time in one statement. So whatever
hangs, what is written is seen everywhere `FRESH_S` after its commit, and a process in which nobody asks does nothing.
A wake-up of the relay, and a commit of this process, make it read again at once: they are mere hints.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from printvision.platform.db import after_commit, before_commit, run
from printvision.platform.events import wake_after_commit
from printvision.platform.runtime import Platform
from printvision.platform.scope import AnyScope, WorkspaceScope, system_scope

FRESH_S: Final = 0.05
"""How old the versions may be that a call goes by; docs/decisions/0011 says what it costs."""
MOST_KNOWN: Final = 100_000
EVERYBODY: Final = UUID(int=0)

_TOUCHED: Final = "touched tags"
# In one order, so that two writers who touch the same tags wait for one another and not in a circle.
_TOUCH: Final = """
INSERT INTO cache_versions (workspace_id, tag, version)
SELECT %(workspace_id)s, tag, gen_random_uuid() FROM unnest(%(tags)s::text[]) AS touched (tag) ORDER BY tag
ON CONFLICT (workspace_id, tag) DO UPDATE SET version = excluded.version
"""
_READ: Final = """
SELECT workspace_id, tag, version FROM cache_versions
WHERE (workspace_id, tag) IN (SELECT * FROM unnest(%(workspace_ids)s::uuid[], %(tags)s::text[]))
"""


class Tag(NamedTuple):
    """What something tells of; `workspace_id` is `EVERYBODY` for what is the same for all."""

    workspace_id: UUID
    name: str


class _Known(NamedTuple):
    version: UUID | None
    as_of_s: float


def touch(scope: AnyScope, *tags: str) -> None:
    """Make what is kept under these tags stale on every process, with the scope's commit.

    In a workspace's scope that is what is kept for the workspace; in a system scope, for everybody.
    """
    info = scope.session.info
    if _TOUCHED not in info:
        info[_TOUCHED] = set[str]()
        before_commit(scope.session, partial(_write, scope))
        after_commit(scope.session, versions_of(scope.platform).forget)
        wake_after_commit(scope)
    info[_TOUCHED].update(tags)


async def _write(scope: AnyScope) -> None:
    workspace_id = scope.workspace_id if isinstance(scope, WorkspaceScope) else EVERYBODY
    values = {"workspace_id": workspace_id, "tags": sorted(scope.session.info.pop(_TOUCHED))}
    await run(scope.session, _TOUCH, values)


class Versions:
    """What one process knows of versions; `versions_of` gives it.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, platform: Platform, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._platform = platform
        self._clock = clock
        self._known: dict[Tag, _Known] = {}
        self._wanted: set[Tag] = set()
        self._turn = asyncio.Lock()
        self._floor_s = float("-inf")
        self._wake_ups = 0

    def forget(self) -> None:
        """Ask again: something has been written."""
        self._floor_s = self._clock()

    async def current(self, tags: Sequence[Tag]) -> tuple[UUID | None, ...]:
        """The version of each tag, as it was `FRESH_S` ago or later; None of one that nothing has touched.

        Raises:
            DBAPIError, TimeoutError: the database cannot be asked.
        """
        if (known := self._fresh(tags)) is not None:
            return known
        self._wanted.update(tags)
        async with self._turn:
            if (known := self._fresh(tags)) is not None:
                return known  # whoever was before us asked for ours, too
            self._wanted.update(tags)
            await self._read()
            return tuple(self._known[tag].version for tag in tags)

    def _fresh(self, tags: Sequence[Tag]) -> tuple[UUID | None, ...] | None:
        if (wake_ups := self._platform.relay.generation) != self._wake_ups:
            self._wake_ups = wake_ups
            self.forget()
        oldest_s = self._clock() - FRESH_S
        found: list[UUID | None] = []
        for tag in tags:
            known = self._known.get(tag)
            if known is None or known.as_of_s <= max(oldest_s, self._floor_s):
                return None
            found.append(known.version)
        return tuple(found)

    async def _read(self) -> None:
        wanted, self._wanted = self._wanted, set()
        as_of_s = self._clock()  # before it is sent: what commits from here on may be missed
        values = {"workspace_ids": [tag.workspace_id for tag in wanted], "tags": [tag.name for tag in wanted]}
        async with system_scope(self._platform, "cache versions", atomic=False) as scope:
            rows = await run(scope.session, _READ, values)
        found = {Tag(workspace_id, name): version for workspace_id, name, version in rows}
        if len(self._known) + len(wanted) > MOST_KNOWN:
            self._known.clear()
        self._known |= {tag: _Known(found.get(tag), as_of_s) for tag in wanted}


def versions_of(platform: Platform) -> Versions:
    """The process's one, made on first use."""
    versions = platform.extras.get(Versions)
    if not isinstance(versions, Versions):
        versions = platform.extras[Versions] = Versions(platform)
    return versions
