"""Connections, their calls and their syncs as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from printvision.cli.output import fields, plain, table
from printvision.providers import ConnectionView
from printvision.sync import SyncView


def show_connections(console: Console, connections: Sequence[ConnectionView]) -> None:
    if not connections:
        console.print("No connections yet: printvision connections add printful")
        return
    rows = (
        (view.id, view.name, view.provider, "live" if view.live else "drafts only", _state(view))
        for view in connections
    )
    console.print(table(("id", "name", "provider", "orders", "state"), rows))


def show_connection(console: Console, view: ConnectionView) -> None:
    console.print(Text.assemble((view.name, "bold"), "  ", _state(view)))
    console.print(
        fields(
            (
                ("id", view.id),
                ("provider", f"{view.provider}, {view.base_url}"),
                ("account", view.account_name),
                ("orders", "are printed" if view.live else "stay drafts; switch with: connections live … on"),
                ("their webhooks", "reach us" if view.webhooks else "not registered yet"),
                ("requests a minute", view.requests_a_minute),
            )
        )
    )
    for warning in (view.last_test or {}).get("warnings", ()):
        console.print(Text(f"Mind: {warning}", style="yellow"))


def _state(view: ConnectionView) -> Text:
    if not view.active:
        return Text(f"paused: {view.state_detail or 'by a person'}", style="red")
    if view.last_test is None:
        return Text("not tested yet", style="yellow")
    if not view.last_test["ok"]:
        return Text(str(view.last_test.get("detail") or view.last_test.get("problem")), style="red")
    return Text("works", style="green")


def show_calls(console: Console, calls: Sequence[dict[str, Any]]) -> None:
    if not calls:
        console.print("No calls yet.")
        return
    rows = (
        (
            call.get("at"),
            call.get("method"),
            call.get("template") or call.get("path"),
            call.get("status"),
            call.get("duration_ms"),
            call.get("error") or "",
        )
        for call in calls
    )
    console.print(table(("at", "", "what", "status", "ms", "error"), rows))


def sync_line(view: SyncView) -> str:
    """How far a sync is, in a few words."""
    if view.total is None:
        return "asking for the list of blueprints"
    counters = view.counters
    return f"{view.position} of {view.total} blueprints, {counters.prices} prices, {counters.changed} changes"


def show_sync(console: Console, view: SyncView) -> None:
    style = "green" if view.state == "done" else "red"
    console.print(Text.assemble(("sync ", "bold"), (view.state.value, style)))
    counters = view.counters
    console.print(
        fields(
            (
                ("blueprints", f"{counters.blueprints} of {plain(view.total)}"),
                ("variants", counters.variants),
                ("prices", counters.prices),
                ("stock", counters.stock),
                ("new or different", counters.changed),
                ("gone", counters.gone),
                ("passed over", counters.skipped),
                ("error", view.error_detail or view.error),
            )
        )
    )
    for problem in view.problems:
        console.print(Text(f"  {problem.blueprint}: {problem.detail}", style="yellow"))
