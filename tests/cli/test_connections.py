from __future__ import annotations

import json
from pathlib import Path

import pytest

from printvision.cli.exits import Exit
from printvision.platform.settings import Settings
from tests.cli.conftest import Run

TOKEN = "secret-token-of-this-test"


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.json"
    path.write_text(json.dumps({"token": TOKEN}))
    return path


@pytest.fixture
def connection(run: Run, installed: Settings, credentials: Path) -> str:
    """The id of a connection that was never tested."""
    return run("connections", "add", "printful", "--credentials", credentials, "--json").answer["id"]


def test_a_connection_is_added_without_its_credential_being_shown(
    run: Run, installed: Settings, credentials: Path
):
    done = run("connections", "add", "printful", "--name", "Mine", "--credentials", credentials, "--json")

    assert done.code == Exit.OK
    assert (done.answer["provider"], done.answer["name"], done.answer["live"]) == ("printful", "Mine", False)
    assert TOKEN not in done.out + done.err + run("connections", "list").out


def test_a_credential_needs_a_file_where_nobody_can_be_asked(run: Run, installed: Settings):
    done = run("connections", "add", "printful", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/usage"
    assert "--credentials" in done.problem["detail"]


def test_a_simulator_is_refused_unless_the_operator_allows_it(
    run: Run, installed: Settings, credentials: Path, monkeypatch: pytest.MonkeyPatch
):
    add = (
        "connections",
        "add",
        "printful",
        "--credentials",
        credentials,
        "--base-url",
        "http://127.0.0.1:8100",
    )

    refused = run(*add, "--json")
    assert refused.code == Exit.REFUSED
    assert run("connections", "list", "--json").answer["items"] == []

    monkeypatch.setenv("PRINTVISION_PROVIDERS_ALLOW_PRIVATE_ADDRESSES", "true")
    assert run(*add, "--json").answer["base_url"] == "http://127.0.0.1:8100"


def test_a_connection_is_switched_live_by_its_name(run: Run, connection: str):
    assert run("connections", "live", "printful", "on", "--json").answer["live"] is True
    assert run("connections", "live", connection, "off", "--json").answer["live"] is False


def test_a_name_of_two_connections_asks_for_an_id(run: Run, connection: str, credentials: Path):
    second = run("connections", "add", "printful", "--credentials", credentials, "--json").answer["id"]

    done = run("connections", "calls", "Printful", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/name-unclear"
    assert sorted(done.problem["ids"]) == sorted([connection, second])


def test_a_connection_that_was_never_used_has_no_calls(run: Run, connection: str):
    assert run("connections", "calls", connection, "--json").answer == {"items": []}


@pytest.mark.parametrize("verb", ["test", "sync"])
def test_waiting_ends_where_no_worker_runs(run: Run, connection: str, verb: str):
    done = run("connections", verb, connection, "--wait-s", "0.2", "--json")

    assert done.code == Exit.REFUSED
    assert done.out == ""
    assert done.problem["code"] == "cli/still-waiting"
    assert done.problem["waited_s"] >= 0.2


def test_an_unknown_provider_names_those_there_are(run: Run, installed: Settings, credentials: Path):
    done = run("connections", "add", "inkwell", "--credentials", credentials, "--json")

    assert done.code == Exit.REFUSED
    assert "printful" in done.err
