"""How many files a process may have open."""

from __future__ import annotations

import resource
from collections.abc import Generator

import pytest

from printvision.platform.open_files import allow_open_files


@pytest.fixture(autouse=True)
def _as_it_was() -> Generator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("wanted", "expected"), [(600, 600), (400, 500)])
def test_the_limit_is_raised_and_never_lowered(wanted: int, expected: int):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (500, hard))

    assert allow_open_files(wanted) == expected
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (expected, hard)


def test_the_hard_limit_is_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[int, int]] = []

    def getrlimit(_: int) -> tuple[int, int]:
        return 500, 800

    def setrlimit(_: int, limits: tuple[int, int]) -> None:
        asked.append(limits)

    with monkeypatch.context() as patched:
        patched.setattr(resource, "getrlimit", getrlimit)
        patched.setattr(resource, "setrlimit", setrlimit)
        allow_open_files(1_000)

    assert asked == [(800, 800)]
