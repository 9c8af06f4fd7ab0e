"""What processes hold in memory while they are loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

LOOK_EVERY_S: Final = 0.5


class Memory:
    """The proportional set size (shared pages counted in parts) of some roles together, by the kernel.

    Args:
        processes: where the supervisor writes the pids of its roles.
    """

    def __init__(self, processes: Path, roles: Sequence[str]) -> None:
        self._processes = processes
        self._roles = roles
        self.highest_mb: list[float] = []
        """Of each watched stretch."""

    @contextmanager
    def watched(self) -> Generator[None]:
        """Look twice a second while the block runs."""
        self.highest_mb.append(self._now_mb())
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self.highest_mb[-1] = max(self.highest_mb[-1], self._now_mb())

    def _now_mb(self) -> float:
        pids = msgspec.json.decode(self._processes.read_bytes())
        return sum(_pss_kb(pid) for role in self._roles for pid in pids[role]) / 1_000


def _pss_kb(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
