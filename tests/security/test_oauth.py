"""OAuth 2 with providers: replay, other people's states, mix-up of providers, and where browsers are sent to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from printvision.accounts import Role
from printvision.oauth import App, Tokens, attempts, exchange
from printvision.platform import clock
from printvision.platform.runtime import Platform
from printvision.providers.simulators.granting import TokenEvent
from tests.api.browsing import at, post_token, signed_in
from tests.factories.people import link_for, make_member
from tests.factories.workspaces import make_workspace
from tests.oauth.conftest import browser, owner, provider, registered
from tests.oauth.granting import BEGIN, FINISH, Person, Provider, rows

__all__ = ["browser", "owner", "provider", "registered"]


@pytest.fixture
def traded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """To whom codes were sent to be traded, whatever came of it."""
    sent: list[str] = []

    async def trade(client: Any, app: App, **given: str) -> Tokens:
        sent.append(app.key)
        return await exchange(client, app, **given)

    monkeypatch.setattr(attempts, "exchange", trade)
    return sent


async def refused(person: Person, query: dict[str, str], *, provider: str = "printful") -> None:
    """That an answer is taken for none of this session's, and that nothing came of it."""
    before = await rows(person.workspace.platform, "connections")
    reply = await person.finish(query, provider=provider)
    assert (reply.status_code, reply.json()["code"]) == (403, "oauth/refused"), reply.text
    assert await rows(person.workspace.platform, "connections") == before


async def test_an_answer_counts_once(owner: Person, provider: Provider):
    back = await provider.allow(await owner.begun())
    assert (await owner.finish(back)).status_code == 200

    await refused(owner, back)

    assert len(await provider.tokens(TokenEvent.ISSUED)) == 1


async def test_a_code_that_was_used_connects_nothing_under_another_state(owner: Person, provider: Provider):
    used = await provider.allow(await owner.begun())
    await owner.finish(used)
    fresh = await provider.allow(await owner.begun())

    await refused(owner, fresh | {"code": used["code"]})


async def test_anothers_answer_does_not_connect_my_workspace(
    owner: Person, provider: Provider, registered: Platform
):
    """Who has a victim's browser open their own answer would have its orders printed at their own account."""
    elsewhere = await make_workspace(registered)
    attacker = Person(owner.browser, elsewhere, await signed_in(owner.browser, elsewhere))
    back = await provider.allow(await attacker.begun())

    await refused(owner, back)
    await refused(attacker, back)  # and it is used up


async def test_another_session_of_the_same_person_finishes_nothing(owner: Person, provider: Provider):
    another = Person(owner.browser, owner.workspace, await signed_in(owner.browser, owner.workspace))

    await refused(another, await provider.allow(await owner.begun()))


async def test_an_answer_after_ten_minutes_is_too_late(owner: Person, provider: Provider, traded: list[str]):
    back = await provider.allow(await owner.begun())

    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1), tick=True):
        await refused(owner, back)

    assert traded == []


@pytest.mark.parametrize("state", ["", "x", "A" * 43, "' OR true --"])
async def test_a_state_of_nobodys_is_none(owner: Person, provider: Provider, state: str):
    back = await provider.allow(await owner.begun())

    await refused(owner, back | {"state": state})


async def test_without_a_state_or_a_code_nothing_is_done(owner: Person, provider: Provider):
    back = await provider.allow(await owner.begun())
    await refused(owner, {"code": back["code"], "success": "1"})
    await refused(owner, {"state": back["state"], "success": "1"})


async def test_one_providers_answer_is_not_taken_for_anothers(
    owner: Person, provider: Provider, traded: list[str]
):
    """Mix-up (RFC 9700, 4.4): each provider sends browsers back to an address of its own."""
    back = await provider.allow(await owner.begun())

    await refused(owner, back, provider="printify")

    assert traded == []  # no code went to anybody


@pytest.mark.parametrize("iss", ["https://evil.example", "http://127.0.0.1", ""])
async def test_an_answer_that_names_another_issuer_is_refused(owner: Person, provider: Provider, iss: str):
    """RFC 9207."""
    back = await provider.allow(await owner.begun())

    await refused(owner, back | {"iss": iss})

    assert await provider.tokens(TokenEvent.ISSUED) == []


@pytest.mark.parametrize(
    "name", ["redirect_uri", "redirect_url", "accept_url", "next", "address", "base_url"]
)
async def test_nobody_chooses_where_browsers_are_sent_to(owner: Person, registered: Platform, name: str):
    reply = await owner.begin(**{name: "https://evil.example"})

    assert reply.status_code == 400
    assert await rows(registered, "oauth_attempts") == 0


async def test_a_host_header_does_not_choose_it_either(owner: Person):
    headers = at(owner.workspace, owner.cookie) | {"host": "evil.example", "x-forwarded-host": "evil.example"}

    reply = await owner.browser.post(BEGIN, json={"provider": "printful"}, headers=headers)

    asked = parse_qs(urlsplit(str(reply.json()["address"])).query)
    assert asked["redirect_url"] == ["http://127.0.0.1:8000/oauth/printful"]


async def test_another_sites_page_neither_begins_nor_finishes(
    owner: Person, provider: Provider, registered: Platform
):
    back = await provider.allow(await owner.begun())
    theirs = at(owner.workspace, owner.cookie, ours=False) | {"sec-fetch-site": "cross-site"}

    begun = await owner.browser.post(BEGIN, json={"provider": "printful"}, headers=theirs)
    ended = await owner.browser.post(FINISH, json={"provider": "printful", "query": back}, headers=theirs)

    assert [reply.json()["code"] for reply in (begun, ended)] == ["access/cross-site"] * 2
    assert await rows(registered, "connections") == 0
    assert (await owner.finish(back)).status_code == 200  # it was not used up by them


async def test_without_a_fresh_proof_nothing_is_begun(owner: Person, registered: Platform):
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        reply = await owner.begin()

    assert (reply.status_code, reply.json()["code"]) == (403, "access/prove-again")
    assert await rows(registered, "oauth_attempts") == 0


async def test_who_may_only_look_begins_nothing(owner: Person, registered: Platform):
    person_id = await make_member(owner.workspace, Role.VIEWER)
    reply = await post_token(owner.browser, await link_for(registered, person_id))
    owner.browser.cookies.clear()
    viewer = Person(owner.browser, owner.workspace, reply.headers["set-cookie"].partition(";")[0])

    assert (await viewer.begin()).json()["code"] == "access/permission-missing"
    assert await rows(registered, "oauth_attempts") == 0


async def test_a_connection_of_others_is_not_granted_anew(
    owner: Person, provider: Provider, registered: Platform
):
    elsewhere = await make_workspace(registered)
    stranger = Person(owner.browser, elsewhere, await signed_in(owner.browser, elsewhere))
    made = (await owner.finish(await provider.allow(await owner.begun()))).json()

    reply = await stranger.begin(connection_id=made["id"])

    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")
