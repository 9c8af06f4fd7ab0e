"""`printvision keys …`"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.accounts import KeyView
    from printvision.accounts.schemas import NewKey

app = App(name="keys", help="Make, rotate and revoke API keys.")


@app.command(name="list")
def list_keys(
    *,
    limit: Annotated[int, Parameter(help="How many, 1 to 200.")] = 50,
    options: WorkspaceOptions = MINE,
) -> None:
    """The workspace's keys, the last made first, and when each was last used."""
    page = asyncio.run(_call(options, "keys.list", limit=limit))
    options.output().answer(page, lambda console: _show_keys(console, page.items))


@app.command
def create(
    name: Annotated[str, Parameter(help="What it is for.")],
    /,
    *,
    may: Annotated[
        list[str] | None,
        Parameter(help="A permission such as orders:order:read; once for each. Without it: everything."),
    ] = None,
    network: Annotated[
        list[str] | None, Parameter(help="Where it may be used from, such as 203.0.113.0/24; once for each.")
    ] = None,
    test: Annotated[
        bool, Parameter(help="A test key: it touches nothing but sandboxes.", negative=())
    ] = False,
    expires: Annotated[str | None, Parameter(help="When it ends, such as 2027-01-31T00:00Z.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Make an API key. It is shown once and not kept."""
    made = asyncio.run(
        _call(
            options,
            "keys.create",
            name=name,
            permissions=may,
            test=test,
            networks=network,
            expires_at=expires,
        )
    )
    _tell(options, made)


@app.command
def rotate(
    key: Annotated[str, Parameter(help="The key's id.")],
    /,
    *,
    overlap: Annotated[int, Parameter(help="Hours that the old key still works, 0 to 720.")] = 24,
    options: WorkspaceOptions = MINE,
) -> None:
    """Put a new key in the place of another, which works on for a while."""
    _tell(options, asyncio.run(_call(options, "keys.rotate", key_id=key, overlap_hours=overlap)))


@app.command
def revoke(
    key: Annotated[str, Parameter(help="The key's id.")], /, *, options: WorkspaceOptions = MINE
) -> None:
    """Make an API key useless from this moment on."""
    asyncio.run(_call(options, "keys.revoke", key_id=key))
    options.output().answer({"id": key, "revoked": True}, lambda console: console.print("Revoked."))


async def _call(options: WorkspaceOptions, operation: str, **members: Any) -> Any:
    from printvision.cli.door import open_door

    async with open_door(options.settings(), options.workspace) as door:
        return await door.call(operation, **members)


def _tell(options: WorkspaceOptions, made: NewKey) -> None:
    from printvision.cli.output import fields

    view = made.key
    document = {"id": view.id, "name": view.name, "prefix": view.prefix, "key": made.secret}

    def show(console: Console) -> None:
        console.print(fields((("id", view.id), ("key", made.secret))))
        console.print("Keep it now: it is not shown again.", style="yellow")

    options.output().answer(document, show)


def _show_keys(console: Console, keys: Sequence[KeyView]) -> None:
    from printvision.cli.output import table

    if not keys:
        console.print("There are no keys. `printvision keys create NAME` makes one.")
        return
    headers = ("id", "name", "begins", "may", "from", "last used", "state")
    console.print(table(headers, (_row(key) for key in keys)))


def _row(key: KeyView) -> tuple[object, ...]:
    from printvision.platform import clock

    over = key.expires_at is not None and key.expires_at <= clock.now()
    state = "revoked" if key.revoked_at else "expired" if over else "rotated" if key.rotated_at else "good"
    may = "everything" if key.permissions == ["*"] else f"{len(key.permissions)} things"
    used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
    begins = f"{'pvt' if key.test else 'pv'}_{key.prefix}_"
    return (key.id, key.name, begins, may, ", ".join(key.networks) or "anywhere", used, state)
