"""Signing in by real issuers: `oidc-provider` in Node."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import (
    Purpose,
    account_operations,
    create_link,
    create_person,
    factor_operations,
    openid_operations,
    operations,
)
from printvision.accounts.factors.codes import code_at, step_of
from printvision.accounts.openid.issuer import Issuer, Tokens
from printvision.accounts.openid.signing_in import Issuers
from printvision.api.application import make_application
from printvision.mail.writing import read_outbox
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.operations import Operation
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import AccountSettings, IssuerSettings, Settings
from tests.accounts.openid.issuers import CLIENT, SECRET, RealIssuer, running_issuer, script_folder
from tests.api.browsing import OUR_PAGE
from tests.api.conftest import opener, running

OPENID, SESSION = "/api/v1/session/openid", "/api/v1/session"
ADA = {"sub": "ada", "email": "Ada@Example.com", "email_verified": True, "name": "Ada"}
VERBS: list[Any] = [
    each
    for module in (operations, account_operations, factor_operations, openid_operations)
    for each in vars(module).values()
    if isinstance(each, Operation)
]


@pytest.fixture(scope="session")
def issuer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return script_folder(tmp_path_factory.mktemp("openid"))


@pytest.fixture
async def issuer(issuer_folder: Path) -> AsyncIterator[RealIssuer]:
    async with running_issuer(issuer_folder) as issuer:
        await issuer.tell(person=ADA)
        yield issuer


@pytest.fixture
async def other(issuer_folder: Path) -> AsyncIterator[RealIssuer]:
    async with running_issuer(issuer_folder) as issuer:
        await issuer.tell(person=ADA | {"sub": "mallory"})
        yield issuer


def named(name: str, issuer: RealIssuer) -> IssuerSettings:
    return IssuerSettings(
        name=name,
        title=name.title(),
        url=issuer.url,
        client_id=CLIENT,
        client_secret=Secret(SECRET),
        allow_private_addresses=True,
    )


def let(platform: Platform, sign_up: Any, **issuers: RealIssuer) -> None:
    accounts = AccountSettings(sign_up=sign_up, issuers=[named(*each) for each in issuers.items()])
    platform.settings = msgspec.structs.replace(platform.settings, accounts=accounts)
    platform.extras.pop(Issuers, None)


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    app = make_application(settings, VERBS, opener=opener(platform))
    async with running(app):
        yield app


def new_browser(app: Any) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test", headers=OUR_PAGE)


@pytest.fixture
async def browser(app: Litestar) -> AsyncGenerator[AsyncClient]:
    async with new_browser(app) as client:
        yield client


async def begin(browser: AsyncClient, issuer: str = "one", then: str = "/") -> str:
    reply = await browser.post(f"{OPENID}/begin", json={"issuer": issuer, "next": then})
    assert reply.status_code == 200, reply.text
    return reply.json()["address"]


async def finish(browser: AsyncClient, given: dict[str, str]) -> Response:
    return await browser.post(f"{OPENID}/finish", json=given)


async def sign_in(browser: AsyncClient, issuer: RealIssuer, **changed: str) -> Response:
    return await finish(browser, await issuer.visit(await begin(browser), **changed))


async def counted(platform: Platform) -> tuple[int, int, int]:
    """People, identities, sessions."""
    async with system_scope(platform, "test") as scope:
        rows = await run(
            scope.session,
            "SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM identities), (SELECT count(*) FROM sessions)",
        )
    return tuple(rows[0])


async def assert_refused(platform: Platform, reply: Response, code: str = "access/openid-refused") -> None:
    assert reply.json()["code"] == code
    assert await counted(platform) == (0, 0, 0)


async def letters(platform: Platform) -> list[Any]:
    async with system_scope(platform, "test") as scope:
        return list(await read_outbox(scope, 100))


@pytest.fixture
def exchanged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which issuers were given a code."""
    given: list[str] = []
    exchange = Issuer.exchange

    async def noted(self: Issuer, code: str, verifier: str, redirect_uri: str) -> Tokens:
        given.append(self.settings.name)
        return await exchange(self, code, verifier, redirect_uri)

    monkeypatch.setattr(Issuer, "exchange", noted)
    return given


async def make_ada(platform: Platform) -> None:
    async with system_scope(platform, "test") as scope:
        await create_person(scope, "ada@example.com", "Ada", verified=True)


async def test_who_is_new_gets_an_account_where_all_may_and_later_signs_in_to_it(
    browser: AsyncClient, app: Litestar, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)

    reply = await sign_in(browser, issuer)

    assert reply.json() == {"signed_in": True, "mailed": False, "second": [], "next": "/"}
    first = (await browser.get(SESSION)).json()
    assert (first["email"], first["name"]) == ("ada@example.com", "Ada")
    await issuer.tell(person=ADA | {"email": "lovelace@example.com"})
    async with new_browser(app) as later:
        assert (await sign_in(later, issuer)).json()["signed_in"]
        assert (await later.get(SESSION)).json()["id"] == first["id"]
    assert await counted(platform) == (1, 1, 2)


@pytest.mark.parametrize("sign_up", ["invite", "closed"])
async def test_who_is_new_and_not_let_in_gets_no_account(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer, sign_up: str
):
    let(platform, sign_up, one=issuer)

    await assert_refused(platform, await sign_in(browser, issuer), "accounts/sign-up-closed")


async def test_who_is_invited_gets_an_account_and_the_invitation_waits_on(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "invite", one=issuer)
    async with system_scope(platform, "test") as scope:
        await create_link(scope, Purpose.INVITE, lasts=timedelta(days=1), email="ada@example.com")

    assert (await sign_in(browser, issuer)).json()["signed_in"]

    assert (await browser.get(SESSION)).json()["workspaces"] == []
    async with system_scope(platform, "test") as scope:
        assert await run(scope.session, "SELECT purpose FROM links") == [("invite",)]


async def test_a_second_factor_is_asked_for_after_the_issuer_too(
    browser: AsyncClient, app: Litestar, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)
    await sign_in(browser, issuer)
    secret = Secret((await browser.post("/api/v1/account/authenticator", json={})).json()["secret"])
    first = {"code": code_at(secret, step_of(clock.now()) - 1)}
    assert (await browser.post("/api/v1/account/authenticator/confirm", json=first)).status_code == 204

    async with new_browser(app) as later:
        got = (await sign_in(later, issuer)).json()
        assert (got["signed_in"], "totp" in got["second"]) == (False, True)
        assert (await later.get(SESSION)).status_code == 401
        code = {"totp": code_at(secret, step_of(clock.now()))}
        assert (await later.post(f"{SESSION}/second", json=code)).json()["signed_in"]
        assert (await later.get(SESSION)).json()["name"] == "Ada"


@pytest.mark.parametrize("sign_up", ["open", "invite"])
async def test_an_address_that_the_issuer_did_not_verify_is_nobodys(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer, sign_up: str
):
    let(platform, sign_up, one=issuer)
    await issuer.tell(person=ADA | {"email_verified": False})

    await assert_refused(platform, await sign_in(browser, issuer), "access/address-unproved")


async def test_an_account_that_is_there_is_connected_by_a_letter_in_the_same_browser_only(
    browser: AsyncClient, app: Litestar, platform: Platform, issuer: RealIssuer
):
    let(platform, "invite", one=issuer)
    await make_ada(platform)

    reply = await sign_in(browser, issuer)

    assert (reply.json()["signed_in"], reply.json()["mailed"]) == (False, True)
    assert await counted(platform) == (1, 0, 0)
    (letter,) = await letters(platform)
    assert letter.recipient == "ada@example.com"
    found = re.search(r"/connect#([A-Za-z0-9_-]{43})", letter.text)
    assert found is not None
    token = {"token": found[1]}
    async with new_browser(app) as elsewhere:
        await begin(elsewhere)
        assert (await elsewhere.post(f"{OPENID}/connect", json=token)).json()["code"] == "access/bad-link"
    assert await counted(platform) == (1, 0, 0)
    assert (await browser.post(f"{OPENID}/connect", json=token)).json()["signed_in"]
    assert await counted(platform) == (1, 1, 1)
    assert (await browser.post(f"{OPENID}/connect", json=token)).json()["code"] == "access/bad-link"
    assert (await sign_in(browser, issuer)).json()["signed_in"]


async def test_keys_change_in_the_middle_of_it(browser: AsyncClient, platform: Platform, issuer: RealIssuer):
    let(platform, "open", one=issuer)
    assert (await sign_in(browser, issuer)).json()["signed_in"]
    came_back = await issuer.visit(await begin(browser))
    await issuer.tell(rotate=True)

    with time_machine.travel(clock.now() + timedelta(seconds=10)):
        assert (await finish(browser, came_back)).json().get("signed_in")


async def test_a_token_for_another_nonce_is_refused(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)

    await assert_refused(platform, await sign_in(browser, issuer, nonce="n" * 43))


async def test_a_code_for_another_verifier_is_refused(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)

    await assert_refused(platform, await sign_in(browser, issuer, code_challenge="c" * 43))


async def test_an_unknown_state_is_refused(browser: AsyncClient, platform: Platform, issuer: RealIssuer):
    let(platform, "open", one=issuer)

    await assert_refused(platform, await sign_in(browser, issuer, state="s" * 43))


async def test_an_answer_works_once_and_a_code_works_once(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)
    came_back = await issuer.visit(await begin(browser))
    assert (await finish(browser, came_back)).json()["signed_in"]
    before = await counted(platform)

    again = await finish(browser, came_back)
    state = parse_qs(urlsplit(await begin(browser)).query)["state"][0]
    with_new_state = await finish(browser, came_back | {"state": state})

    assert {again.json()["code"], with_new_state.json()["code"]} == {"access/openid-refused"}
    assert await counted(platform) == before


async def test_nobody_is_signed_in_by_what_another_browser_began(
    browser: AsyncClient, app: Litestar, platform: Platform, issuer: RealIssuer, exchanged: list[str]
):
    let(platform, "open", one=issuer)

    async with new_browser(app) as victim:
        await assert_refused(platform, await finish(victim, await issuer.visit(await begin(browser))))
        await begin(victim)
        await assert_refused(platform, await finish(victim, await issuer.visit(await begin(browser))))
    assert exchanged == []


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_code_is_never_given_to_another_issuer_than_the_one_it_is_of(
    browser: AsyncClient,
    platform: Platform,
    issuer: RealIssuer,
    other: RealIssuer,
    exchanged: list[str],
    hidden: bool,
):
    """The mix-up of RFC 9207: the one that was asked sends the browser on to the honest one, to be given its code."""
    let(platform, "open", one=issuer, two=other)
    address = urlsplit(await begin(browser, "two"))
    came_back = await issuer.visit(address._replace(netloc=urlsplit(issuer.url).netloc).geturl())
    assert came_back["iss"] == issuer.url
    if hidden:
        del came_back["iss"]

    await assert_refused(platform, await finish(browser, came_back))
    assert exchanged == []


async def test_too_late_is_refused(browser: AsyncClient, platform: Platform, issuer: RealIssuer):
    let(platform, "open", one=issuer)
    came_back = await issuer.visit(await begin(browser))

    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        await assert_refused(platform, await finish(browser, came_back))


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        ("/w/ours/orders?state=open", "/w/ours/orders?state=open"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil", "/"),
        ("", "/"),
    ],
)
async def test_afterwards_a_page_of_ours_is_shown(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer, then: str, shown: str
):
    let(platform, "open", one=issuer)

    reply = await finish(browser, await issuer.visit(await begin(browser, then=then)))

    assert reply.json()["next"] == shown


async def test_other_sites_begin_and_finish_nothing(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "open", one=issuer)
    came_back = await issuer.visit(await begin(browser))
    browser.headers["sec-fetch-site"] = "cross-site"

    for path, given in (("begin", {"issuer": "one"}), ("finish", came_back)):
        reply = await browser.post(f"{OPENID}/{path}", json=given)
        await assert_refused(platform, reply, "access/cross-site")


async def test_an_issuer_must_be_who_the_settings_say_at_an_allowed_address(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    as_it_is = named("one", issuer)
    for wrong in (
        msgspec.structs.replace(as_it_is, allow_private_addresses=False),
        msgspec.structs.replace(as_it_is, url=issuer.url + "/"),
        msgspec.structs.replace(as_it_is, url=issuer.url.replace("127.0.0.1", "localhost")),
    ):
        accounts = AccountSettings(sign_up="open", issuers=[wrong])
        platform.settings = msgspec.structs.replace(platform.settings, accounts=accounts)
        platform.extras.pop(Issuers, None)
        reply = await browser.post(f"{OPENID}/begin", json={"issuer": "one"})
        await assert_refused(platform, reply, "access/issuer-unavailable")
    unknown = await browser.post(f"{OPENID}/begin", json={"issuer": "none"})
    await assert_refused(platform, unknown, "access/issuer-unknown")


async def test_the_sign_in_page_is_told_titles_and_no_secrets(
    browser: AsyncClient, platform: Platform, issuer: RealIssuer
):
    let(platform, "invite", one=issuer)

    assert (await browser.get(OPENID)).json() == {"items": [{"name": "one", "title": "One"}]}
