"""What a person is told at the end of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from printvision.cli.demo.screen import Screen
from printvision.cli.output import fields

if TYPE_CHECKING:
    from printvision.cli.demo.plan import Ended
    from printvision.cli.demo.stage import Stage

MOST_LINES_TOLD = 10


def show_summary(screen: Screen, stage: Stage, ended: Ended, *, serve_on: bool) -> None:
    """The figures, what went wrong if anything did, and where it goes on."""
    figures, console = ended.figures, screen.console
    console.print()
    if ended.problems:
        console.print(Text("Not all is well: " + "; ".join(ended.problems) + ".", style="bold red"))
        for recipient, sku in (*ended.verdict.lost, *ended.verdict.doubled)[:MOST_LINES_TOLD]:
            console.print(f"  {recipient}: {sku}")
    else:
        words = f"{figures.delivered} orders printed once and delivered, none lost, none doubled."
        console.print(Text(words, style="bold green"))
    console.print(
        fields(
            (
                ("received", figures.received),
                ("not printable", f"{figures.not_printable}, each with its reason"),
                ("held for a person", figures.held),
                ("calls without an answer", f"{figures.unknown_resolved} read back and settled"),
                (
                    "shop retries and doubles",
                    f"{ended.counts.get('retried', 0)}, {ended.counts.get('doubled', 0)}",
                ),
                ("processes killed", ended.counts.get("killed") or None),
                ("took", f"{figures.seconds:.0f} s"),
                ("provider's ledger", stage.folder.ledger),
                ("logs", stage.folder.logs),
            )
        )
    )
    if serve_on:
        console.print()
        console.print(
            fields(
                (
                    ("still at", stage.url),
                    ("its orders", f"printvision orders list --data {stage.folder.path}"),
                    ("API key", f"in {stage.folder.path / 'first-api-key'}"),
                )
            )
        )
        console.print(Text("Ctrl-C ends it.", style="dim"))
