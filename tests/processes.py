"""Waiting for what other processes do, and counting those that live."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

import psutil


def wait_until(condition: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Return as soon as the condition holds; fails the test when it does not within `within_s`."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.02)


def survivors(pids: Sequence[int], *, after_s: float) -> list[int]:
    """Those of the processes that still live after `after_s` seconds; returns early once all have ended."""
    deadline = time.monotonic() + after_s
    while (alive := [pid for pid in pids if lives(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def lives(pid: int) -> bool:
    """Whether the process exists and is more than an entry waiting to be read by its parent."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int | None = None) -> list[int]:
    """The process (by default this one) and everything below it."""
    process = psutil.Process(pid or os.getpid())
    return [process.pid, *(child.pid for child in process.children(recursive=True))]
