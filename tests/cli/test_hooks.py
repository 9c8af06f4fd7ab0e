from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from printvision.cli.exits import Exit
from printvision.hooks import Hooks
from printvision.platform.runtime import open_platform
from printvision.platform.settings import Settings, load_settings
from tests.cli.conftest import Done, Run
from tests.hooks.conftest import Receiver, receiving

URL = "https://shop.example/hooks"
NOWHERE = "https://no-such-shop.invalid/hooks"


@pytest.fixture
def added(run: Run, installed: Settings) -> dict[str, Any]:
    done = run("hooks", "add", URL, "--name", "My shop", "--kind", "orders.held", "--json")
    assert done.code == Exit.OK
    return done.answer


@asynccontextmanager
async def working(settings: Settings) -> AsyncGenerator[None]:
    """A worker's loop."""
    async with open_platform(settings) as platform:
        task = asyncio.create_task(Hooks(platform).run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_one_is_added_with_a_secret_that_is_shown_once(run: Run, added: dict[str, Any]):
    assert added["secret"].startswith("whsec_")
    assert (added["endpoint"]["name"], added["endpoint"]["url"]) == ("My shop", URL)

    [listed] = run("hooks", "list", "--json").answer["items"]
    shown = run("hooks", "show", "my shop")
    assert listed == added["endpoint"] == run("hooks", "show", "my shop", "--json").answer
    assert added["secret"] not in shown.out
    assert "active" in shown.out
    assert "orders.held" in run("hooks", "list").out


def test_without_a_name_it_is_called_as_its_host(run: Run, installed: Settings):
    assert "No endpoints yet" in run("hooks", "list").out

    told = run("hooks", "add", URL).out

    assert told.splitlines()[0].split() == ["shop.example", "active"]
    assert "whsec_" in told
    assert "every one" in told
    assert "not shown again" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("https://127.0.0.1/hooks",), "outbound/address-refused"),
        (("shop.example",), "outbound/address-refused"),
        ((URL, "--kind", "orders.eaten"), "hooks/unknown-kinds"),
        ((URL, "--calls-a-minute", "0"), "invalid-input"),
    ],
)
def test_what_is_refused_is_not_added(run: Run, installed: Settings, arguments: tuple[str, ...], code: str):
    done = run("hooks", "add", *arguments, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, code)
    assert run("hooks", "list", "--json").answer["items"] == []


def test_only_what_is_named_is_changed(run: Run, added: dict[str, Any]):
    changed = run("hooks", "update", "My shop", "--name", "Yours", "--calls-a-minute", 60, "--json").answer
    assert changed == added["endpoint"] | {"name": "Yours", "calls_a_minute": 60}

    assert run("hooks", "update", "Yours", "--kind", "orders.received", "--json").answer["kinds"] == [
        "orders.received"
    ]
    assert run("hooks", "update", "Yours", "--every-kind", "--json").answer["kinds"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name at least one thing to change"),
        (("--kind", "orders.held", "--every-kind"), "Give either --kind or --every-kind"),
    ],
)
def test_a_change_of_nothing_is_refused_in_words(
    run: Run, added: dict[str, Any], arguments: tuple[str, ...], said: str
):
    done = run("hooks", "update", "My shop", *arguments, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "cli/usage")
    assert said in done.problem["detail"]


def test_one_is_paused_resumed_and_deleted(run: Run, added: dict[str, Any]):
    assert run("hooks", "pause", "My shop", "--json").answer["state"] == "paused"
    assert "paused" in run("hooks", "list").out
    refused = run("hooks", "test", "My shop", "--json")
    assert (refused.code, refused.problem["code"]) == (Exit.REFUSED, "hooks/endpoint-not-active")
    assert run("hooks", "resume", "My shop", "--json").answer["state"] == "active"

    assert run("hooks", "delete", "My shop", "--json").answer == {
        "id": added["endpoint"]["id"],
        "deleted": True,
    }
    done = run("hooks", "show", "My shop", "--json")
    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "not-found")


def test_a_new_secret_is_another(run: Run, added: dict[str, Any]):
    rotated = run("hooks", "rotate", "My shop", "--overlap-hours", 0, "--json").answer

    assert rotated["endpoint"] == added["endpoint"]
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != added["secret"]


def test_the_kinds_are_listed_with_their_schemas(run: Run, installed: Settings):
    items = run("hooks", "kinds", "--json").answer["items"]

    assert {"orders.held", "hooks.test", "hooks.endpoint_disabled"} < {item["kind"] for item in items}
    assert all(item["schema"]["type"] == "object" for item in items)
    assert "orders.held" in run("hooks", "kinds").out


def test_a_test_is_sent_and_told_and_sent_again(
    run: Run, installed: Settings, monkeypatch: pytest.MonkeyPatch
):
    """A receiver, a worker and the commands of a person."""
    monkeypatch.setenv("PRINTVISION_HOOKS_ALLOW_PRIVATE_ADDRESSES", "true")

    async def story() -> None:
        async with receiving() as receiver, working(load_settings()):
            await asyncio.to_thread(_send, run, receiver)

    asyncio.run(story())


def _send(run: Run, receiver: Receiver) -> None:
    assert run("hooks", "add", receiver.url, "--name", "Mine", "--kind", "orders.held").code == Exit.OK
    assert "Nothing was sent" in run("hooks", "deliveries", "Mine").out

    sent = run("hooks", "test", "Mine", "--json")
    assert (sent.code, sent.answer["state"], sent.answer["last_status"]) == (Exit.OK, "delivered", 200)
    assert [each.id for each in receiver.received] == [sent.answer["message_id"]]
    [logged] = run("hooks", "deliveries", "Mine", "--state", "delivered", "--json").answer["items"]
    assert logged == sent.answer
    assert "200 taken" in run("hooks", "deliveries", "Mine").out

    assert run("hooks", "replay", "Mine", sent.answer["id"], "--json").answer["count"] == 1
    assert "0 are sent again" in run("hooks", "replay", "Mine", "--since", "2100-01-01T00:00Z").out

    receiver.answer(500, "broken")
    failed = run("hooks", "test", "Mine")
    assert failed.code == Exit.REFUSED
    assert "500 broken" in failed.out
    assert "fails: It answered 500" in run("hooks", "list").out


def test_a_mistyped_host_is_told_in_words(run: Run, installed: Settings):
    """Nothing is looked up while it is added; the first call tells."""
    run("hooks", "add", NOWHERE, "--name", "Mistyped")

    async def story() -> Done:
        async with working(installed):
            return await asyncio.to_thread(run, "hooks", "test", "Mistyped")

    done = asyncio.run(story())

    assert done.code == Exit.REFUSED
    assert "Its name leads nowhere" in done.out
    assert "fails: Its name leads nowhere" in run("hooks", "list").out
    assert run("hooks", "show", "Mistyped", "--json").answer["last_failure"] == "Its name leads nowhere"


@pytest.mark.parametrize("arguments", [(), (uuid4(), "--since", "2026-11-23T08:00Z")])
def test_a_replay_is_of_one_or_since_a_moment(run: Run, added: dict[str, Any], arguments: tuple[object, ...]):
    done = run("hooks", "replay", "My shop", *arguments, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "cli/usage")
    assert "Name either a delivery or --since" in done.problem["detail"]


def test_a_moment_that_is_none_is_told(run: Run, added: dict[str, Any]):
    done = run("hooks", "replay", "My shop", "--since", "yesterday", "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "cli/usage")
    assert "--since: expected a time" in done.problem["detail"]
