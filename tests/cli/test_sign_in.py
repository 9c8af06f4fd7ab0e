from __future__ import annotations

import asyncio
import re

from printvision.accounts import sign_in
from printvision.cli.exits import Exit
from printvision.platform.runtime import open_platform
from printvision.platform.scope import Principal, system_scope
from printvision.platform.settings import Settings
from tests.cli.conftest import Run


def used(settings: Settings, address: str) -> Principal:
    """Who is signed in by the link."""

    async def use() -> Principal:
        async with open_platform(settings) as platform, system_scope(platform, "test") as scope:
            return (await sign_in(scope, address.partition("#")[2])).who.principal

    return asyncio.run(use())


def test_a_link_is_printed_that_signs_the_operator_in(run: Run, installed: Settings):
    address = run("sign-in", "--json").answer["url"]

    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in#[A-Za-z0-9_-]{43}", address)
    assert used(installed, address).actor == "operator"


def test_it_names_the_address_that_is_given(run: Run, installed: Settings):
    done = run("sign-in", "--url", "https://print.example/")

    assert done.out.startswith("https://print.example/sign-in#")


def test_it_makes_no_link_that_would_be_read_on_its_way(run: Run, installed: Settings):
    done = run("sign-in", "--url", "http://print.example", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "access/insecure-address"


def test_an_address_that_is_none_is_refused(run: Run, installed: Settings):
    assert run("sign-in", "--url", "print.example", "--json").code != Exit.OK
