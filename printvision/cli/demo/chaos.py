"""Killing our own web server and worker at moments of chance, as a machine that fails would."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path
from typing import Any, Final

import msgspec

ROLES: Final = ("serve", "worker")


class Chaos:
    """
    Args:
        kills: how many, at most.
        pause_s: shortest and longest time between two.
    """

    def __init__(self, processes: Path, *, kills: int, pause_s: tuple[float, float], seed: int) -> None:
        self.killed = 0
        self._processes = processes
        self._kills = kills
        self._pause_s = pause_s
        self._chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose, protects nothing

    @property
    def over(self) -> bool:
        """Whether as many were killed as should be."""
        return self.killed >= self._kills

    async def run(self) -> None:
        """Kill until it is enough."""
        while not self.over:
            await asyncio.sleep(self._chance.uniform(*self._pause_s))
            pids = self._living(self._chance.choice(ROLES))
            if not pids:
                continue  # it is between two lives
            try:
                os.kill(self._chance.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.killed += 1

    def _living(self, role: str) -> list[int]:
        try:
            told: dict[str, Any] = msgspec.json.decode(self._processes.read_bytes())
        except (OSError, msgspec.DecodeError):
            return []
        return list(told.get(role, []))
