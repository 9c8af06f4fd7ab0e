from __future__ import annotations

import pytest

from printvision.accounts import BadKey, revoke_key
from printvision.accounts.keys import make_key
from printvision.api import signing_in
from printvision.api.signing_in import KNOWN_FOR_S, SignIns
from printvision.platform.runtime import Platform
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture
def time_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock of sign-ins says, in its one place."""
    now_s = [1_000.0]
    monkeypatch.setattr(signing_in.time, "monotonic", lambda: now_s[0])
    return now_s


async def test_a_known_key_is_asked_for_once_a_second(
    platform: Platform, workspace: MadeWorkspace, time_s: list[float]
):
    sign_ins = SignIns()
    view, key = await workspace.made_key()
    first = await sign_ins.sign_in(platform, key.reveal())
    async with workspace.scope() as scope:
        await revoke_key(scope, view.id)

    time_s[0] += KNOWN_FOR_S - 0.001
    assert await sign_ins.sign_in(platform, key.reveal()) is first
    time_s[0] += 0.001
    with pytest.raises(BadKey):
        await sign_ins.sign_in(platform, key.reveal())


async def test_a_refused_key_is_asked_for_each_time(platform: Platform, workspace: MadeWorkspace):
    sign_ins = SignIns()
    unknown = make_key().text.reveal()
    for _ in range(2):
        with pytest.raises(BadKey):
            await sign_ins.sign_in(platform, unknown)

    assert sign_ins.known == 0


async def test_no_more_than_so_many_are_known_and_the_latest_stay(
    platform: Platform, workspace: MadeWorkspace, time_s: list[float], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing_in, "MOST_KNOWN", 2)
    sign_ins = SignIns()
    keys = [(await workspace.made_key())[1].reveal() for _ in range(3)]
    found = [await sign_ins.sign_in(platform, key) for key in keys]

    assert sign_ins.known == 2
    for key, each in list(zip(keys, found, strict=True))[1:]:
        assert await sign_ins.sign_in(platform, key) is each
