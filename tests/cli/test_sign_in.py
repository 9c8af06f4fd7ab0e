from __future__ import annotations

import asyncio
import re

import pytest

from printvision.accounts import Purpose, get_person, use_link
from printvision.accounts.schemas import PersonView
from printvision.cli.exits import Exit
from printvision.platform.runtime import open_platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from tests.cli.conftest import Run


def used(settings: Settings, address: str) -> PersonView:
    """Who is signed in by the link."""

    async def use() -> PersonView:
        async with open_platform(settings) as platform, system_scope(platform, "test") as scope:
            link = await use_link(scope, Purpose.SIGN_IN, address.partition("#")[2])
            assert link.person_id
            return await get_person(scope, link.person_id)

    return asyncio.run(use())


@pytest.fixture
def owner(run: Run, installed: Settings) -> str:
    """The first to be let in."""
    run("operators", "invite", "Ada@Print.example", "--name", "Ada")
    return "ada@print.example"


def test_the_first_operator_is_let_in_and_owns_what_is_nobodys(run: Run, installed: Settings):
    address = run("operators", "invite", "Ada@Print.example", "--name", "Ada", "--json").answer["url"]

    person = used(installed, address)
    assert (person.name, person.email, person.operator_role) == ("Ada", "ada@print.example", "operator")
    assert used(installed, run("sign-in", "--json").answer["url"]).id == person.id
    again = run("operators", "invite", "ada@print.example", "--json")
    assert again.problem["code"] == "accounts/email-taken"


def test_while_nobody_has_an_account_it_says_how_to_make_the_first(run: Run, installed: Settings):
    done = run("sign-in", "--json")

    assert (done.code, done.problem["code"], done.problem["owners"]) == (
        Exit.REFUSED,
        "cli/owner-unclear",
        [],
    )
    assert "printvision operators invite" in done.problem["action"]


def test_a_link_is_printed_for_whoever_is_named(run: Run, installed: Settings, owner: str):
    assert used(installed, run("sign-in", "--as", "ADA@print.example", "--json").answer["url"]).email == owner
    assert run("sign-in", "--as", "nobody@print.example", "--json").problem["code"] == "not-found"


def test_a_link_is_printed_that_signs_the_owner_in(run: Run, installed: Settings, owner: str):
    address = run("sign-in", "--json").answer["url"]

    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in#[A-Za-z0-9_-]{43}", address)
    assert used(installed, address).email == owner


def test_it_names_the_address_that_is_given(run: Run, installed: Settings, owner: str):
    done = run("sign-in", "--url", "https://print.example/")

    assert done.out.startswith("https://print.example/sign-in#")


def test_it_makes_no_link_that_would_be_read_on_its_way(run: Run, installed: Settings):
    done = run("sign-in", "--url", "http://print.example", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "access/insecure-address"


def test_an_address_that_is_none_is_refused(run: Run, installed: Settings):
    assert run("sign-in", "--url", "print.example", "--json").code != Exit.OK


def test_operators_are_listed_and_removed_but_for_the_last(run: Run, installed: Settings, owner: str):
    run("operators", "invite", "bo@print.example", "--name", "Bo")

    listed = run("operators", "list", "--json").answer
    assert [(each["email"], each["operator_role"]) for each in listed] == [
        ("bo@print.example", "operator"),
        ("ada@print.example", "operator"),
    ]
    assert run("operators", "remove", "Bo@print.example", "--json").answer["operator_role"] is None
    assert run("operators", "remove", "bo@print.example", "--json").problem["code"] == "not-found"
    assert run("operators", "remove", owner, "--json").problem["code"] == "accounts/sole-operator"
    assert "ada@print.example  Ada  operator" in run("operators", "list").out
