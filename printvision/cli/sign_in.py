"""`printvision sign-in`: the way in for whoever runs the installation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.accounts import SignInLink
    from printvision.cli.door import Door


def sign_in(
    *,
    url: Annotated[
        str | None, Parameter(help="Where it is reached from outside; without it, what the settings say.")
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Print a link that signs you in with a browser. It works once, within 15 minutes."""
    asyncio.run(_sign_in(url, options))


async def _sign_in(url: str | None, options: WorkspaceOptions) -> None:
    from printvision.api.cookies import cookies_for
    from printvision.cli.door import open_door
    from printvision.platform.settings import server_at

    settings = options.settings()
    public_url = settings.server.public_url if url is None else server_at(url).public_url
    cookies_for(public_url).require_allowed()
    async with open_door(settings, options.workspace) as door:
        link = await make_link(door)
    address = link_address(public_url, link)

    def show(console: Console) -> None:
        console.print(address, soft_wrap=True)
        console.print("It works once, for 15 minutes.", style="dim")

    options.output().answer({"url": address, "expires_at": link.expires_at}, show)


async def make_link(door: Door) -> SignInLink:
    """A fresh link for the door's operator."""
    from printvision.accounts import create_sign_in_link
    from printvision.platform.scope import workspace_scope

    async with workspace_scope(door.platform, door.workspace_id, door.principal) as scope:
        return await create_sign_in_link(scope)


def link_address(public_url: str, link: SignInLink) -> str:
    """The address of a link. What follows `#` stays in the browser: no server and no proxy logs it."""
    return f"{public_url.rstrip('/')}/sign-in#{link.token.reveal()}"
