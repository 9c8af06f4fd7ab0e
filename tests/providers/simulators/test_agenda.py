"""A simulator's agenda does things in time and is not stopped by one that fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from printvision.providers.simulators.agenda import Agenda
from tests.providers.simulators.running import until_true


@pytest.fixture
async def agenda() -> AsyncGenerator[Agenda]:
    agenda = Agenda()
    work = asyncio.create_task(agenda.run())
    yield agenda
    work.cancel()


async def test_things_are_done_in_the_order_of_their_time(agenda: Agenda) -> None:
    done: list[str] = []
    now = time.time()
    agenda.at(now + 0.2, lambda: done.append("last"))
    agenda.at(now + 0.1, lambda: done.append("second"))
    agenda.at(now - 5, lambda: done.append("first"))

    await until_true(lambda: len(done) == 3)

    assert done == ["first", "second", "last"]
    assert time.time() >= now + 0.2


async def test_a_thing_that_fails_stops_no_other(agenda: Agenda) -> None:
    done: list[str] = []
    agenda.at(0, lambda: done.remove("nothing"))
    agenda.at(0, lambda: done.append("next"))

    await until_true(lambda: done == ["next"])
    assert len(agenda) == 0
