from __future__ import annotations

import asyncio
import stat
from uuid import uuid4

import pytest

from printvision.accounts import BadKey, authenticate
from printvision.cli.exits import Exit
from printvision.platform.runtime import open_platform
from printvision.platform.scope import Principal, system_scope
from printvision.platform.settings import Settings
from tests.cli.conftest import Run


def who(settings: Settings, key: str) -> Principal:
    async def ask() -> Principal:
        async with open_platform(settings) as platform, system_scope(platform, "test") as scope:
            return (await authenticate(scope, key)).principal

    return asyncio.run(ask())


def test_the_first_start_leaves_its_key_to_its_owner_alone(installed: Settings):
    path = installed.data_path / "first-api-key"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert who(installed, path.read_text().strip())


def test_migrating_again_makes_nothing_new(run: Run, installed: Settings):
    path = installed.data_path / "first-api-key"
    before = (path.read_text(), (installed.data_path / "keyring.json").read_text())

    done = run("migrate", "--json")

    assert done.answer == {"migrated": True, "first_api_key_file": None}
    assert (path.read_text(), (installed.data_path / "keyring.json").read_text()) == before


def test_a_lost_keyring_is_never_replaced(run: Run, installed: Settings):
    (installed.data_path / "keyring.json").unlink()

    done = run("migrate", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "sealed/keyring-missing"
    assert not (installed.data_path / "keyring.json").exists()


def test_a_key_is_made_and_revoked(run: Run, installed: Settings):
    made = run("keys", "create", "for the test", "--json").answer
    assert who(installed, made["key"]).id == made["id"]

    assert run("keys", "revoke", made["id"], "--json").answer == {"id": made["id"], "revoked": True}
    with pytest.raises(BadKey):
        who(installed, made["key"])


def test_a_key_that_is_not_there_cannot_be_revoked(run: Run, installed: Settings):
    done = run("keys", "revoke", uuid4(), "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "not-found"
