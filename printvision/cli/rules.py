"""`printvision rules …`"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from printvision.cli.door import Door

app = App(name="rules", help="Show and set what counts when an order is routed.")

Bound = int | Literal["none"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The rules that are named; the others stay as they are. Their names are those of `RoutingRules`."""

    fallback: Annotated[
        Literal["next_best", "queue", "person"] | None,
        Parameter(
            help="Where the best provider cannot be had now: take the next best, wait for it, or ask a person."
        ),
    ] = None
    most_parcels: Annotated[
        Bound | None, Parameter(help="Into how many parcels an order may be split, 1 to 50; 1 for never.")
    ] = None
    exact_only: Annotated[
        bool | None, Parameter(help="Whether only the exact blank will do, not one of the same grade.")
    ] = None
    max_days: Annotated[
        Bound | None, Parameter(help="How many days a shipping method may promise at most, 1 to 365.")
    ] = None
    margin_floor_percent: Annotated[
        Bound | None, Parameter(help="How much of what the buyer paid must be left over, 0 to 99 %.")
    ] = None
    most_extra_percent: Annotated[
        Bound | None, Parameter(help="How much dearer than the cheapest a route may be, 0 to 1000 %.")
    ] = None
    stale_after_days: Annotated[
        Bound | None, Parameter(help="How old prices and stock may be, 1 to 365 days.")
    ] = None
    rates_max_age_days: Annotated[
        int | None, Parameter(help="How old exchange rates may be, 1 to 365 days.")
    ] = None
    quote_tolerance_percent: Annotated[
        int | None,
        Parameter(help="How much dearer than its tariff a quote may make an order, 0 to 1000 % of its cost."),
    ] = None

    def members(self) -> dict[str, Any]:
        """What `rules.set` takes: the named ones, `none` as null."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: None if value == "none" else value for name, value in named.items() if value is not None
        }


NOTHING = Wanted()


@app.command
def show(*, options: WorkspaceOptions = MINE) -> None:
    """The rules that count now."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.rule_views import show_rules

        async with open_door(options.settings(), options.workspace) as door:
            view = await door.call("rules.get")
        options.output().answer(view, lambda console: show_rules(console, view))

    asyncio.run(run())


@app.command(name="set")
def set_rules(
    *,
    wanted: Wanted = NOTHING,
    service: Annotated[
        list[str] | None,
        Parameter(
            negative="",
            help='What a service of the shop is at the providers: "Express=printful:EXPRESS,printify:priority".'
            " Takes the place of what was said of that service; may be given several times.",
        ),
    ] = None,
    forget_service: Annotated[
        list[str] | None,
        Parameter(negative="", help="A service of the shop that shall mean nothing in particular again."),
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Change the named rules, for orders that are routed from now on. `none` takes a bound away."""

    async def run() -> None:
        from printvision.api.execution import execute_as
        from printvision.cli.door import open_door
        from printvision.cli.errors import BadUsage
        from printvision.cli.rule_views import show_rules

        members = wanted.members()
        if not (members or service or forget_service):
            raise BadUsage("Name at least one rule to set; `printvision rules set --help` lists them.")
        async with open_door(options.settings(), options.workspace) as door:
            if service or forget_service:
                members["services"] = await _services(door, service or [], forget_service or [])
            # past `door.call`, which leaves out what is None
            view = await execute_as(door.platform, door.principal, door.workspace_id, "rules.set", members)
        options.output().answer(view, lambda console: show_rules(console, view))

    asyncio.run(run())


@app.command
def history(
    *,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many, 1 to 200.")] = 20,
    cursor: Annotated[str | None, Parameter(help="Where the list before ended.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """The rules as they were set, the newest first, and who set them."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.rule_views import show_history

        async with open_door(options.settings(), options.workspace) as door:
            page = await door.call("rules.list", limit=limit, cursor=cursor)
        options.output().answer(page, lambda console: show_history(console, page))

    asyncio.run(run())


async def _services(door: Door, given: list[str], forgotten: list[str]) -> list[dict[str, Any]]:
    """The services there are, with the given ones in the place of those of the same words, else at the end.

    Raises:
        BadUsage: one is badly written, or one to forget is not there.
    """

    from printvision.cli.errors import BadUsage

    view = await door.call("rules.get")
    named: dict[str, dict[str, Any]] = {
        _words(each.asked): {"asked": each.asked, "methods": dict(each.methods)}
        for each in view.rules.services
    }
    for asked in forgotten:
        if named.pop(_words(asked), None) is None:
            raise BadUsage(f"--forget-service: no service is called {asked!r}")
    for text in given:
        made = _service(text)
        named[_words(made["asked"])] = made
    return list(named.values())


def _words(asked: str) -> str:
    return asked.strip().casefold()


def _service(text: str) -> dict[str, Any]:
    """`Express=printful:EXPRESS,printify:priority` as the rule has it.

    Raises:
        BadUsage
    """
    from printvision.cli.errors import BadUsage

    asked, _, listed = text.rpartition("=")
    methods: dict[str, list[str]] = {}
    for part in listed.split(","):
        provider, colon, method = (word.strip() for word in part.partition(":"))
        if not (asked.strip() and provider and colon and method):
            raise BadUsage(f"--service: expected SERVICE=PROVIDER:METHOD,… and not {text!r}")
        methods.setdefault(provider, []).append(method)
    return {"asked": asked.strip(), "methods": methods}
