"""Where kept answers are: in this process, in a folder, or in Redis.

Others may write into the last two. What is there is sealed for its place, so that nothing but what a process of ours
has put there is taken out again, nobody reads it, and nothing in it is ever executed (cashews would unpickle).
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from cashews.backends.interface import Backend
from cashews.backends.memory import Memory
from cashews.backends.redis import Redis
from cashews.serialize import Serializer

from printvision.platform.caching.disk import Folder
from printvision.platform.runtime import Platform
from printvision.platform.sealed import CannotOpen, Keyring, SealedAt

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S: Final = 0.5
AVOID_S: Final = 5.0
REDIS_PREFIX: Final = "printvision:answers:"


class Store(Protocol):
    """Keeps bytes by key, for some seconds; may forget anything at any time."""

    async def find(self, whose: UUID | None, key: str) -> bytes | None: ...

    async def keep(self, whose: UUID | None, key: str, value: bytes, seconds: float) -> None: ...

    async def close(self) -> None: ...


class Inside:
    """This process's memory.

    Args:
        most_bytes: of all together; what was not asked for longest goes first.
    """

    def __init__(self, most_bytes: int) -> None:
        self._memory = BoundedMemory(most_bytes)

    async def find(self, whose: UUID | None, key: str) -> bytes | None:
        del whose  # it is in the key
        return await self._memory.get(key)

    async def keep(self, whose: UUID | None, key: str, value: bytes, seconds: float) -> None:
        del whose
        await self._memory.set(key, value, expire=seconds)

    async def close(self) -> None:
        await self._memory.close()


class BoundedMemory(Memory):
    """Memory that counts the bytes it holds."""

    def __init__(self, most_bytes: int) -> None:
        # no task that looks for what has expired: it would walk over everything each second
        super().__init__(size=sys.maxsize, check_interval=0)
        self._most_bytes = most_bytes
        self.held_bytes = 0

    def _set(self, key: str, value: Any, expire: float | None = None) -> None:
        self._let_go(key)
        super()._set(key, value, expire)
        self.held_bytes += _size(key, value)
        while self.held_bytes > self._most_bytes:
            oldest, (_, gone) = self.store.popitem(last=False)
            self.held_bytes -= _size(oldest, gone)

    async def _delete(self, key: str) -> bool:
        self._let_go(key)
        return True

    def _let_go(self, key: str) -> None:
        if (held := self.store.pop(key, None)) is not None:
            self.held_bytes -= _size(key, held[1])


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + 200  # what Python itself takes for the entry, about


class Outside:
    """A store that others can reach, too: sealed, within a time limit, and left alone for a while when it fails."""

    def __init__(self, backend: Backend | Folder, keyring: Keyring) -> None:
        self._backend = backend
        self._keyring = keyring
        self._avoid_until_s = 0.0

    async def find(self, whose: UUID | None, key: str) -> bytes | None:
        sealed = await self._ask(self._get(key))
        if not isinstance(sealed, bytes):
            return None
        try:
            return self._keyring.open(sealed, _place(whose, key))
        except CannotOpen:
            log.warning("cache.not_ours", key=key)
            return None

    async def keep(self, whose: UUID | None, key: str, value: bytes, seconds: float) -> None:
        sealed = self._keyring.seal(value, _place(whose, key))
        await self._ask(self._set(key, sealed, seconds))

    async def close(self) -> None:
        if self._backend.is_init:
            await self._backend.close()

    async def _get(self, key: str) -> Any:
        await self._ensure_open()
        return await self._backend.get(REDIS_PREFIX + key)

    async def _set(self, key: str, sealed: bytes, seconds: float) -> None:
        await self._ensure_open()
        await self._backend.set(REDIS_PREFIX + key, sealed, expire=seconds)

    async def _ensure_open(self) -> None:
        if not self._backend.is_init:
            await self._backend.init()

    async def _ask(self, asking: Any) -> Any:
        if time.monotonic() < self._avoid_until_s:
            asking.close()
            return None
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await asking
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is computed instead
            self._avoid_until_s = time.monotonic() + AVOID_S
            log.warning("cache.store_silent", kind=type(self._backend).__name__, error=repr(error))
            return None


def _place(whose: UUID | None, key: str) -> SealedAt:
    return SealedAt(whose, "cache", "answer", key)


def open_store(platform: Platform) -> Store:
    """The store that the settings name."""
    settings = platform.settings.cache
    if settings.store == "memory":
        return Inside(settings.memory_bytes)
    if settings.store == "disk":
        folder = Folder(platform.settings.data_path / "cache", settings.disk_bytes, 2 * settings.entry_bytes)
        return Outside(folder, platform.keyring)
    assert platform.settings.redis_url is not None, "the settings say so"
    redis = Redis(
        platform.settings.redis_url.reveal(),
        suppress=False,
        serializer=Serializer(),  # without a pickler; the one that cashews takes by itself has one
        socket_timeout=ANSWER_WITHIN_S,
        socket_connect_timeout=ANSWER_WITHIN_S,
        client_name="printvision",
    )
    return Outside(redis, platform.keyring)
