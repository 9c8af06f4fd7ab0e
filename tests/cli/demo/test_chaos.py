from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import msgspec
import pytest

from printvision.cli.demo.chaos import Chaos


@pytest.fixture
def victims(tmp_path: Path) -> Generator[list[subprocess.Popen[bytes]]]:
    """Two processes that wait, told of as web server and worker."""
    made = [subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for _ in range(2)]
    told = {"supervisor": 1, "database": 2, "serve": [made[0].pid], "worker": [made[1].pid]}
    (tmp_path / "processes.json").write_bytes(msgspec.json.encode(told))
    yield made
    for process in made:
        process.kill()
        process.communicate()


async def test_it_kills_one_of_ours_by_sigkill(tmp_path: Path, victims: list[subprocess.Popen[bytes]]):
    chaos = Chaos(tmp_path / "processes.json", kills=1, pause_s=(0, 0), seed=1)

    await asyncio.wait_for(chaos.run(), 5)

    assert chaos.killed == 1
    ended = [process for process in victims if await asyncio.to_thread(ends, process)]
    assert [process.returncode for process in ended] == [-signal.SIGKILL]


def ends(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True
