"""Endpoints and what was sent to them, as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from printvision.cli.output import fields, plain, table
from printvision.hooks.models import DeliveryState, EndpointState
from printvision.hooks.schemas import DeliveryView, EndpointView, EndpointWithSecret, KindList, Replayed
from printvision.platform.paging import Page

STATE_STYLES = {"delivered": "green", "failed": "red", "waiting": "yellow"}
LINE_CHARS = 80


def show_endpoints(console: Console, endpoints: Sequence[EndpointView]) -> None:
    if not endpoints:
        console.print("No endpoints yet: printvision hooks add https://…")
        return
    rows = ((view.id, view.name, view.url, _kinds(view), _state(view)) for view in endpoints)
    console.print(table(("id", "name", "address", "kinds", "state"), rows))


def show_endpoint(console: Console, view: EndpointView) -> None:
    console.print(Text.assemble((view.name, "bold"), "  ", _state(view)))
    console.print(
        fields(
            (
                ("id", view.id),
                ("address", view.url),
                ("kinds", _kinds(view)),
                ("calls a minute", view.calls_a_minute),
                ("failing since", view.failing_since),
                ("left alone until", view.rest_until),
                ("added", view.created_at),
            )
        )
    )


def show_with_secret(console: Console, made: EndpointWithSecret) -> None:
    show_endpoint(console, made.endpoint)
    console.print(fields((("secret", made.secret),)))
    console.print("Keep it now: it is not shown again.", style="yellow")
    console.print(Text(f"See whether it answers: printvision hooks test {made.endpoint.id}", style="dim"))


def show_deliveries(console: Console, page: Page[DeliveryView]) -> None:
    if not page.items:
        console.print("Nothing was sent.")
        return
    rows = (
        (view.id, view.kind, _delivery_state(view), view.tries, view.tried_at, _came(view), view.next_try_at)
        for view in page.items
    )
    console.print(table(("id", "kind", "state", "tries", "last try", "what came of it", "next try"), rows))
    if page.next_cursor:
        console.print(Text(f"There are more: --cursor {page.next_cursor}", style="dim"))


def show_delivery(console: Console, view: DeliveryView) -> None:
    console.print(Text.assemble((view.kind, "bold"), "  ", _delivery_state(view)))
    console.print(
        fields(
            (
                ("id", view.id),
                ("webhook-id", view.message_id),
                ("what came of it", _came(view)),
                ("tries", view.tries),
                ("next try", view.next_try_at),
            )
        )
    )


def show_replayed(console: Console, replayed: Replayed) -> None:
    console.print(f"{replayed.count} are sent again.")
    if replayed.more and replayed.last_happened_at is not None:
        since = replayed.last_happened_at.isoformat()
        console.print(Text(f"There are more: --since {since}", style="dim"))


def show_kinds(console: Console, listed: KindList) -> None:
    console.print(table(("kind", "when"), ((each.kind, each.description) for each in listed.items)))


def _kinds(view: EndpointView) -> str:
    return ", ".join(view.kinds) or "every one"


def _state(view: EndpointView) -> Text:
    if view.state is EndpointState.DISABLED:
        return Text(f"disabled: {view.state_detail} {view.last_failure or ''}".rstrip(), style="red")
    if view.state is EndpointState.PAUSED:
        return Text("paused", style="yellow")
    if view.last_failure is not None:
        return Text(f"fails: {view.last_failure}", style="red")
    return Text("active", style="green")


def _delivery_state(view: DeliveryView) -> Text:
    return Text(view.state.value, style=STATE_STYLES[view.state])


def _came(view: DeliveryView) -> str:
    """What the endpoint answered, or why it did not, on one line."""
    if view.last_error is not None:
        return view.last_error
    if view.last_status is None:
        return "not answered yet" if view.state is DeliveryState.WAITING else plain(None)
    said = " ".join((view.last_answer or "").split())
    return f"{view.last_status} {said}".strip()[:LINE_CHARS]
