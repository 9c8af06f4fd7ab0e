"""One supervisor a cluster, and one server at a time."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path


class FileLock:
    """An exclusive lock of a file, held until it is released or every process that has it open has ended."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1

    def acquire(self, *, timeout_s: float = 0.0) -> bool:
        """Take the lock and write our pid into the file; False where another kept it for `timeout_s`."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + timeout_s
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() >= deadline:
                os.close(handle)
                return False
            time.sleep(0.02)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return True

    @property
    def held(self) -> bool:
        return self._handle >= 0

    @property
    def descriptor(self) -> int:
        """To be handed to another process, which then holds the lock as well."""
        return self._handle

    def holder(self) -> str:
        """The pid written by whoever has the lock."""
        return self._path.read_text(errors="replace").strip() or "unknown"

    def release(self) -> None:
        """Let go of our share of the lock."""
        if self.held:
            os.close(self._handle)
            self._handle = -1
