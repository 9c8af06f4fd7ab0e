"""Signing in with a browser: a link that works once, a cookie that counts for our own pages alone."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import msgspec
import pytest
import time_machine
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from structlog.testing import capture_logs

from printvision.accounts import find_open, hash_of
from printvision.accounts.sessions import OLD_SESSIONS
from printvision.api.application import make_application
from printvision.api.cookies import cookies_for
from printvision.api.live.hub import WATCH_EVERY_S
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import new_id
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import ServerSettings, Settings
from printvision.workspaces import operations as workspaces
from tests.api.browsing import COOKIE, OUR_PAGE, at, counts, link_to, post_token, signed_in
from tests.api.conftest import SESSIONS, opener, running
from tests.api.live.watching import watching
from tests.api.wire import Wire
from tests.factories.workspaces import MadeWorkspace, make_workspace

SESSION, WORKSPACE = "/api/v1/session", "/api/v1/workspace"
TRPC, STREAM = "/trpc/workspaces.get", "/api/v1/events/stream"


def code(reply: object) -> str:
    return reply.json()["code"]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]


# -- links -------------------------------------------------------------------------------------------------------------


async def test_a_link_signs_in_to_its_workspace(anybody: AsyncClient, workspace: MadeWorkspace):
    reply = await post_token(anybody, await link_to(workspace))

    async with workspace.scope() as scope:
        slug = await scope.session.scalar(text("SELECT slug FROM workspaces"))
        [(person_id, email)] = await run(scope.session, "SELECT id, email FROM people")
    assert (reply.status_code, reply.json()) == (200, {"signed_in": True, "second": []})
    cookie = f"{COOKIE}={anybody.cookies[COOKIE]}"
    told = await anybody.get(SESSION, headers={**OUR_PAGE, "cookie": cookie})
    there = {"id": str(workspace.id), "slug": slug, "name": "Test workspace"}
    assert (told.status_code, told.json()) == (
        200,
        {
            "id": str(person_id),
            "name": "Ada",
            "email": email,
            "operator_role": None,
            "workspaces": [{**there, "tier": "enterprise", "role": "owner", "entered_until": None}],
        },
    )


async def test_a_used_link_signs_nobody_in_again(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    token = await link_to(workspace)
    await post_token(anybody, token)

    again = await post_token(anybody, token)

    assert (again.status_code, code(again)) == (403, "access/bad-link")
    assert "set-cookie" not in again.headers
    assert await counts(platform) == (0, 1)


async def test_of_two_who_use_a_link_at_once_one_signs_in(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    token = await link_to(workspace)

    replies = await asyncio.gather(*(post_token(anybody, token) for _ in range(4)))

    assert sorted(reply.status_code for reply in replies) == [200, 403, 403, 403]
    assert await counts(platform) == (0, 1)


async def test_a_link_out_of_date_signs_nobody_in(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    begun = clock.now()
    with time_machine.travel(begun, tick=False):
        good, late = await link_to(workspace), await link_to(workspace)
    with time_machine.travel(begun + timedelta(minutes=15) - timedelta(seconds=1), tick=False):
        assert (await post_token(anybody, good)).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=15), tick=False):
        reply = await post_token(anybody, late)

    assert (reply.status_code, code(reply)) == (403, "access/bad-link")
    assert (await counts(platform))[1] == 1


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 5_000, "…", "\u0000"])
async def test_a_made_up_token_signs_nobody_in(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, token: str
):
    await link_to(workspace)

    reply = await post_token(anybody, token)

    assert reply.status_code in (400, 403, 422)
    assert "set-cookie" not in reply.headers
    assert await counts(platform) == (1, 0)


async def test_made_up_tokens_have_a_budget_of_their_address(anybody: AsyncClient, workspace: MadeWorkspace):
    cookie = await signed_in(anybody, workspace)
    replies = [await post_token(anybody, f"made-up-{number}") for number in range(20)]

    assert {reply.status_code for reply in replies[:19]} == {403}
    assert (replies[19].status_code, code(replies[19])) == (429, "access/too-many-requests")
    # even a good link waits; whoever is signed in does not
    assert (await post_token(anybody, await link_to(workspace))).status_code == 429
    assert (await anybody.get(WORKSPACE, headers=at(workspace, cookie))).status_code == 200


async def test_only_hashes_are_stored_and_nothing_of_a_token_is_logged(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    with capture_logs() as logs:
        used, unused = await link_to(workspace), await link_to(workspace)
        cookie = (await signed_in(anybody, workspace)).partition("=")[2]
        await post_token(anybody, used)
        await post_token(anybody, used)
    async with system_scope(platform, "test") as scope:
        stored = [
            str(each)
            for table in ("links", "sessions")
            for each in await scope.session.execute(text(f"SELECT {table}::text FROM {table}"))
        ]

    for token in (used, unused, cookie):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)  # 256 bit
        assert token not in f"{stored}{logs}"
    assert hash_of(unused).hex() in "".join(stored)


async def test_signing_in_again_ends_the_session_that_the_browser_had(
    anybody: AsyncClient, workspace: MadeWorkspace
):
    before = await signed_in(anybody, workspace)

    reply = await post_token(anybody, await link_to(workspace), cookie=before)

    assert reply.status_code == 200
    old = await anybody.get(SESSION, headers={**OUR_PAGE, "cookie": before})
    assert (old.status_code, code(old)) == (401, "access/signed-out")
    assert reply.headers["set-cookie"].partition(";")[0] != before


async def test_a_token_chosen_by_somebody_else_never_becomes_a_session(
    anybody: AsyncClient, workspace: MadeWorkspace
):
    planted = f"{COOKIE}={'A' * 43}"

    reply = await post_token(anybody, await link_to(workspace), cookie=planted)

    assert reply.headers["set-cookie"].partition(";")[0] != planted
    assert (await anybody.get(SESSION, headers={**OUR_PAGE, "cookie": planted})).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_another_site_signs_nobody_in(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, site: str
):
    token = await link_to(workspace)

    reply = await post_token(anybody, token, sec_fetch_site=site)

    assert (reply.status_code, code(reply)) == (403, "access/cross-site")
    assert await counts(platform) == (1, 0)
    assert (await post_token(anybody, token)).status_code == 200


# -- cookies -----------------------------------------------------------------------------------------------------------


def application(settings: Settings, platform: Platform, public_url: str):
    server = ServerSettings(public_url=public_url)
    there = msgspec.structs.replace(settings, server=server)
    platform.settings = there
    return make_application(there, [workspaces.get, *SESSIONS], opener=opener(platform))


@pytest.mark.parametrize(
    ("public_url", "name", "end"),
    [
        ("https://print.example", "__Host-printvision", "; Secure"),
        ("https://print.example:8443/pv", "__Host-printvision", "; Secure"),
        ("http://127.0.0.1:8000", "printvision-8000", ""),
        ("http://localhost:81", "printvision-81", ""),
        ("http://[::1]", "printvision-80", ""),
    ],
)
async def test_the_cookie_says_exactly_this(
    settings: Settings, platform: Platform, workspace: MadeWorkspace, public_url: str, name: str, end: str
):
    app = application(settings, platform, public_url)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        reply = await post_token(client, await link_to(workspace))
        held = reply.headers["set-cookie"]
        client.cookies.clear()
        left = await client.delete(SESSION, headers={**OUR_PAGE, "cookie": held.partition(";")[0]})

    value = re.fullmatch(
        rf"{name}=([A-Za-z0-9_-]{{43}}); Path=/; Max-Age=604800; HttpOnly; SameSite=Lax{end}", held
    )
    assert value, held
    assert left.status_code == 204
    assert left.headers["set-cookie"] == f"{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{end}"
    assert left.headers["clear-site-data"] == '"cache", "storage"'


@pytest.mark.parametrize(
    "public_url", ["http://print.example", "http://192.168.1.9:8000", "http://0.0.0.0:80"]
)
async def test_over_plain_http_from_afar_nobody_signs_in(
    settings: Settings, platform: Platform, workspace: MadeWorkspace, public_url: str
):
    app = application(settings, platform, public_url)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        reply = await post_token(client, await link_to(workspace))

    assert (reply.status_code, code(reply)) == (403, "access/insecure-address")
    assert await counts(platform) == (1, 0)


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://Print.Example:443/pv", "https://print.example"),
        ("https://print.example:8443", "https://print.example:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_as_browsers_write_it(public_url: str, origin: str):
    assert cookies_for(public_url).origin == origin


# -- whose page it is --------------------------------------------------------------------------------------------------

FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("address", [SESSION, WORKSPACE, TRPC, STREAM])
async def test_a_cookie_that_another_site_has_sent_is_refused(
    anybody: AsyncClient, workspace: MadeWorkspace, address: str, headers: dict[str, str]
):
    cookie = await signed_in(anybody, workspace)

    reply = await anybody.get(address, headers={**at(workspace, cookie, ours=False), **headers})

    problem = reply.json()["error"]["data"]["problem"] if address == TRPC else reply.json()
    assert (reply.status_code, problem["code"]) == (403, "access/cross-site")


async def test_a_subscription_by_another_site_is_refused(
    wire: Wire, anybody: AsyncClient, workspace: MadeWorkspace
):
    cookie = await signed_in(anybody, workspace)
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    lines = ["GET /trpc/events.stream HTTP/1.1", "host: x", f"cookie: {cookie}", "connection: close"]
    writer.write("\r\n".join([*lines, "sec-fetch-site: cross-site", "", ""]).encode())
    async with asyncio.timeout(20):
        said = (await reader.read()).decode()
    writer.close()

    assert "access/cross-site" in said
    assert "event: serialized-error" in said
    assert "\nid:" not in said


@pytest.mark.parametrize("headers", [OUR_PAGE, {"origin": "http://127.0.0.1:8000"}])
@pytest.mark.parametrize("address", [SESSION, WORKSPACE, TRPC])
async def test_our_own_page_is_believed(
    anybody: AsyncClient, workspace: MadeWorkspace, address: str, headers: dict[str, str]
):
    cookie = await signed_in(anybody, workspace)

    reply = await anybody.get(address, headers={**at(workspace, cookie, ours=False), **headers})

    assert reply.status_code == 200
    assert str(workspace.id) in reply.text


async def test_another_site_changes_nothing_and_signs_nobody_out(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    cookie = await signed_in(anybody, workspace)
    foreign = {"sec-fetch-site": "cross-site", "cookie": cookie}

    changed = await anybody.patch(WORKSPACE, json={"name": "Taken"}, headers=foreign)
    asked = await anybody.post("/trpc/workspaces.update", json={"name": "Taken"}, headers=foreign)
    left = await anybody.delete(SESSION, headers=foreign)

    assert [reply.status_code for reply in (changed, asked, left)] == [403, 403, 403]
    mine = await anybody.get(WORKSPACE, headers=at(workspace, cookie))
    assert (mine.status_code, mine.json()["name"]) == (200, "Test workspace")
    assert await counts(platform) == (0, 1)


@pytest.mark.parametrize("address", [SESSION, WORKSPACE, TRPC, STREAM])
@pytest.mark.parametrize("given", ["Bearer nonsense", "Basic YTpi", "Bearer", ""])
async def test_with_an_authorization_header_the_cookie_is_ignored(
    anybody: AsyncClient, workspace: MadeWorkspace, address: str, given: str
):
    cookie = await signed_in(anybody, workspace)

    reply = await anybody.get(address, headers={**OUR_PAGE, "cookie": cookie, "authorization": given})

    assert reply.status_code == 401


async def test_a_good_key_counts_before_a_cookie(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    other = await make_workspace(platform)
    headers = {
        "cookie": await signed_in(anybody, workspace),
        "authorization": f"Bearer {(await other.key()).reveal()}",
    }

    mine = await anybody.get(WORKSPACE, headers=headers)  # of no page: a key needs none
    who = await anybody.get(SESSION, headers=headers)
    left = await anybody.delete(SESSION, headers={**headers, **OUR_PAGE})

    assert mine.json()["id"] == str(other.id)
    assert (who.status_code, code(who)) == (403, "access/permission-missing")  # a key is nobody
    assert (left.status_code, "set-cookie" in left.headers) == (204, False)
    assert await counts(platform) == (0, 1)


async def test_without_key_and_cookie_a_call_is_refused_as_ever(anybody: AsyncClient):
    for address in (SESSION, WORKSPACE):
        reply = await anybody.get(address, headers=OUR_PAGE)
        assert (reply.status_code, code(reply)) == (401, "access/key-missing")


# -- its end -----------------------------------------------------------------------------------------------------------


async def test_signed_out_nothing_is_open_any_more(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    cookie = await signed_in(anybody, workspace)
    headers = at(workspace, cookie)

    assert (await anybody.delete(SESSION, headers=headers)).status_code == 204

    reply = await anybody.get(WORKSPACE, headers=headers)
    assert (reply.status_code, code(reply)) == (401, "access/signed-out")
    assert await counts(platform) == (0, 0)
    assert (
        await anybody.delete(SESSION, headers=headers)
    ).status_code == 204  # nobody is signed in: nothing happens


async def test_its_streams_end_within_a_second_of_signing_out(
    wire: Wire, anybody: AsyncClient, workspace: MadeWorkspace
):
    cookie, stays = await signed_in(anybody, workspace), await signed_in(anybody, workspace)
    here = f"?workspace={workspace.id}"
    async with (
        watching(wire, cookie=cookie, query=here) as watcher,
        watching(wire, cookie=stays, query=here) as other,
    ):
        await anybody.delete(SESSION, headers={**OUR_PAGE, "cookie": cookie})
        problem = await watcher.named("problem")
        await watcher.ended()

        assert (problem.data["status"], problem.data["code"]) == (401, "access/signed-out")
        assert WATCH_EVERY_S <= 0.5
        assert not other.reader.at_eof()


async def test_unused_for_half_a_day_it_ends(anybody: AsyncClient, workspace: MadeWorkspace):
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        headers = at(workspace, await signed_in(anybody, workspace))
        for hours in (11.9, 23.8):  # each use gives it twelve hours more
            traveller.move_to(begun + timedelta(hours=hours))
            assert (await anybody.get(WORKSPACE, headers=headers)).status_code == 200
        traveller.move_to(begun + timedelta(hours=35.8))
        assert (await anybody.get(WORKSPACE, headers=headers)).status_code == 401


async def test_after_a_week_it_ends_however_much_it_is_used(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        headers = at(workspace, await signed_in(anybody, workspace))
        for step in range(1, 17):
            traveller.move_to(begun + timedelta(hours=10 * step))
            assert (await anybody.get(WORKSPACE, headers=headers)).status_code == 200
        traveller.move_to(begun + timedelta(days=7) - timedelta(seconds=1))
        assert (await anybody.get(WORKSPACE, headers=headers)).status_code == 200
        traveller.move_to(begun + timedelta(days=7))
        assert (await anybody.get(WORKSPACE, headers=headers)).status_code == 401
        async with system_scope(platform, "test") as scope:
            ids = [row[0] for row in await scope.session.execute(text("SELECT id FROM sessions"))]
            assert len(ids) == 1
            assert await find_open(scope, [(each, workspace.id) for each in [*ids, new_id()]]) == {}
            assert await forget(platform, OLD_SESSIONS) == 1
        await signed_in(anybody, workspace)

    assert await counts(platform) == (0, 1)
