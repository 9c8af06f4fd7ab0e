"""Giving an answer again, or computing it once for all who ask for it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from printvision.platform.caching.stores import Store, open_store
from printvision.platform.caching.versions import EVERYBODY, Tag, Versions, versions_of
from printvision.platform.runtime import Platform
from printvision.platform.telemetry import REGISTRY

log = structlog.get_logger(__name__)

WAIT_S: Final = 10.0
_STAMP_BYTES: Final = 16

LOOKS: Final = Counter(
    "printvision_cache_looks",
    "Looks for a kept answer; outcome is `hit`, `miss`, `stale` (dropped by a write), `shared` (another call was at"
    " it) or `away` (the versions could not be asked for).",
    ["operation", "outcome"],
    registry=REGISTRY,
)

Compute = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is asked for.

    Args:
        key: of this question alone, of this shape of the answer, of whose it is.
        whose: the workspace; None where the answer is the same for everybody.
        tags: what makes it stale: of the workspace or of everybody.
    """

    operation: str
    key: str
    whose: UUID | None
    tags: tuple[str, ...]
    seconds: int

    @property
    def watched(self) -> list[Tag]:
        mine = [] if self.whose is None else [Tag(self.whose, tag) for tag in self.tags]
        return [*mine, *(Tag(EVERYBODY, tag) for tag in self.tags)]


class Answers:
    """The kept answers of one process; `answers_of` gives it."""

    def __init__(self, store: Store, versions: Versions, *, longest: int) -> None:
        self._store = store
        self._versions = versions
        self._longest = longest
        self._under_way: dict[tuple[str, bytes], asyncio.Future[bytes]] = {}

    async def get(self, asked: Kept, compute: Compute) -> bytes:
        """The answer that is kept, while what it tells of has not been touched; else a computed one.

        Raises:
            Exception: what this call's `compute` raises; that is neither kept nor told to others who wait.
        """
        try:
            versions = await self._versions.current(asked.watched)
        except Exception as error:  # noqa: BLE001 - nothing is known of what is kept, so nothing of it is given
            log.warning("cache.versions_unknown", error=repr(error))
            LOOKS.labels(asked.operation, "away").inc()
            return await compute()
        stamp = blake2b(repr(versions).encode(), digest_size=_STAMP_BYTES).digest()
        while True:
            found = await self._store.find(asked.whose, asked.key)
            if found is not None and found[:_STAMP_BYTES] == stamp:
                LOOKS.labels(asked.operation, "hit").inc()
                return found[_STAMP_BYTES:]
            other = self._under_way.get((asked.key, stamp))
            if other is not None:
                await asyncio.wait([other], timeout=WAIT_S)
                if other.cancelled():
                    continue  # who computed has left: the next one does
                if other.done() and other.exception() is None:
                    LOOKS.labels(asked.operation, "shared").inc()
                    return other.result()
            LOOKS.labels(asked.operation, "miss" if found is None else "stale").inc()
            return await (compute() if other else self._for_all(asked, stamp, compute))

    async def close(self) -> None:
        await self._store.close()

    async def _for_all(self, asked: Kept, stamp: bytes, compute: Compute) -> bytes:
        """Compute it; whoever asks the same meanwhile waits for it."""
        question = (asked.key, stamp)
        mine = self._under_way[question] = asyncio.get_running_loop().create_future()
        try:
            answer = await compute()
            mine.set_result(answer)
            if len(answer) <= self._longest:
                await self._store.keep(asked.whose, asked.key, stamp + answer, asked.seconds)
        except Exception as error:
            if not mine.done():
                mine.set_exception(error)
                mine.exception()  # nobody may be waiting for it
            raise
        finally:
            del self._under_way[question]
            mine.cancel()
        return answer


def answers_of(platform: Platform) -> Answers:
    """The process's one, made on first use; closed with the platform."""
    answers = platform.extras.get(Answers)
    if not isinstance(answers, Answers):
        answers = Answers(
            open_store(platform), versions_of(platform), longest=platform.settings.cache.entry_bytes
        )
        platform.extras[Answers] = answers
        platform.on_close(answers.close)
    return answers
