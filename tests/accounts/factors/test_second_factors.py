"""Second factors by the API: added, asked for, given, bounded, removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import (
    OperatorRole,
    Role,
    account_operations,
    add_member,
    factor_operations,
    operations,
)
from printvision.accounts.factors.attempts import OF_PERSON, OF_SESSION, OLD_TRIES
from printvision.accounts.factors.authenticators import spend_code
from printvision.accounts.factors.challenges import OLD_CHALLENGES
from printvision.accounts.factors.codes import code_at, step_of
from printvision.accounts.factors.devices import OLD_DEVICES
from printvision.accounts.passwords import hash_password
from printvision.api.application import make_application
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.operations import Operation
from printvision.platform.rates import spending
from printvision.platform.redaction import Secret
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import ServerSettings, Settings
from printvision.workspaces import operations as workspaces
from tests.accounts.factors.soft_key import SoftKey
from tests.api.browsing import OUR_PAGE
from tests.api.conftest import opener, running
from tests.factories.people import link_for, make_person
from tests.factories.workspaces import MadeWorkspace
from tests.waiting import until

GOOD, BETTER = "quillback-row-odalys-77", "wexford.lantern.prairie"
HERE = "http://localhost:8000"
ACCOUNT, SESSION, WORKSPACE = "/api/v1/account", "/api/v1/session", "/api/v1/workspace"
APP, PASSKEYS, CODES, DEVICES = (
    f"{ACCOUNT}/{name}" for name in ("authenticator", "passkeys", "recovery-codes", "devices")
)
VERBS: list[Any] = [
    each
    for module in (operations, account_operations, factor_operations, workspaces)
    for each in vars(module).values()
    if isinstance(each, Operation)
]


@pytest.fixture(autouse=True)
def _budgets_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is bounded here is bounded by itself, not by how often an address may try."""
    monkeypatch.setattr(spending, "LEASED_WITHIN_S", 20.0)
    monkeypatch.setattr("printvision.api.spending.ATTEMPTS_A_MINUTE", 1_000)


@pytest.fixture
def still() -> Generator[time_machine.Traveller]:
    """A clock that a test moves."""
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    there = msgspec.structs.replace(settings, server=ServerSettings(public_url=HERE))
    platform.settings = there
    app = make_application(there, VERBS, opener=opener(platform))
    async with running(app):
        yield app


def browser_of(app: Litestar) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(app), base_url=HERE, headers=OUR_PAGE)


@pytest.fixture
async def browser(app: Litestar) -> AsyncGenerator[AsyncClient]:
    async with browser_of(app) as client:
        yield client


@pytest.fixture
async def other(app: Litestar) -> AsyncGenerator[AsyncClient]:
    """A second browser."""
    async with browser_of(app) as client:
        yield client


class GaveUp(Exception):
    pass


class Ada:
    """A person with a password, who is signed in with it."""

    def __init__(self, platform: Platform, person_id: PersonId, email: str) -> None:
        self.platform, self.id, self.email = platform, person_id, email
        self.secret = Secret("")

    async def enter(self, browser: AsyncClient, password: str = GOOD) -> Response:
        return await browser.post(f"{SESSION}/password", json={"email": self.email, "password": password})

    def code(self, aside: int = 0) -> str:
        return code_at(self.secret, step_of(clock.now()) + aside)

    async def add_app(self, browser: AsyncClient) -> None:
        begun = await browser.post(APP, json={})
        assert begun.status_code == 200, begun.text
        self.secret = Secret(begun.json()["secret"])
        done = await browser.post(f"{APP}/confirm", json={"code": self.code(-1)})
        assert done.status_code == 204, done.text

    async def second(self, browser: AsyncClient, **given: Any) -> Response:
        return await browser.post(f"{SESSION}/second", json=given)


@pytest.fixture
async def ada(platform: Platform, browser: AsyncClient) -> Ada:
    person_id, made = await make_person(platform), await hash_password(platform, Secret(GOOD))
    [[email]] = await ask(
        platform,
        "UPDATE people SET password_hash = %(hash)s WHERE id = %(id)s RETURNING email",
        id=person_id,
        hash=made,
    )
    ada = Ada(platform, person_id, email)
    assert (await ada.enter(browser)).json() == {"signed_in": True, "second": []}
    return ada


async def ask(platform: Platform, statement: Any, **values: Any) -> Any:
    async with system_scope(platform, "test") as scope:
        return await run(scope.session, statement, values)


async def add_passkey(browser: AsyncClient, key: SoftKey, name: str = "Laptop") -> Response:
    options = (await browser.post(f"{PASSKEYS}/options", json={})).json()["options"]
    return await browser.post(PASSKEYS, json={"name": name, "credential": key.make(options)})


async def enter_by_passkey(browser: AsyncClient, key: SoftKey, **client: Any) -> Response:
    options = (await browser.post(f"{SESSION}/passkey/options", json={})).json()["options"]
    return await browser.post(f"{SESSION}/passkey", json={"credential": key.use(options, **client)})


async def factors(browser: AsyncClient) -> dict[str, Any]:
    return (await browser.get(f"{ACCOUNT}/factors")).json()


async def is_in(browser: AsyncClient) -> bool:
    return (await browser.get(SESSION)).status_code == 200


def told(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


PENDING = {"signed_in": False, "second": ["totp"]}
IN = {"signed_in": True, "second": []}

# -- authenticator apps ------------------------------------------------------------------------------------------------


async def test_an_app_counts_once_a_code_of_it_was_given(browser: AsyncClient, other: AsyncClient, ada: Ada):
    begun = (await browser.post(APP, json={})).json()
    ada.secret = Secret(begun["secret"])
    assert begun["address"].startswith(f"otpauth://totp/PrintVision:{ada.email.replace('@', '%40')}?")
    assert begun["picture"].startswith("<svg")
    assert (await factors(browser))["authenticator"] is None
    assert (await ada.enter(other)).json() == IN

    wrong = await browser.post(f"{APP}/confirm", json={"code": ada.code(5)})
    right = await browser.post(f"{APP}/confirm", json={"code": ada.code()})

    assert told(wrong) == (409, "factors/not-confirmed")
    assert right.status_code == 204
    assert (await factors(browser))["authenticator"]["last_used_at"] is None
    assert not await is_in(other)  # it was signed in without
    assert (await ada.enter(other)).json() == PENDING
    assert not await is_in(other)
    assert told(await ada.second(other, totp=ada.code())) == (403, "access/wrong-code")  # used to confirm
    assert (await ada.second(other, totp=ada.code(1))).json() == IN
    assert await is_in(other)


async def test_the_secret_is_sealed_where_it_is(browser: AsyncClient, ada: Ada, platform: Platform):
    await ada.add_app(browser)
    [[sealed]] = await ask(platform, "SELECT secret FROM authenticators")
    assert ada.secret.reveal().encode() not in sealed

    await ask(platform, "UPDATE authenticators SET id = gen_random_uuid()")  # as if put into another row
    await ada.enter(browser)

    assert (await ada.second(browser, totp=ada.code())).status_code == 500
    assert not await is_in(browser)


async def test_adding_takes_no_longer_than_a_quarter_of_an_hour(
    browser: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    ada.secret = Secret((await browser.post(APP, json={})).json()["secret"])
    await ask(
        ada.platform, "UPDATE sessions SET proved_at = %(then)s", then=clock.now() + timedelta(minutes=9)
    )
    still.shift(timedelta(minutes=15))

    assert told(await browser.post(f"{APP}/confirm", json={"code": ada.code()})) == (
        409,
        "factors/not-confirmed",
    )
    assert (await factors(browser))["authenticator"] is None


async def test_a_new_app_takes_the_place_of_the_old_one_when_it_is_confirmed(browser: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    old = ada.secret
    begun = Secret((await browser.post(APP, json={})).json()["secret"])
    await ada.enter(browser)
    assert (await ada.second(browser, totp=ada.code())).json() == IN  # the old one, still

    ada.secret = Secret((await browser.post(APP, json={})).json()["secret"])
    assert (
        told(await browser.post(f"{APP}/confirm", json={"code": code_at(begun, step_of(clock.now()))}))[0]
        == 409
    )
    assert (await browser.post(f"{APP}/confirm", json={"code": ada.code()})).status_code == 204

    await ada.enter(browser)
    assert (await ada.second(browser, totp=code_at(old, step_of(clock.now()) + 1))).status_code == 403
    assert (await ada.second(browser, totp=ada.code(1))).json() == IN


async def test_a_code_given_twice_at_once_signs_in_once(browser: AsyncClient, other: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    assert (await ada.enter(browser)).json() == (await ada.enter(other)).json() == PENDING
    code = ada.code(1)

    replies = await asyncio.gather(
        *(ada.second(each, totp=code) for each in (browser, other, browser, other))
    )

    assert sorted(reply.status_code for reply in replies)[0] == 200
    assert [reply.status_code for reply in replies].count(200) == 1
    assert sorted([await is_in(browser), await is_in(other)]) == [False, True]


@pytest.mark.parametrize("ends", ["commits", "rolls back"])
async def test_a_step_is_compared_as_it_is_written(browser: AsyncClient, ada: Ada, ends: str):
    """Both have looked before either writes: the second waits for the first, and comes in where that gives up."""
    await ada.add_app(browser)
    code = ada.code(1)

    async def give() -> bool:
        async with system_scope(ada.platform, "second") as second:
            return await spend_code(second, ada.id, code)

    async def waits() -> bool:
        async with ada.platform.db.of_workspace(ada.id) as watcher:
            return bool(await run(watcher.session, "SELECT 1 FROM pg_locks WHERE NOT granted"))

    with suppress(GaveUp):
        async with system_scope(ada.platform, "first") as first:
            assert await spend_code(first, ada.id, code)
            later = asyncio.create_task(give())
            await until(waits)
            if ends == "rolls back":
                raise GaveUp

    assert await later is (ends == "rolls back")


# -- how often ---------------------------------------------------------------------------------------------------------


async def test_five_wrong_codes_in_a_row_end_the_pending_session(browser: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    await ada.enter(browser)

    replies = [await ada.second(browser, totp=ada.code(9 + aside)) for aside in range(OF_SESSION)]

    assert [reply.json().get("left") for reply in replies] == [4, 3, 2, 1, None]
    assert told(replies[-1]) == (403, "access/too-many-codes")
    assert told(await ada.second(browser, totp=ada.code(1))) == (401, "access/signed-out")
    assert not await is_in(browser)


async def test_however_many_guess_at_once_five_are_looked_at(browser: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    await ada.enter(browser)

    replies = await asyncio.gather(*(ada.second(browser, totp=f"{guess:06}") for guess in range(12)))

    [[tries]] = await ask(ada.platform, "SELECT tries FROM code_tries WHERE id = %(id)s", id=ada.id)
    assert all(reply.status_code in (401, 403) for reply in replies)
    assert tries == OF_SESSION
    assert told(await ada.second(browser, totp=ada.code(1))) == (401, "access/signed-out")


async def test_a_right_one_forgets_the_wrong_ones(browser: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    await ada.enter(browser)
    for aside in range(OF_SESSION - 1):
        await ada.second(browser, totp=ada.code(9 + aside))
    assert (await ada.second(browser, totp=ada.code())).json() == IN

    assert await ask(ada.platform, "SELECT 1 FROM code_tries") == []


async def test_an_account_has_ten_in_a_row_and_its_owner_comes_in_all_the_same(
    browser: AsyncClient, other: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    await ada.add_app(browser)
    [spare, *_] = (await browser.post(CODES, json={})).json()["codes"]
    begun = clock.now()
    for guess in range(OF_PERSON):  # by somebody who knows the password
        if guess % OF_SESSION == 0:
            await ada.enter(other)
        await ada.second(other, totp=ada.code(9 + guess))
    await ada.enter(other)

    paused = await ada.second(other, totp=ada.code())
    assert told(paused) == (429, "access/codes-paused")
    assert datetime.fromisoformat(paused.json()["until"]) == begun + timedelta(hours=1)
    assert (await ada.second(other, recovery=spare)).json() == IN

    still.move_to(begun + timedelta(hours=1))
    await ada.enter(other)
    assert (await ada.second(other, totp=ada.code())).json() == IN


async def test_a_pending_session_lasts_ten_minutes_and_opens_nothing(
    browser: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    await ada.add_app(browser)
    await ada.enter(browser)
    for address in (f"{ACCOUNT}/factors", SESSION, DEVICES):
        assert told(await browser.get(address)) == (401, "access/signed-out")
    assert told(await browser.post(APP, json={})) == (401, "access/signed-out")

    still.shift(timedelta(minutes=10))
    assert told(await ada.second(browser, totp=ada.code())) == (401, "access/signed-out")


@pytest.mark.parametrize(
    "given", [{}, {"totp": "123456", "recovery": "x"}, {"totp": "123456", "passkey": {}}]
)
async def test_exactly_one_is_given(browser: AsyncClient, ada: Ada, given: dict[str, Any]):
    await ada.add_app(browser)
    await ada.enter(browser)

    assert told(await ada.second(browser, **given)) == (422, "rule-broken")
    assert await ask(ada.platform, "SELECT 1 FROM code_tries") == []


# -- recovery codes ----------------------------------------------------------------------------------------------------


async def test_each_recovery_code_works_once_and_new_ones_replace_all(browser: AsyncClient, ada: Ada):
    assert told(await browser.post(CODES, json={})) == (409, "factors/none")
    await ada.add_app(browser)
    first = (await browser.post(CODES, json={})).json()["codes"]
    assert len(first) == 10

    assert (await ada.enter(browser)).json() == {"signed_in": False, "second": ["recovery", "totp"]}
    assert (await ada.second(browser, recovery=first[0].lower().replace("-", " "))).json() == IN
    assert (await factors(browser))["recovery_codes_left"] == 9
    await ada.enter(browser)
    assert told(await ada.second(browser, recovery=first[0])) == (403, "access/wrong-code")
    assert (await ada.second(browser, recovery=first[1])).json() == IN

    second = (await browser.post(CODES, json={})).json()["codes"]
    await ada.enter(browser)
    assert told(await ada.second(browser, recovery=first[2])) == (403, "access/wrong-code")
    assert (await ada.second(browser, recovery=second[2])).json() == IN


async def test_of_two_who_give_a_recovery_code_at_once_one_comes_in(
    browser: AsyncClient, other: AsyncClient, ada: Ada
):
    await ada.add_app(browser)
    code = (await browser.post(CODES, json={})).json()["codes"][0]
    await ada.enter(browser)
    await ada.enter(other)

    replies = await asyncio.gather(*(ada.second(each, recovery=code) for each in (browser, other)))

    assert sorted(reply.status_code for reply in replies) == [200, 403]


async def test_one_persons_code_is_nobody_elses(
    browser: AsyncClient, other: AsyncClient, ada: Ada, platform: Platform
):
    await ada.add_app(browser)
    code = (await browser.post(CODES, json={})).json()["codes"][0]
    eve = await make_person(platform, name="Eve")
    [[email]] = await ask(
        platform,
        "UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE id = %(ada)s) "
        "WHERE id = %(id)s RETURNING email",
        id=eve,
        ada=ada.id,
    )
    hers = Ada(platform, eve, email)
    await hers.enter(other)
    await hers.add_app(other)
    await hers.enter(other)

    assert (await hers.second(other, recovery=code)).status_code == 403
    assert (await hers.second(other, totp=ada.code(1))).status_code == 403
    assert (await factors(browser))["recovery_codes_left"] == 10


# -- passkeys ----------------------------------------------------------------------------------------------------------


async def test_a_passkey_signs_in_without_a_name(browser: AsyncClient, other: AsyncClient, ada: Ada):
    key = SoftKey()
    added = await add_passkey(browser, key)

    assert added.status_code == 201
    assert (await enter_by_passkey(other, key)).json() == IN
    assert (await other.get(SESSION)).json()["email"] == ada.email
    [shown] = (await factors(other))["passkeys"]
    assert (shown["name"], shown["counted_back_at"]) == ("Laptop", None)
    assert shown["last_used_at"] is not None
    sessions = (await other.get(f"{ACCOUNT}/sessions")).json()["items"]
    assert sessions[0]["proofs"] == ["passkey"]


async def test_a_passkey_is_a_second_factor_and_need_not_know_who_is_at_it(
    browser: AsyncClient, other: AsyncClient, ada: Ada
):
    key = SoftKey(verified=False, step=0)
    await add_passkey(browser, key)
    assert told(await enter_by_passkey(other, key)) == (403, "access/bad-passkey")

    assert (await ada.enter(other)).json() == {"signed_in": False, "second": ["passkey"]}
    options = (await other.post(f"{SESSION}/second/options", json={})).json()["options"]
    assert len(options["allowCredentials"]) == 1
    assert (await ada.second(other, passkey=key.use(options))).json() == IN


async def test_a_passkey_of_somebody_else_is_no_second_factor(
    browser: AsyncClient, other: AsyncClient, ada: Ada, platform: Platform
):
    await ada.add_app(browser)
    eve = await make_person(platform, name="Eve")
    token = await link_for(platform, eve)
    await other.post(SESSION, json={"token": token})
    key = SoftKey()
    assert (await add_passkey(other, key)).status_code == 201

    await ada.enter(other)
    options = (await other.post(f"{SESSION}/second/options", json={})).json()["options"]

    assert told(await ada.second(other, passkey=key.use(options))) == (403, "access/bad-passkey")
    assert not await is_in(other)


async def test_what_was_asked_is_answered_once_by_whom_it_was_asked_and_soon(
    browser: AsyncClient, other: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    key = SoftKey()
    await add_passkey(browser, key)

    async def asked(by: AsyncClient) -> Any:
        return (await by.post(f"{SESSION}/passkey/options", json={})).json()["options"]

    async def answered(by: AsyncClient, credential: Any) -> int:
        return (await by.post(f"{SESSION}/passkey", json={"credential": credential})).status_code

    credential = key.use(await asked(other))
    assert await answered(browser, credential) == 403  # it was asked of another browser
    assert await answered(other, credential) == 200
    assert await answered(other, credential) == 403
    wrong, right = key.use(options := await asked(other), origin="http://evil.example"), key.use(options)
    assert await answered(other, wrong) == 403
    assert await answered(other, right) == 403  # a wrong answer uses it up
    options = await asked(other)
    still.shift(timedelta(minutes=5))
    assert await answered(other, key.use(options)) == 403
    # what was asked for one purpose is no answer for another
    await ada.enter(browser)
    options = (await browser.post(f"{SESSION}/second/options", json={})).json()["options"]
    assert await answered(browser, key.use(options)) == 403


async def test_a_passkey_that_counts_back_is_refused_and_marked(
    browser: AsyncClient, other: AsyncClient, ada: Ada
):
    key = SoftKey(count=40)
    await add_passkey(browser, key)
    copy = SoftKey(id=key.id, key=key.key, person=key.person, count=key.count)
    assert (await enter_by_passkey(other, key)).json() == IN

    assert told(await enter_by_passkey(other, copy)) == (403, "access/passkey-copied")

    copy.count = 20  # the first was at the same number, this one is below it
    assert told(await enter_by_passkey(other, copy)) == (403, "access/passkey-copied")
    [[count]] = await ask(ada.platform, "SELECT sign_count FROM passkeys")
    [shown] = (await factors(browser))["passkeys"]
    assert count == 42
    assert shown["counted_back_at"] is not None


async def test_passkeys_have_names_and_are_removed(browser: AsyncClient, other: AsyncClient, ada: Ada):
    first, second = SoftKey(), SoftKey()
    one = (await add_passkey(browser, first)).json()["id"]
    assert (await add_passkey(browser, second, "Key ring")).status_code == 201
    assert told(await add_passkey(browser, first)) == (409, "factors/passkey-known")

    renamed = await browser.patch(f"{PASSKEYS}/{one}", json={"name": "Old laptop"})
    assert renamed.json()["name"] == "Old laptop"
    assert (await browser.delete(f"{PASSKEYS}/{one}")).status_code == 204
    assert told(await browser.delete(f"{PASSKEYS}/{one}")) == (404, "not-found")
    assert told(await enter_by_passkey(other, first)) == (403, "access/bad-passkey")
    assert [each["name"] for each in (await factors(browser))["passkeys"]] == ["Key ring"]


async def test_what_is_somebody_elses_is_not_there(
    browser: AsyncClient, other: AsyncClient, ada: Ada, platform: Platform
):
    mine = (await add_passkey(browser, SoftKey())).json()["id"]
    await ada.enter(browser)
    eve = await make_person(platform, name="Eve")
    await other.post(SESSION, json={"token": await link_for(platform, eve)})

    assert told(await other.patch(f"{PASSKEYS}/{mine}", json={"name": "Mine"})) == (404, "not-found")
    assert told(await other.delete(f"{PASSKEYS}/{mine}")) == (404, "not-found")
    assert [tuple(row) for row in await ask(platform, "SELECT name FROM passkeys")] == [("Laptop",)]


async def test_where_there_can_be_no_passkeys_that_is_said(
    browser: AsyncClient, ada: Ada, platform: Platform
):
    numbered = ServerSettings(public_url="http://127.0.0.1:8000")
    platform.settings = msgspec.structs.replace(platform.settings, server=numbered)

    assert told(await browser.post(f"{PASSKEYS}/options", json={})) == (409, "factors/no-passkeys-here")


# -- remembered devices ------------------------------------------------------------------------------------------------


async def test_a_remembered_device_is_asked_for_no_second_factor_for_thirty_days(
    browser: AsyncClient, other: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    await ada.add_app(browser)
    await ada.enter(other)
    await ada.second(other, totp=ada.code(), remember_device=True)
    kept = other.cookies["printvision-8000-device"]
    assert (await ada.enter(other)).json() == IN
    [device] = (await other.get(DEVICES)).json()["items"]
    assert kept not in str(device)
    assert (await other.get(f"{ACCOUNT}/sessions")).json()["items"][0]["proofs"] == ["device", "password"]
    assert (await ada.enter(browser)).json() == PENDING  # another browser

    still.shift(timedelta(days=30) - timedelta(seconds=1))
    other.cookies.set("printvision-8000-device", kept, domain="localhost.local", path="/")
    assert (await ada.enter(other)).json() == IN
    still.shift(timedelta(seconds=1))
    assert (await ada.enter(other)).json() == PENDING


@pytest.mark.parametrize("how", ["one", "all", "password", "wrong person"])
async def test_a_device_is_forgotten(
    browser: AsyncClient, other: AsyncClient, ada: Ada, platform: Platform, how: str
):
    await ada.add_app(browser)
    await ada.enter(other)
    await ada.second(other, totp=ada.code(), remember_device=True)
    [device] = (await browser.get(DEVICES)).json()["items"] if await is_in(browser) else [None]
    assert device is not None

    if how == "one":
        assert (await browser.delete(f"{DEVICES}/{device['id']}")).status_code == 204
        assert told(await browser.delete(f"{DEVICES}/{device['id']}")) == (404, "not-found")
    elif how == "all":
        assert (await browser.delete(DEVICES)).status_code == 204
    elif how == "password":
        changed = await browser.post(f"{ACCOUNT}/password", json={"current": GOOD, "password": BETTER})
        assert changed.status_code == 204
    else:
        eve = await make_person(platform)
        await ask(platform, "UPDATE remembered_devices SET person_id = %(eve)s", eve=eve)

    assert (await browser.get(DEVICES)).json()["items"] == []
    reply = await ada.enter(other, BETTER if how == "password" else GOOD)
    assert reply.json() == PENDING


async def test_no_more_than_twenty_devices_are_remembered(browser: AsyncClient, ada: Ada, app: Litestar):
    await ada.add_app(browser)
    codes = [code for _ in range(3) for code in (await browser.post(CODES, json={})).json()["codes"]][-10:]
    await ask(
        ada.platform,
        "INSERT INTO remembered_devices SELECT gen_random_uuid(), %(id)s, sha256(n::text::bytea), '', '', now(), "
        "now() - make_interval(secs => n), now() + interval '1 day' FROM generate_series(1, 20) n",
        id=ada.id,
    )
    async with browser_of(app) as new:
        await ada.enter(new)
        await ada.second(new, recovery=codes[0], remember_device=True)

    rows = await ask(ada.platform, "SELECT token_hash = sha256('20'::bytea) FROM remembered_devices")
    assert (len(rows), any(row[0] for row in rows)) == (20, False)


# -- step-up -----------------------------------------------------------------------------------------------------------


async def test_what_weakens_or_strengthens_an_account_asks_for_a_fresh_proof(
    browser: AsyncClient, ada: Ada, still: time_machine.Traveller
):
    key = SoftKey()
    await add_passkey(browser, key)
    still.shift(timedelta(minutes=10, seconds=1))
    refused = [
        await browser.post(APP, json={}),
        await browser.post(f"{APP}/confirm", json={"code": "123456"}),
        await browser.delete(APP),
        await browser.post(f"{PASSKEYS}/options", json={}),
        await browser.post(CODES, json={}),
        await browser.delete(f"{PASSKEYS}/{ada.id}"),
    ]
    assert [told(reply) for reply in refused] == [(403, "access/prove-again")] * 6

    before = dict(browser.cookies)
    proved = await browser.post(f"{SESSION}/prove", json={"password": GOOD})
    assert proved.status_code == 204
    assert dict(browser.cookies) != before
    assert (await browser.post(CODES, json={})).status_code == 200

    still.shift(timedelta(minutes=11))
    options = (await browser.post(f"{SESSION}/prove/options", json={})).json()["options"]
    assert options["userVerification"] == "required"
    assert (await browser.post(f"{SESSION}/prove", json={"passkey": key.use(options)})).status_code == 204
    await ada.add_app(browser)

    still.shift(timedelta(minutes=11))
    assert (await browser.post(f"{SESSION}/prove", json={"totp": ada.code()})).status_code == 204
    assert (await browser.delete(APP)).status_code == 204
    [shown] = (await browser.get(f"{ACCOUNT}/sessions")).json()["items"]
    assert shown["proofs"] == ["passkey", "password", "totp"]


async def test_five_wrong_proofs_end_a_session(browser: AsyncClient, ada: Ada):
    replies = [await browser.post(f"{SESSION}/prove", json={"password": BETTER}) for _ in range(OF_SESSION)]

    assert [told(reply) for reply in replies] == [
        *[(401, "access/wrong-password")] * 4,
        (403, "access/too-many-codes"),
    ]
    assert not await is_in(browser)


async def test_the_password_alone_puts_no_factor_beside_those_there_are(browser: AsyncClient, ada: Ada):
    await ada.add_app(browser)
    await ask(ada.platform, """UPDATE sessions SET proofs = '["password"]'""")  # as one that slipped through

    for reply in (
        await browser.post(APP, json={}),
        await browser.delete(APP),
        await browser.post(f"{PASSKEYS}/options", json={}),
        await browser.post(CODES, json={}),
    ):
        assert told(reply) == (403, "access/prove-again")
    assert (await browser.post(f"{SESSION}/prove", json={"totp": ada.code()})).status_code == 204
    assert (await browser.post(CODES, json={})).status_code == 200


# -- workspaces that ask for one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OWNER, Role.DESIGNER, Role.VIEWER])
async def test_every_role_but_viewer_needs_one_until_owners_say_otherwise(
    browser: AsyncClient,
    other: AsyncClient,
    ada: Ada,
    workspace: MadeWorkspace,
    platform: Platform,
    role: Role,
):
    async with system_scope(platform, "test") as scope:
        await add_member(scope, workspace.id, ada.id, role)
        if role is not Role.OWNER:
            await add_member(scope, workspace.id, await make_person(platform), Role.OWNER)
    here = {"printvision-workspace": str(workspace.id)}
    asked = await browser.get(WORKSPACE, headers=here)
    [[slug]] = await ask(platform, "SELECT slug FROM workspaces")

    if role is Role.VIEWER:
        assert asked.status_code == 200
        assert (await factors(browser))["required_by"] == []
        return
    assert told(asked) == (403, "access/second-factor-needed")
    assert (await factors(browser))["required_by"] == [slug]
    await ada.add_app(browser)
    shown = await browser.get(WORKSPACE, headers=here)
    assert (shown.status_code, shown.json()["second_factor"]) == (200, True)
    assert told(await browser.delete(APP)) == (409, "factors/last-one")
    assert (await browser.delete(APP)).json()["required_by"] == [slug]
    assert (await factors(browser))["authenticator"] is not None

    lifted = await browser.patch(WORKSPACE, headers=here, json={"second_factor": False})
    if role is Role.DESIGNER:
        assert told(lifted) == (403, "access/permission-missing")
        return
    assert lifted.json()["second_factor"] is False
    assert (await browser.post(CODES, json={})).status_code == 200
    assert (await browser.delete(APP)).status_code == 204
    assert await factors(browser) == {
        "authenticator": None,
        "passkeys": [],
        "recovery_codes_left": 0,
        "required_by": [],
    }
    assert (await ada.enter(other)).json() == IN
    assert (await other.get(WORKSPACE, headers=here)).status_code == 200


async def test_no_key_lifts_what_a_workspace_asks_of_members(browser: AsyncClient, workspace: MadeWorkspace):
    key = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}

    named = await browser.patch(WORKSPACE, headers=key, json={"name": "Ours"})
    lifted = await browser.patch(WORKSPACE, headers=key, json={"name": "Theirs", "second_factor": False})

    assert named.status_code == 200
    assert told(lifted) == (403, "access/permission-missing")
    shown = (await browser.get(WORKSPACE, headers=key)).json()
    assert (shown["name"], shown["second_factor"]) == ("Ours", True)


async def test_of_two_last_factors_removed_at_once_one_stays(
    browser: AsyncClient, ada: Ada, workspace: MadeWorkspace, platform: Platform
):
    async with system_scope(platform, "test") as scope:
        await add_member(scope, workspace.id, ada.id, Role.OWNER)
    passkey = (await add_passkey(browser, SoftKey())).json()["id"]
    await ada.add_app(browser)

    replies = await asyncio.gather(browser.delete(APP), browser.delete(f"{PASSKEYS}/{passkey}"))

    assert sorted(reply.status_code for reply in replies) == [204, 409]
    left = await factors(browser)
    assert (left["authenticator"] is not None) + len(left["passkeys"]) == 1


async def test_an_operator_always_has_one(browser: AsyncClient, ada: Ada, platform: Platform):
    await ada.add_app(browser)
    await ask(platform, "UPDATE people SET operator_role = %(role)s", role=OperatorRole.OPERATOR)

    refused = await browser.delete(APP)

    assert (told(refused), refused.json()["required_by"]) == ((409, "factors/last-one"), [])


async def test_what_is_over_is_forgotten(ada: Ada, platform: Platform):
    values = {"now": clock.now(), "id": ada.id}
    for statement in (
        "INSERT INTO code_tries VALUES (%(id)s, 1, %(now)s)",
        "INSERT INTO passkey_challenges VALUES (sha256('a'), 'prove', sha256('b'), %(now)s)",
        """INSERT INTO remembered_devices VALUES
        (%(id)s, %(id)s, sha256('c'), '', '', %(now)s - interval '1 day', %(now)s, %(now)s)""",
    ):
        await ask(platform, statement, **values)

    assert [await forget(platform, each) for each in (OLD_TRIES, OLD_CHALLENGES, OLD_DEVICES)] == [1, 1, 1]
