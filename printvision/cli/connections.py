"""`printvision connections …`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from printvision.cli.door import Door

app = App(name="connections", help="Connect print providers; test, sync and switch them live.")

Which = Annotated[str, Parameter(help="The connection's id or name.")]
WaitS = Annotated[float, Parameter(name="--wait-s", help="How long to wait for it, in seconds.")]


@app.command
def add(
    provider: Annotated[str, Parameter(help="Such as printful.")],
    /,
    *,
    name: Annotated[str | None, Parameter(help="What to call it; the provider's name if left out.")] = None,
    credentials: Annotated[
        Path | None,
        Parameter(help='A JSON file with the credential, such as {"token": "…"}; - reads standard input.'),
    ] = None,
    live: Annotated[
        bool, Parameter(negative="", show_default=False, help="Have its orders printed at once.")
    ] = False,
    base_url: Annotated[str | None, Parameter(help="The address of a simulator.")] = None,
    requests_a_minute: Annotated[
        int | None, Parameter(help="Where the provider agreed to another rate than the published one.")
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Connect an account at a print provider. Without --credentials you are asked for the credential."""

    async def run() -> None:
        from printvision.cli.connection_views import show_connection
        from printvision.cli.credentials import read_credentials
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            added = await door.call(
                "connections.add",
                provider=provider,
                name=name or provider.capitalize(),
                credentials=read_credentials(provider, credentials),
                live=live,
                base_url=base_url,
                requests_a_minute=requests_a_minute,
            )
        options.output().answer(added, lambda console: show_connection(console, added))

    asyncio.run(run())


@app.command(name="list")
def list_connections(*, options: WorkspaceOptions = MINE) -> None:
    """All connections of the workspace."""

    async def run() -> None:
        from printvision.cli.connection_views import show_connections
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            page = await door.call("connections.list", limit=200)
        options.output().answer(page, lambda console: show_connections(console, page.items))

    asyncio.run(run())


@app.command
def live(
    connection: Which,
    switch: Literal["on", "off"],
    /,
    *,
    options: WorkspaceOptions = MINE,
) -> None:
    """Have a connection's orders printed (on), or leave them as drafts at the provider (off)."""

    async def run() -> None:
        from printvision.cli.connection_views import show_connection
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            connection_id = await find_connection(door, connection)
            changed = await door.call(
                "connections.update", connection_id=str(connection_id), live=switch == "on"
            )
        options.output().answer(changed, lambda console: show_connection(console, changed))

    asyncio.run(run())


@app.command
def calls(
    connection: Which,
    /,
    *,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many, 1 to 200.")] = 20,
    options: WorkspaceOptions = MINE,
) -> None:
    """The last calls to the provider, without secrets and without buyers."""

    async def run() -> None:
        from printvision.cli.connection_views import show_calls
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            connection_id = await find_connection(door, connection)
            listed = await door.call("connections.calls", connection_id=str(connection_id), limit=limit)
        options.output().answer(listed, lambda console: show_calls(console, listed.items))

    asyncio.run(run())


@app.command(name="test")
def try_connection(connection: Which, /, *, wait_s: WaitS = 60, options: WorkspaceOptions = MINE) -> int:
    """Try a connection: does its credential work? A worker does it; this waits for what comes of it."""

    async def run() -> int:
        from printvision.cli.connection_views import show_connection
        from printvision.cli.door import open_door
        from printvision.cli.exits import Exit
        from printvision.cli.waiting import wait_for

        out = options.output()
        async with open_door(options.settings(), options.workspace) as door:
            connection_id = str(await find_connection(door, connection))
            await door.call("connections.test", connection_id=connection_id)
            tested = await wait_for(
                door,
                out,
                lambda: door.call("connections.get", connection_id=connection_id),
                done=lambda view: view.last_test is not None,
                told=lambda _: "testing",
                within_s=wait_s,
            )
        out.answer(tested, lambda console: show_connection(console, tested))
        return Exit.OK if tested.last_test["ok"] else Exit.REFUSED

    return asyncio.run(run())


@app.command
def sync(
    connection: Which,
    /,
    *,
    kind: Annotated[
        list[Literal["catalog", "prices", "stock"]] | None,
        Parameter(negative="", help="What to read; all of it if left out."),
    ] = None,
    wait_s: WaitS = 3600,
    options: WorkspaceOptions = MINE,
) -> int:
    """Read a connection's catalogue, prices and stock. A worker does it; this shows how far it is."""

    async def run() -> int:
        from printvision.cli.connection_views import show_sync, sync_line
        from printvision.cli.door import open_door
        from printvision.cli.exits import Exit
        from printvision.cli.waiting import wait_for

        out = options.output()
        async with open_door(options.settings(), options.workspace) as door:
            connection_id = str(await find_connection(door, connection))
            begun = await door.call("connections.sync", connection_id=connection_id, kinds=kind)
            ended = await wait_for(
                door,
                out,
                lambda: door.call("syncs.get", sync_id=str(begun.id)),
                done=lambda view: view.finished_at is not None,
                told=sync_line,
                within_s=wait_s,
            )
        out.answer(ended, lambda console: show_sync(console, ended))
        return Exit.OK if ended.state == "done" else Exit.REFUSED

    return asyncio.run(run())


async def find_connection(door: Door, name: str) -> UUID:
    """The connection of this id or name.

    Raises:
        NotFound, NameUnclear
    """
    from printvision.cli.door import as_id, only_one

    if (connection_id := as_id(name)) is not None:
        return connection_id
    page = await door.call("connections.list", limit=200)
    named = [view.id for view in page.items if view.name.casefold() == name.casefold()]
    return only_one(named, kind="connection", name=name)
