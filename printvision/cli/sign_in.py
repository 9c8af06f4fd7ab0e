"""`printvision sign-in`: the way in for whoever runs the installation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.accounts import NewLink
    from printvision.cli.door import Door


LINK_LASTS: Final = timedelta(minutes=15)


def sign_in(
    *,
    url: Annotated[
        str | None, Parameter(help="Where it is reached from outside; without it, what the settings say.")
    ] = None,
    person: Annotated[
        str | None,
        Parameter(
            name="--as", help="The e-mail address of who signs in; without it, the workspace's only owner."
        ),
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Print a link that signs you in with a browser. It works once, within 15 minutes."""
    asyncio.run(_sign_in(url, person, options))


async def _sign_in(url: str | None, person: str | None, options: WorkspaceOptions) -> None:
    from printvision.api.cookies import cookies_for
    from printvision.cli.door import open_door
    from printvision.platform.settings import server_at
    from printvision.platform.visits import InsecureAddress

    settings = options.settings()
    public_url = settings.server.public_url if url is None else server_at(url).public_url
    if not cookies_for(public_url, allow_insecure_http=settings.server.allow_insecure_http).names:
        raise InsecureAddress
    async with open_door(settings, options.workspace) as door:
        link = await make_link(door, person)
    address = link_address(public_url, link)

    def show(console: Console) -> None:
        console.print(address, soft_wrap=True)
        console.print("It works once, for 15 minutes.", style="dim")

    options.output().answer({"url": address, "expires_at": link.expires_at}, show)


async def make_link(door: Door, email: str | None = None) -> NewLink:
    """A fresh link for a person.

    Args:
        email: theirs; None for the only owner of the door's workspace.

    Raises:
        NotFound: nobody has that address.
        OwnerUnclear: the workspace has no owner, or several.
    """
    from printvision.accounts import Purpose, create_link, find_owners, find_person
    from printvision.cli.errors import OwnerUnclear
    from printvision.platform.errors import NotFound
    from printvision.platform.scope import system_scope

    async with system_scope(door.platform, "sign-in") as scope:
        if email is not None:
            person = await find_person(scope, email)
            if person is None:
                raise NotFound(kind="person", id=email)
        else:
            owners = await find_owners(scope, door.workspace_id)
            if len(owners) != 1:
                raise OwnerUnclear(owners=[owner.email for owner in owners])
            person = owners[0]
        return await create_link(scope, Purpose.SIGN_IN, lasts=LINK_LASTS, person_id=person.id)


def link_address(public_url: str, link: NewLink) -> str:
    """The address of a link. What follows `#` stays in the browser: no server and no proxy logs it."""
    return f"{public_url.rstrip('/')}/sign-in#{link.token.reveal()}"
