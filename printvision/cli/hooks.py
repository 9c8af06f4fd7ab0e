"""`printvision hooks …`"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from printvision.cli.door import Door
    from printvision.hooks.schemas import DeliveryView

app = App(name="hooks", help="Have events sent to addresses of yours; see what became of them.")

Which = Annotated[str, Parameter(help="The endpoint's id or name.")]
Kinds = Annotated[
    list[str] | None,
    Parameter(name="--kind", negative="", help="A kind of events, as often as you like; see `hooks kinds`."),
]
CallsAMinute = Annotated[int | None, Parameter(help="More are never sent to it, 1 to 6000.")]
StateName = Literal["waiting", "delivered", "failed"]


@app.command
def add(
    url: Annotated[str, Parameter(help="A public https address.")],
    /,
    *,
    name: Annotated[str | None, Parameter(help="What to call it; its host if left out.")] = None,
    kinds: Kinds = None,
    calls_a_minute: CallsAMinute = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Have events sent to an address: every kind, unless some are named. Its secret is shown once."""

    async def run() -> None:
        from urllib.parse import urlsplit

        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_with_secret

        async with open_door(options.settings(), options.workspace) as door:
            made = await door.call(
                "hooks.create",
                url=url,
                name=name or urlsplit(url).netloc[:100] or "endpoint",
                kinds=kinds,
                calls_a_minute=calls_a_minute,
            )
        options.output().answer(made, lambda console: show_with_secret(console, made))

    asyncio.run(run())


@app.command(name="list")
def list_endpoints(*, options: WorkspaceOptions = MINE) -> None:
    """All endpoints of the workspace, and whether they answer."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_endpoints

        async with open_door(options.settings(), options.workspace) as door:
            page = await door.call("hooks.list", limit=200)
        options.output().answer(page, lambda console: show_endpoints(console, page.items))

    asyncio.run(run())


@app.command
def show(endpoint: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """One endpoint: where it is, what it is sent, and why its last call failed if it did."""
    _one(endpoint, "hooks.get", options)


@app.command
def update(
    endpoint: Which,
    /,
    *,
    name: Annotated[str | None, Parameter(help="Call it so.")] = None,
    url: Annotated[str | None, Parameter(help="Another public https address.")] = None,
    kinds: Kinds = None,
    every_kind: Annotated[
        bool, Parameter(negative="", show_default=False, help="Send it every kind of events.")
    ] = False,
    calls_a_minute: CallsAMinute = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Change what is named; the rest stays as it is. The kinds named take the place of those it had."""
    from printvision.cli.errors import BadUsage

    if kinds and every_kind:
        raise BadUsage("Give either --kind or --every-kind")
    members = {
        "name": name,
        "url": url,
        "calls_a_minute": calls_a_minute,
        "kinds": [] if every_kind else kinds,
    }
    if all(value is None for value in members.values()):
        raise BadUsage("Name at least one thing to change")
    _one(endpoint, "hooks.update", options, **members)


@app.command
def pause(endpoint: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Send nothing to an endpoint until it is resumed; what happens meanwhile waits for it."""
    _one(endpoint, "hooks.update", options, paused=True)


@app.command
def resume(endpoint: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Send again to an endpoint that was paused or disabled, what waits for it first."""
    _one(endpoint, "hooks.update", options, paused=False)


@app.command
def rotate(
    endpoint: Which,
    /,
    *,
    overlap_hours: Annotated[
        int | None,
        Parameter(help="How long the secret before still signs beside it, 0 to 168; 24 if left out."),
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Give an endpoint a new secret, shown once. Both sign for a while."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_with_secret

        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = await find_endpoint(door, endpoint)
            made = await door.call(
                "hooks.rotate_secret", endpoint_id=str(endpoint_id), overlap_hours=overlap_hours
            )
        options.output().answer(made, lambda console: show_with_secret(console, made))

    asyncio.run(run())


@app.command
def delete(endpoint: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Delete an endpoint, with its log and what was still to be sent."""

    async def run() -> None:
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = str(await find_endpoint(door, endpoint))
            await door.call("hooks.delete", endpoint_id=endpoint_id)
        document = {"id": endpoint_id, "deleted": True}
        options.output().answer(document, lambda console: console.print("Deleted."))

    asyncio.run(run())


@app.command
def deliveries(
    endpoint: Which,
    /,
    *,
    state: Annotated[StateName | None, Parameter(help="Only those in this state.")] = None,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many, 1 to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="`next_cursor` of the page before.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """What was sent to an endpoint and what it answered, the newest first."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_deliveries

        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = await find_endpoint(door, endpoint)
            page = await door.call(
                "hooks.log", endpoint_id=str(endpoint_id), state=state, limit=limit, cursor=cursor
            )
        options.output().answer(page, lambda console: show_deliveries(console, page))

    asyncio.run(run())


@app.command
def replay(
    endpoint: Which,
    delivery: Annotated[str | None, Parameter(help="The id of the one delivery to send again.")] = None,
    /,
    *,
    since: Annotated[
        str | None, Parameter(help="Those of all events since then, such as 2026-11-23T08:00Z.")
    ] = None,
    failed_only: Annotated[
        bool, Parameter(negative="", show_default=False, help="Leave out what was delivered.")
    ] = False,
    options: WorkspaceOptions = MINE,
) -> None:
    """Send again under their old ids: one delivery, or those of all events since a moment."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.errors import BadUsage
        from printvision.cli.hook_views import show_replayed
        from printvision.cli.moments import moment

        if (delivery is None) is (since is None):
            raise BadUsage("Name either a delivery or --since")
        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = await find_endpoint(door, endpoint)
            replayed = await door.call(
                "hooks.replay",
                endpoint_id=str(endpoint_id),
                delivery_id=delivery,
                since=moment("--since", since),
                failed_only=failed_only,
            )
        options.output().answer(replayed, lambda console: show_replayed(console, replayed))

    asyncio.run(run())


@app.command(name="test")
def send_test(
    endpoint: Which,
    /,
    *,
    wait_s: Annotated[float, Parameter(name="--wait-s", help="How long to wait for it, in seconds.")] = 60,
    options: WorkspaceOptions = MINE,
) -> int:
    """Send a test to an endpoint. A worker does it; this waits for what the endpoint answers."""

    async def run() -> int:
        from printvision.cli.door import open_door
        from printvision.cli.exits import Exit
        from printvision.cli.hook_views import show_delivery
        from printvision.cli.waiting import wait_for
        from printvision.hooks.models import DeliveryState

        out = options.output()
        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = str(await find_endpoint(door, endpoint))
            sent = await door.call("hooks.test", endpoint_id=endpoint_id)
            tried = await wait_for(
                door,
                out,
                lambda: _delivery(door, endpoint_id, sent),
                done=lambda view: view.last_status is not None or view.last_error is not None,
                told=lambda _: "sending",
                within_s=wait_s,
            )
        out.answer(tried, lambda console: show_delivery(console, tried))
        return Exit.OK if tried.state == DeliveryState.DELIVERED else Exit.REFUSED

    return asyncio.run(run())


@app.command
def kinds(*, options: WorkspaceOptions = MINE) -> None:
    """The kinds of events there are; with --json each with the schema of what is sent for it."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_kinds

        async with open_door(options.settings(), options.workspace) as door:
            listed = await door.call("hooks.kinds")
        options.output().answer(listed, lambda console: show_kinds(console, listed))

    asyncio.run(run())


def _one(endpoint: str, operation: str, options: WorkspaceOptions, **members: Any) -> None:
    """Run an operation on an endpoint that answers with the endpoint, and show that."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.hook_views import show_endpoint

        async with open_door(options.settings(), options.workspace) as door:
            endpoint_id = await find_endpoint(door, endpoint)
            view = await door.call(operation, endpoint_id=str(endpoint_id), **members)
        options.output().answer(view, lambda console: show_endpoint(console, view))

    asyncio.run(run())


async def _delivery(door: Door, endpoint_id: str, sent: DeliveryView) -> DeliveryView:
    """How it stands now; as it was where two hundred others came after it."""
    page = await door.call("hooks.log", endpoint_id=endpoint_id, limit=200)
    return next((view for view in page.items if view.id == sent.id), sent)


async def find_endpoint(door: Door, name: str) -> UUID:
    """The endpoint of this id or name.

    Raises:
        NotFound, NameUnclear
    """
    from printvision.cli.door import as_id, only_one

    if (endpoint_id := as_id(name)) is not None:
        return endpoint_id
    page = await door.call("hooks.list", limit=200)
    named = [view.id for view in page.items if view.name.casefold() == name.casefold()]
    return only_one(named, kind="endpoint", name=name)
