"""`python -m benchmarks.calls.pinned CORE PROGRAM …`: run a program on one core, where the system has a way to."""

from __future__ import annotations

import os
import sys


def pin(core: int) -> None:
    """Keep this process and what it becomes to one core; does nothing where there is no other."""
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell is wanted
