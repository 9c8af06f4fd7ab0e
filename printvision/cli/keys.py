"""`printvision keys …`"""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

app = App(name="keys", help="Make and revoke API keys.")


@app.command
def create(
    name: Annotated[str, Parameter(help="What it is for.")], /, *, options: WorkspaceOptions = MINE
) -> None:
    """Make an API key that may do everything in the workspace. It is shown once and not kept."""

    async def run() -> None:
        from rich.console import Console

        from printvision.accounts import create_key
        from printvision.cli.door import open_door
        from printvision.cli.output import fields
        from printvision.platform.scope import workspace_scope

        async with (
            open_door(options.settings(), options.workspace) as door,
            workspace_scope(door.platform, door.workspace_id, door.principal) as scope,
        ):
            view, key = await create_key(scope, name)
        document = {"id": view.id, "name": view.name, "prefix": view.prefix, "key": key.reveal()}

        def show(console: Console) -> None:
            console.print(fields((("id", view.id), ("key", key.reveal()))))
            console.print("Keep it now: it is not shown again.", style="yellow")

        options.output().answer(document, show)

    asyncio.run(run())


@app.command
def revoke(
    key: Annotated[str, Parameter(help="The key's id.")], /, *, options: WorkspaceOptions = MINE
) -> None:
    """Make an API key useless from this moment on."""

    async def run() -> None:
        from printvision.accounts import KeyId, revoke_key
        from printvision.cli.door import as_id, open_door
        from printvision.platform.errors import NotFound
        from printvision.platform.scope import workspace_scope

        key_id = as_id(key)
        if key_id is None:
            raise NotFound(kind="key", id=key)
        async with (
            open_door(options.settings(), options.workspace) as door,
            workspace_scope(door.platform, door.workspace_id, door.principal) as scope,
        ):
            await revoke_key(scope, KeyId(key_id))
        options.output().answer({"id": key, "revoked": True}, lambda console: console.print("Revoked."))

    asyncio.run(run())
