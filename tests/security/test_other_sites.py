"""Other sites cannot act with the session of somebody who visits them, whatever they send and however."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from tests.api.browsing import at, signed_in
from tests.api.test_registry import Stored
from tests.api.things import make_things
from tests.factories.workspaces import MadeWorkspace
from tests.security.asking import OPERATIONS, address, ask, least, outcome

REFUSED = (403, "access/cross-site")
# All that a form or a plain request of another site can send without being asked first, and more.
BODIES = {
    "nothing": ("", b""),
    "empty, as json": ("application/json", b""),
    "json": ("application/json", b'{"name": "Taken"}'),
    "json that calls itself text": ("text/plain", b'{"name": "Taken"}'),
    "a form": ("application/x-www-form-urlencoded", b"name=Taken"),
    "parts": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="name"\r\n\r\nTaken\r\n--b--\r\n',
    ),
    "bytes": ("application/octet-stream", b"\x00\xff"),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


async def test_no_operation_believes_a_cookie_that_another_site_had_sent(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored
):
    things = await make_things(workspace)
    headers = at(workspace, await signed_in(client, workspace), ours=False)
    before = stored.state()

    for each in OPERATIONS:
        if each.public:
            continue  # below: tries of signing in are few a minute
        for page in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {}):
            told = outcome(await ask(client, each, things, least(each), {**headers, **page}))
            assert told == REFUSED, (each.key, page)

    assert stored.state() == before


@pytest.mark.parametrize(("media_type", "body"), BODIES.values(), ids=list(BODIES))
async def test_nothing_that_a_form_can_send_gets_through(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored, media_type: str, body: bytes
):
    cookie = await signed_in(client, workspace)
    sent = {**at(workspace, cookie, ours=False), "sec-fetch-site": "cross-site"}
    if media_type:
        sent["content-type"] = media_type
    before = stored.state()

    for each in OPERATIONS:
        if each.changes:
            reply = await client.request(each.rest.method, address(each, {}), content=body, headers=sent)
            assert outcome(reply) == REFUSED, each.key

    for method in METHODS:
        reply = await client.request(method, "/trpc/workspaces.update", content=body, headers=sent)
        assert reply.status_code >= 400 or method == "HEAD", method
    assert stored.state() == before


async def test_a_method_that_a_header_asks_for_is_not_taken(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored
):
    headers = at(workspace, await signed_in(client, workspace))
    before = stored.state()

    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        reply = await client.post(
            "/api/v1/workspace", json={"name": "Taken"}, headers={**headers, name: "PATCH"}
        )
        assert reply.status_code == 405
        reply = await client.get(
            "/api/v1/workspace?_method=PATCH&name=Taken", headers={**headers, name: "PATCH"}
        )
        assert reply.status_code in (200, 400)

    assert stored.state() == before
