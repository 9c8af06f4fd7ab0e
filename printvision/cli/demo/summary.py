"""What a person is told at the end of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from printvision.cli.demo.screen import Screen
from printvision.cli.demo.surroundings import PROVIDERS
from printvision.cli.output import fields

if TYPE_CHECKING:
    from printvision.cli.demo.plan import Ended, Figures
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
                ("held for a person", _held(figures)),
                *((PROVIDERS[provider], _printed(figures, provider)) for provider in PROVIDERS),
                ("made by both", f"{figures.split} orders, a part by each"),
                ("rerouted", _rerouted(figures)),
                ("calls without an answer", f"{figures.unknown_resolved} read back and settled"),
                (
                    "shop retries and doubles",
                    f"{ended.counts.get('retried', 0)}, {ended.counts.get('doubled', 0)}",
                ),
                ("processes killed", ended.counts.get("killed") or None),
                ("took", f"{figures.seconds:.0f} s"),
                *(
                    (f"{name}'s ledger", stage.folder.ledger(provider))
                    for provider, name in PROVIDERS.items()
                ),
                ("logs", stage.folder.logs),
                ("evidence", stage.folder.evidence if ended.evidence else None),
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
        screen.way_in(ended.sign_in)
        console.print(Text("Ctrl-C ends it.", style="dim"))


def _held(figures: Figures) -> str:
    on_purpose = figures.held - figures.held_wrongly
    told = f"{on_purpose} that the shop never said were paid"
    return f"{told}, and {figures.held_wrongly} that could be printed" if figures.held_wrongly else told


def _printed(figures: Figures, provider: str) -> str:
    printed = figures.providers[provider]
    return f"{printed.pieces} pieces printed in {printed.orders} orders"


def _rerouted(figures: Figures) -> str:
    return (
        f"{figures.rerouted} orders were given to another provider: {figures.passed_over} while one that could make"
        f" them was out of reach, {figures.taken_back} after one had given them back"
    )
