"""Ways in: by a password, after a forgotten one, for the first time; and what is told to whoever guesses."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import (
    Proof,
    Purpose,
    Role,
    account_operations,
    create_link,
    find_person,
    operations,
    passwords,
)
from printvision.accounts.passwords import Hashing, HashingBusy, WeakPassword, hash_password
from printvision.api.application import make_application
from printvision.mail.writing import read_outbox
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.operations import Operation
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import AccountSettings, Settings
from tests.api.browsing import OUR_PAGE
from tests.api.conftest import opener, running
from tests.factories.people import make_member, make_person
from tests.factories.workspaces import MadeWorkspace

GOOD, BETTER = "quillback-row-odalys-77", "wexford.lantern.prairie"
ACCOUNT, PASSWORD, SESSION = "/api/v1/account", "/api/v1/session/password", "/api/v1/session"
VERBS: list[Any] = [
    each
    for module in (operations, account_operations)
    for each in vars(module).values()
    if isinstance(each, Operation)
]


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    app = make_application(settings, VERBS, opener=opener(platform))
    async with running(app):
        yield app


@pytest.fixture
async def browser(app: Litestar) -> AsyncGenerator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test") as client:
        client.headers.update(OUR_PAGE)
        yield client


def code(reply: Response) -> str:
    return reply.json()["code"]


async def email_of(platform: Platform, person_id: PersonId) -> str:
    async with system_scope(platform, "test") as scope:
        return (await run(scope.session, "SELECT email FROM people WHERE id = %(id)s", {"id": person_id}))[0][
            0
        ]


async def make_ada(platform: Platform, password: str | None = GOOD) -> tuple[PersonId, str]:
    person_id = await make_person(platform)
    if password is not None:
        made = await hash_password(platform, Secret(password))
        async with system_scope(platform, "test") as scope:
            values = {"id": person_id, "hash": made}
            await run(scope.session, "UPDATE people SET password_hash = %(hash)s WHERE id = %(id)s", values)
    return person_id, await email_of(platform, person_id)


async def letters(platform: Platform) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of each, the first first."""
    async with system_scope(platform, "test") as scope:
        found = await read_outbox(scope, 100)
    return [(letter.recipient, letter.subject, letter.text) for letter in reversed(found)]


def token_in(text: str) -> str:
    found = re.search(r"#([A-Za-z0-9_-]{43})\n", text)
    assert found is not None, text
    return found[1]


async def sign_in(browser: AsyncClient, email: str, password: str) -> Response:
    return await browser.post(PASSWORD, json={"email": email, "password": password})


# -- by a password -----------------------------------------------------------------------------------------------------


async def test_with_their_password_somebody_signs_in(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)

    reply = await sign_in(browser, f" {email.upper()} ".strip(), GOOD)

    assert (reply.status_code, reply.json()) == (200, {"signed_in": True, "second": []})
    told = (await browser.get(SESSION)).json()
    assert told["email"] == email
    sessions = (await browser.get(f"{ACCOUNT}/sessions")).json()["items"]
    assert [(each["proofs"], each["current"]) for each in sessions] == [([Proof.PASSWORD], True)]


async def test_whoever_guesses_is_told_the_same_after_the_same_work(
    browser: AsyncClient, platform: Platform, monkeypatch: pytest.MonkeyPatch
):
    worked: list[bool] = []
    check = passwords._check  # pyright: ignore[reportPrivateUsage]

    def watched(text: str, kept: str | None) -> tuple[bool, str | None]:
        worked.append(True)
        return check(text, kept)

    monkeypatch.setattr(passwords, "_check", watched)
    _, right = await make_ada(platform)
    _, without = await make_ada(platform, None)
    disabled_id, disabled = await make_ada(platform)
    async with system_scope(platform, "test") as scope:
        await run(
            scope.session, "UPDATE people SET disabled_at = now() WHERE id = %(id)s", {"id": disabled_id}
        )

    tries = [
        (right, BETTER),
        (right, "x" * 5_000),
        (without, GOOD),
        (disabled, GOOD),
        ("no@body.example", GOOD),
    ]
    replies = [await sign_in(browser, email, password) for email, password in tries]

    told = [
        {k: v for k, v in reply.json().items() if k not in ("instance", "request_id")} for reply in replies
    ]
    assert {reply.status_code for reply in replies} == {401}
    assert all(each == told[0] for each in told)
    assert told[0]["code"] == "access/wrong-password"
    assert len(worked) == len(tries)
    assert all("set-cookie" not in reply.headers for reply in replies)
    assert (await browser.get(SESSION)).status_code == 401


async def test_a_password_is_kept_as_it_is_done_today_from_the_next_sign_in_on(
    browser: AsyncClient, platform: Platform
):
    person_id, email = await make_ada(platform, None)
    from pwdlib.hashers.argon2 import Argon2Hasher

    old = Argon2Hasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    keep = "UPDATE people SET password_hash = %(hash)s WHERE id = %(id)s"
    async with system_scope(platform, "test") as scope:
        await run(scope.session, keep, {"id": person_id, "hash": old})

    assert (await sign_in(browser, email, GOOD)).status_code == 200

    async with system_scope(platform, "test") as scope:
        [(kept,)] = await run(scope.session, "SELECT password_hash FROM people")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert (await sign_in(browser, email, GOOD)).status_code == 200


async def test_what_looks_the_same_is_the_same_password(browser: AsyncClient, platform: Platform):
    composed, decomposed = "gr\u00fcne wiese am k\u00e4fer", "gru\u0308ne wiese am ka\u0308fer"
    assert composed != decomposed
    _, email = await make_ada(platform, composed)

    assert (await sign_in(browser, email, decomposed)).status_code == 200


async def test_another_site_signs_nobody_in(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    browser.headers["sec-fetch-site"] = "cross-site"

    reply = await sign_in(browser, email, GOOD)

    assert (reply.status_code, code(reply)) == (403, "access/cross-site")


# -- good enough -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weak",
    ["short77", "password123", "qwertyuiop", "12345678901", "x" * 257, "aaaaaaaaaaaaaaaa", "Ada Lovelace"],
)
async def test_a_password_that_is_soon_guessed_is_not_taken(platform: Platform, weak: str):
    with pytest.raises(WeakPassword):
        await hash_password(platform, Secret(weak), about=("Ada Lovelace", "ada@print.example"))


async def test_the_operators_own_list_counts_too(platform: Platform, settings: Settings):
    settings.data_path.mkdir(parents=True, exist_ok=True)
    file = settings.data_path / "refused.txt"
    file.write_text(f"{GOOD.upper()}\n")
    accounts = AccountSettings(refused_passwords=str(file))
    platform.settings = msgspec.structs.replace(platform.settings, accounts=accounts)

    with pytest.raises(WeakPassword):
        await hash_password(platform, Secret(GOOD))
    assert (await hash_password(platform, Secret(BETTER))).startswith("$argon2id$")


async def test_who_comes_when_too_many_wait_is_told_to_come_again():
    import asyncio
    import threading

    go, hashing = threading.Event(), Hashing(threads=1, waiting=2)
    first = [asyncio.create_task(hashing.run(go.wait)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(HashingBusy) as refused:
        await hashing.run(go.wait)
    go.set()

    assert refused.value.fields == {"retry_after_s": 2}
    assert await asyncio.gather(*first) == [True, True, True]
    assert await hashing.run(lambda: 1) == 1
    await hashing.close()


# -- after a forgotten one ---------------------------------------------------------------------------------------------


async def test_a_mailed_link_sets_a_new_password_once_and_ends_all_sessions(
    browser: AsyncClient, platform: Platform
):
    _, email = await make_ada(platform)
    assert (await sign_in(browser, email, GOOD)).status_code == 200

    assert (await browser.post(f"{ACCOUNT}/reset", json={"email": email})).status_code == 204
    [(to, _, text)] = await letters(platform)
    token = token_in(text)
    shown = await browser.post(f"{ACCOUNT}/link", json={"token": token, "purpose": "reset-password"})
    weak = await browser.post(f"{ACCOUNT}/reset/finish", json={"token": token, "password": "password123"})
    set_anew = await browser.post(f"{ACCOUNT}/reset/finish", json={"token": token, "password": BETTER})
    again = await browser.post(f"{ACCOUNT}/reset/finish", json={"token": token, "password": GOOD})

    assert (to, "http://127.0.0.1:8000/reset#" in text) == (email, True)
    assert shown.json() == {"purpose": "reset-password", "email": email, "has_account": True}
    assert [reply.status_code for reply in (weak, set_anew, again)] == [422, 204, 403]
    assert (await browser.get(SESSION)).status_code == 401
    assert (await sign_in(browser, email, GOOD)).status_code == 401
    assert (await sign_in(browser, email, BETTER)).status_code == 200
    assert [subject for _, subject, _ in await letters(platform)] == [
        "Set a new password",
        "Your password was changed",
    ]


async def test_a_reset_for_nobody_is_answered_alike_and_sends_nothing(
    browser: AsyncClient, platform: Platform
):
    reply = await browser.post(f"{ACCOUNT}/reset", json={"email": "no@body.example"})

    assert (reply.status_code, reply.content) == (204, b"")
    assert await letters(platform) == []


async def rows_of(platform: Platform) -> tuple[int, int]:
    """How many links and how many letters there are, whether they are sent or not."""
    async with system_scope(platform, "test") as scope:
        [(links, written)] = await run(
            scope.session, "SELECT (SELECT count(*) FROM links), (SELECT count(*) FROM letters)", {}
        )
    return links, written


@pytest.mark.parametrize("ask", ["reset", "sign-up"])
async def test_the_same_is_written_for_who_has_an_account_and_who_has_none(
    browser: AsyncClient, platform: Platform, ask: str
):
    opened(platform)
    _, known = await make_ada(platform)
    grown: list[tuple[int, int]] = []
    for email in (known, "no@body.example"):
        before = await rows_of(platform)
        assert (await browser.post(f"{ACCOUNT}/{ask}", json={"email": email})).status_code == 204
        after = await rows_of(platform)
        grown.append((after[0] - before[0], after[1] - before[1]))
    assert grown == [(1, 1), (1, 1)]


@pytest.mark.parametrize("ask", ["reset", "sign-up"])
async def test_an_address_gets_one_letter_a_minute_however_often_it_is_asked_for(
    browser: AsyncClient, platform: Platform, ask: str
):
    opened(platform)
    _, email = await make_ada(platform)
    begin = clock.now()
    seen: list[int] = []
    for seconds in (0, 1, 59, 61):
        with time_machine.travel(begin + timedelta(seconds=seconds), tick=False):
            again = email.upper() if seconds == 1 else email
            assert (await browser.post(f"{ACCOUNT}/{ask}", json={"email": again})).status_code == 204
        seen.append(len(await letters(platform)))
    assert seen == [1, 1, 1, 2]


async def test_a_link_of_an_hour_ago_is_of_no_use(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        await browser.post(f"{ACCOUNT}/reset", json={"email": email})
        token = token_in((await letters(platform))[0][2])
        traveller.shift(timedelta(hours=1))
        reply = await browser.post(f"{ACCOUNT}/reset/finish", json={"token": token, "password": BETTER})

    assert (reply.status_code, code(reply)) == (403, "access/bad-link")
    assert (await sign_in(browser, email, GOOD)).status_code == 200


async def test_a_link_is_good_for_its_purpose_alone(browser: AsyncClient, platform: Platform):
    person_id, _ = await make_ada(platform)
    async with system_scope(platform, "test") as scope:
        link = await create_link(scope, Purpose.SIGN_IN, lasts=timedelta(hours=1), person_id=person_id)
    token = link.token.reveal()

    reset = await browser.post(f"{ACCOUNT}/reset/finish", json={"token": token, "password": BETTER})
    moved = await browser.post(f"{ACCOUNT}/email/finish", json={"token": token})

    assert [reply.status_code for reply in (reset, moved)] == [403, 403]
    assert (await browser.post(SESSION, json={"token": token})).status_code == 200


# -- for the first time ------------------------------------------------------------------------------------------------


def opened(platform: Platform) -> None:
    platform.settings = msgspec.structs.replace(platform.settings, accounts=AccountSettings(sign_up="open"))


def first(token: str, purpose: str, name: str = "Ada") -> dict[str, str]:
    return {"token": token, "purpose": purpose, "name": name, "password": GOOD}


async def test_whoever_reads_an_address_makes_its_account(browser: AsyncClient, platform: Platform):
    opened(platform)
    assert (await browser.post(f"{ACCOUNT}/sign-up", json={"email": "Ada@Print.example"})).status_code == 204
    [(to, _, text)] = await letters(platform)

    made = await browser.post(ACCOUNT, json=first(token_in(text), "sign-up"))

    assert (to, made.status_code, made.json()["signed_in"]) == ("ada@print.example", 201, True)
    assert (await browser.get(SESSION)).json()["name"] == "Ada"
    assert (await sign_in(browser, "ada@print.example", GOOD)).status_code == 200
    again = await browser.post(ACCOUNT, json=first(token_in(text), "sign-up"))
    assert (again.status_code, code(again)) == (403, "access/bad-link")


async def test_signing_up_with_an_address_that_has_an_account_tells_its_owner_alone(
    browser: AsyncClient, platform: Platform
):
    opened(platform)
    _, email = await make_ada(platform)

    known = await browser.post(f"{ACCOUNT}/sign-up", json={"email": email})
    unknown = await browser.post(f"{ACCOUNT}/sign-up", json={"email": "no@body.example"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")
    assert [subject for _, subject, _ in await letters(platform)] == [
        "You have an account already",
        "Make your account",
    ]


@pytest.mark.parametrize("sign_up", ["invite", "closed"])
async def test_where_it_is_not_open_nobody_signs_up(browser: AsyncClient, platform: Platform, sign_up: Any):
    settings = AccountSettings(sign_up=sign_up)
    platform.settings = msgspec.structs.replace(platform.settings, accounts=settings)

    reply = await browser.post(f"{ACCOUNT}/sign-up", json={"email": "ada@print.example"})

    assert (reply.status_code, code(reply)) == (403, "accounts/sign-up-closed")
    assert await letters(platform) == []


async def test_who_is_invited_becomes_the_member_that_the_invitation_says(
    browser: AsyncClient, platform: Platform, workspace: MadeWorkspace
):
    details = {"workspace_id": str(workspace.id), "role": "designer"}
    lasts = timedelta(days=7)
    async with system_scope(platform, "test") as scope:
        link = await create_link(
            scope, Purpose.INVITE, lasts=lasts, email="ada@print.example", details=details
        )

    made = await browser.post(ACCOUNT, json=first(link.token.reveal(), "invite"))

    assert made.status_code == 201
    [there] = (await browser.get(SESSION)).json()["workspaces"]
    assert (there["id"], there["role"]) == (str(workspace.id), Role.DESIGNER)


async def test_an_invitation_is_not_taken_for_a_sign_up(browser: AsyncClient, platform: Platform):
    async with system_scope(platform, "test") as scope:
        link = await create_link(
            scope, Purpose.INVITE, lasts=timedelta(days=7), email="ada@print.example", details={}
        )

    made = await browser.post(ACCOUNT, json=first(link.token.reveal(), "sign-up"))

    assert (made.status_code, code(made)) == (403, "access/bad-link")
    async with system_scope(platform, "test") as scope:
        assert await find_person(scope, "ada@print.example") is None


# -- about one's own account -------------------------------------------------------------------------------------------


async def test_a_changed_password_needs_the_old_one_and_ends_the_other_sessions(
    browser: AsyncClient, platform: Platform
):
    _, email = await make_ada(platform)
    await sign_in(browser, email, GOOD)
    other = browser.cookies["printvision-8000"]
    browser.cookies.clear()
    await sign_in(browser, email, GOOD)

    wrong = await browser.post(f"{ACCOUNT}/password", json={"current": BETTER, "password": BETTER})
    missing = await browser.post(f"{ACCOUNT}/password", json={"password": BETTER})
    changed = await browser.post(f"{ACCOUNT}/password", json={"current": GOOD, "password": BETTER})

    assert [reply.status_code for reply in (wrong, missing, changed)] == [401, 401, 204]
    assert (await browser.get(SESSION)).status_code == 200
    browser.cookies.clear()
    assert (await browser.get(SESSION, headers={"cookie": f"printvision-8000={other}"})).status_code == 401
    assert (await sign_in(browser, email, BETTER)).status_code == 200


async def test_an_address_is_changed_by_who_reads_the_new_one(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    await sign_in(browser, email, GOOD)

    assert (await browser.post(f"{ACCOUNT}/email", json={"email": "New@print.example"})).status_code == 204
    [(to, _, text)] = await letters(platform)
    assert (to, (await browser.get(SESSION)).json()["email"]) == ("new@print.example", email)
    assert (await browser.post(f"{ACCOUNT}/email/finish", json={"token": token_in(text)})).status_code == 204

    assert (await browser.get(SESSION)).json()["email"] == "new@print.example"
    assert (await letters(platform))[-1][:2] == (email, "Your address was changed")
    assert (await sign_in(browser, email, GOOD)).status_code == 401


async def test_an_address_that_somebody_has_is_not_taken_over(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    _, theirs = await make_ada(platform)
    await sign_in(browser, email, GOOD)
    await browser.post(f"{ACCOUNT}/email", json={"email": "free@print.example"})
    token = token_in((await letters(platform))[0][2])
    async with system_scope(platform, "test") as scope:
        values = {"email": theirs}
        await run(
            scope.session, "UPDATE people SET email = 'free@print.example' WHERE email = %(email)s", values
        )

    taken = await browser.post(f"{ACCOUNT}/email", json={"email": "free@print.example"})
    late = await browser.post(f"{ACCOUNT}/email/finish", json={"token": token})

    assert (taken.status_code, len(await letters(platform))) == (204, 1)
    assert (late.status_code, code(late)) == (409, "accounts/email-taken")
    assert (await browser.get(SESSION)).json()["email"] == email


async def test_an_account_is_deleted_with_its_sessions(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    await sign_in(browser, email, GOOD)

    assert (await browser.request("DELETE", ACCOUNT)).status_code == 204

    assert (await browser.get(SESSION)).status_code == 401
    assert (await sign_in(browser, email, GOOD)).status_code == 401
    async with system_scope(platform, "test") as scope:
        [(left,)] = await run(
            scope.session, "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM sessions)"
        )
    assert left == 0


async def test_the_only_owner_of_a_workspace_stays_until_there_is_another(
    browser: AsyncClient, platform: Platform, workspace: MadeWorkspace
):
    owner = await make_member(workspace)
    email = await email_of(platform, owner)
    made = await hash_password(platform, Secret(GOOD))
    async with system_scope(platform, "test") as scope:
        await run(scope.session, "UPDATE people SET password_hash = %(hash)s", {"hash": made})
    await sign_in(browser, email, GOOD)

    refused = await browser.request("DELETE", ACCOUNT)
    await make_member(workspace)
    done = await browser.request("DELETE", ACCOUNT)

    assert (refused.status_code, code(refused)) == (409, "accounts/sole-owner")
    assert done.status_code == 204


async def test_a_name_is_changed(browser: AsyncClient, platform: Platform):
    _, email = await make_ada(platform)
    await sign_in(browser, email, GOOD)

    assert (await browser.patch(ACCOUNT, json={"name": " Ada L. "})).json()["name"] == "Ada L."
    assert (await browser.get(SESSION)).json()["name"] == "Ada L."
