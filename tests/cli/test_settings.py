from __future__ import annotations

import pytest

from printvision.cli.exits import Exit
from printvision.platform.settings import Settings, environment, variable
from tests.cli.conftest import Run


def test_every_setting_is_listed_with_its_variable_and_its_value(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRINTVISION_SERVER_PORT", "9000")

    rows = {row["variable"]: row for row in run("settings", "--json").answer["settings"]}

    assert rows["PRINTVISION_SERVER_PORT"] == {
        "variable": "PRINTVISION_SERVER_PORT",
        "key": "server.port",
        "value": 9000,
        "default": 8000,
    }
    assert {*environment(Settings())} < {*rows}
    assert variable(("database", "url")) in rows


def test_a_secret_is_not_shown(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:hidden-word@here/db")

    for done in (run("settings"), run("settings", "--json")):
        assert done.code == Exit.OK
        assert "DATABASE_URL" in done.out
        assert "hidden-word" not in done.out + done.err


def test_a_name_that_is_no_setting_is_told_below_those_that_are(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRINTVISION_SERVER_PROT", "9000")

    done = run("settings", "--json")

    assert done.code == Exit.USAGE
    assert done.problem["variable"] == "PRINTVISION_SERVER_PROT"
    assert any(row["variable"] == "PRINTVISION_SERVER_PORT" for row in done.answer["settings"])
