from __future__ import annotations

import pytest

from printvision.accounts import BadKey, revoke_key
from printvision.accounts.keys import make_key
from printvision.api import signing_in
from printvision.api.execution import Caller, sign_in
from printvision.api.signing_in import FRESH_FOR_S, known_of
from printvision.platform.runtime import Platform
from printvision.platform.visits import Visit
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture
def time_s(platform: Platform) -> list[float]:
    """What the clock of sign-ins says, in its one place."""
    now_s = [1_000.0]
    known_of(platform).now_s = lambda: now_s[0]
    return now_s


def caller(key: str) -> Caller:
    return Caller(key, Visit("192.0.2.1"))


async def test_a_known_key_is_asked_for_once_a_second(
    platform: Platform, workspace: MadeWorkspace, time_s: list[float]
):
    view, secret = await workspace.made_key()
    key = secret.reveal()
    first = await sign_in(platform, caller(key))
    async with workspace.scope() as scope:
        await revoke_key(scope, view.id)

    time_s[0] += FRESH_FOR_S - 0.001
    assert await sign_in(platform, caller(key)) is first
    assert known_of(platform).find(caller(key).credential) is first
    time_s[0] += 0.001
    with pytest.raises(BadKey):
        await sign_in(platform, caller(key))

    assert known_of(platform).find(caller(key).credential) is None


async def test_being_known_does_not_make_a_key_fresh_for_longer(
    platform: Platform, workspace: MadeWorkspace, time_s: list[float]
):
    _, secret = await workspace.made_key()
    first = await sign_in(platform, caller(secret.reveal()))
    for _ in range(3):  # a busy key
        time_s[0] += FRESH_FOR_S / 4
        assert await sign_in(platform, caller(secret.reveal())) is first

    time_s[0] += FRESH_FOR_S / 4
    again = await sign_in(platform, caller(secret.reveal()))
    assert again is not first
    assert again == first


async def test_a_refused_key_leaves_nothing(platform: Platform):
    unknown = make_key().text.reveal()
    for _ in range(2):
        with pytest.raises(BadKey):
            await sign_in(platform, caller(unknown))

    assert len(known_of(platform)) == 0


async def test_no_more_than_so_many_are_known_and_the_latest_stay(
    platform: Platform, workspace: MadeWorkspace, time_s: list[float], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing_in, "MOST_KNOWN", 2)
    keys = [(await workspace.made_key())[1].reveal() for _ in range(3)]
    found = [await sign_in(platform, caller(key)) for key in keys]

    assert len(known_of(platform)) == 2
    assert known_of(platform).find(caller(keys[0]).credential) is None
    for key, each in list(zip(keys, found, strict=True))[1:]:
        assert await sign_in(platform, caller(key)) is each
