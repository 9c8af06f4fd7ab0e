"""Calling as a browser does that shows one of our own pages."""

from __future__ import annotations

from httpx import AsyncClient, Response
from sqlalchemy import text

from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.factories.people import link_for, owner_of
from tests.factories.workspaces import MadeWorkspace

OUR_PAGE = {"sec-fetch-site": "same-origin"}
COOKIE = "printvision-8000"


async def link_to(workspace: MadeWorkspace) -> str:
    """The token of a fresh link that signs the workspace's owner in."""
    return await link_for(workspace.platform, await owner_of(workspace))


async def post_token(client: AsyncClient, token: str, **headers: str) -> Response:
    given = {**OUR_PAGE, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await client.post("/api/v1/session", json={"token": token}, headers=given)


def at(workspace: MadeWorkspace, cookie: str, *, ours: bool = True) -> dict[str, str]:
    """The header fields of a call that a page makes in a workspace, one of our own or another's."""
    page = OUR_PAGE if ours else {}
    return {**page, "cookie": cookie, "printvision-workspace": str(workspace.id)}


async def signed_in(client: AsyncClient, workspace: MadeWorkspace) -> str:
    """A session's cookie as it is sent, `name=value`."""
    reply = await post_token(client, await link_to(workspace))
    assert reply.status_code == 200, reply.text
    client.cookies.clear()  # tests send it themselves
    return reply.headers["set-cookie"].partition(";")[0]


async def counts(platform: Platform) -> tuple[int, int]:
    """How many links and sessions there are."""
    async with system_scope(platform, "test") as scope:
        links = await scope.session.scalar(text("SELECT count(*) FROM links"))
        sessions = await scope.session.scalar(text("SELECT count(*) FROM sessions"))
    return int(links or 0), int(sessions or 0)
