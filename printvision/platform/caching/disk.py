"""A folder of answers, one file each, for several processes of one machine.

cashews keeps files by `diskcache`, which unpickles what it finds there; this only reads bytes.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final
from uuid import uuid4

PRUNE_EVERY: Final = 64
PRUNE_TO: Final = 0.8
_EXPIRY_BYTES: Final = 8


class Folder:
    """
    Args:
        most_bytes: of all files together. It is looked after at the start and once in `PRUNE_EVERY` writes, the oldest
            going first, so it may hold as many files more meanwhile.
        longest: bytes of one value; a longer file is not ours.
    """

    def __init__(self, path: Path, most_bytes: int, longest: int) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._longest = longest
        self._writes = 0
        self.is_init = False

    async def init(self) -> None:
        await asyncio.to_thread(self._open)
        self.is_init = True

    async def close(self) -> None:
        """Nothing is held open."""

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(self._read, self._place(key))

    async def set(self, key: str, value: bytes, *, expire: float) -> None:
        until_ms = int((time.time() + expire) * 1_000)
        await asyncio.to_thread(self._write, self._place(key), until_ms.to_bytes(_EXPIRY_BYTES) + value)

    def _open(self) -> None:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._prune()

    def _place(self, key: str) -> Path:
        return self._path / blake2b(key.encode(), digest_size=20).hexdigest()

    def _read(self, place: Path) -> bytes | None:
        try:
            with place.open("rb") as file:
                found = file.read(_EXPIRY_BYTES + self._longest + 1)
        except FileNotFoundError:
            return None
        until_ms = int.from_bytes(found[:_EXPIRY_BYTES])
        if len(found) > _EXPIRY_BYTES + self._longest or until_ms < time.time() * 1_000:
            return None
        return found[_EXPIRY_BYTES:]

    def _write(self, place: Path, content: bytes) -> None:
        partial = self._path / f"{uuid4().hex}.partial"
        try:
            partial.write_bytes(content)
            partial.replace(place)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        self._writes += 1
        if self._writes % PRUNE_EVERY == 0:
            self._prune()

    def _prune(self) -> None:
        """Delete the oldest until there is some room again."""
        files: list[tuple[float, int, str]] = []
        with os.scandir(self._path) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process is at it, too
                    about = entry.stat(follow_symlinks=False)
                    files.append((about.st_mtime, about.st_size, entry.path))
        held = sum(size for _, size, _ in files)
        if held <= self._most_bytes:
            return
        for _, size, path in sorted(files):
            Path(path).unlink(missing_ok=True)
            held -= size
            if held <= PRUNE_TO * self._most_bytes:
                return
