"""`printvision routes …`"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions
from printvision.cli.orders import Which, find_order
from printvision.cli.rules import NOTHING, Wanted

app = App(name="routes", help="Explain who was to make an order, and try other rules on past orders.")


@app.command
def explain(order: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Every decision about an order: what won, the ten best ways, and what was against each connection."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.route_views import show_route

        async with open_door(options.settings(), options.workspace) as door:
            order_id = await find_order(door, order)
            explained = await door.call("routes.explain", order_id=str(order_id))
        options.output().answer(explained, lambda console: show_route(console, explained))

    asyncio.run(run())


@app.command
def replay(
    *,
    since: Annotated[datetime, Parameter(help="Orders routed from this day on, such as 2026-11-01 (UTC).")],
    rules: Annotated[
        Path | None, Parameter(help="A JSON file with rules, as `rules show --json` writes them.")
    ] = None,
    wanted: Wanted = NOTHING,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many orders, 1 to 2000.")] = 500,
    options: WorkspaceOptions = MINE,
) -> None:
    """What past orders would have cost under other rules; those that are not named are the rules of now.

    Nobody is asked and nothing changes.
    """

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.route_views import show_replay

        members = _read_rules(rules) | wanted.members()
        at = since if since.tzinfo else since.replace(tzinfo=UTC)
        async with open_door(options.settings(), options.workspace) as door:
            done = await door.call("routes.replay", since=at.isoformat(), rules=members, limit=limit)
        options.output().answer(done, lambda console: show_replay(console, done))

    asyncio.run(run())


def _read_rules(path: Path | None) -> dict[str, Any]:
    """
    Raises:
        BadUsage: the file cannot be read, or holds something else than rules.
    """
    import msgspec

    from printvision.cli.errors import BadUsage

    if path is None:
        return {}
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return msgspec.convert(told.get("rules", told), dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise BadUsage(f"--rules: {path}: {error}") from None
