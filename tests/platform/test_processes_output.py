"""What our processes write stays bounded and whole."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from printvision.platform.processes_output import Lines, RotatingFile, Tail, pump


def test_a_log_is_bounded(tmp_path: Path) -> None:
    log = RotatingFile(tmp_path / "serve.log", max_bytes=10, files=3)
    for line in (b"one....\n", b"two....\n", b"three..\n", b"four...\n"):
        log.write(line)
    log.close()

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "serve.log": b"four...\n",
        "serve.log.1": b"three..\n",
        "serve.log.2": b"two....\n",
    }


def test_a_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    for line in (b"first\n", b"second\n"):
        log = RotatingFile(tmp_path / "serve.log")
        log.write(line)
        log.close()

    assert (tmp_path / "serve.log").read_bytes() == b"first\nsecond\n"


def test_a_log_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    log = RotatingFile(tmp_path / "in-the-way" / "serve.log")

    log.write(b"lost\n")
    log.close()

    assert (tmp_path / "in-the-way").read_text() == "a file"


def test_lines_are_passed_on_whole(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = Lines()
    lines.write(b"be")
    assert capfdbinary.readouterr().err == b""
    lines.write(b"gun\nhalf")
    assert capfdbinary.readouterr().err == b"begun\n"
    lines.close()
    assert capfdbinary.readouterr().err == b"half"


def test_a_line_without_an_end_is_not_kept_for_ever(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Lines().write(b"x" * 70_000)

    assert capfdbinary.readouterr().err == b"x" * 70_000 + b"\n"


def test_the_tail_remembers_the_end(tmp_path: Path) -> None:
    tail = Tail(RotatingFile(tmp_path / "serve.log"))
    for number in range(5_000):
        tail.write(b"line %d\n" % number)
    tail.close()

    assert tail.last_lines(2) == ["line 4998", "line 4999"]
    assert len(tail.last_lines(100_000)) < 1_000


async def test_everything_written_to_the_pipe_arrives(tmp_path: Path) -> None:
    read, write = os.pipe()
    tail = Tail(RotatingFile(tmp_path / "serve.log"))
    pumping = asyncio.create_task(pump(os.fdopen(read, "rb"), tail))
    content = bytes(range(256)) * 2_000

    def fill() -> None:
        with os.fdopen(write, "wb") as pipe:
            pipe.write(content)

    await asyncio.to_thread(fill)
    await pumping
    tail.close()

    assert (tmp_path / "serve.log").read_bytes() == content
