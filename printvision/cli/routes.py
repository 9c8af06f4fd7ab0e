"""`printvision routes …`"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cyclopts import App

from printvision.cli.options import MINE, WorkspaceOptions
from printvision.cli.orders import Which, find_order

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.orders.schemas import RouteExplanation

app = App(name="routes", help="Explain who was to make an order, and why.")


@app.command
def explain(order: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Every decision about an order: what won, what else there was, and why not."""

    async def run() -> None:
        from printvision.cli.door import open_door

        async with open_door(options.settings(), options.workspace) as door:
            order_id = await find_order(door, order)
            explained = await door.call("routes.explain", order_id=str(order_id))
        options.output().answer(explained, lambda console: show_route(console, explained))

    asyncio.run(run())


def show_route(console: Console, explained: RouteExplanation) -> None:
    """The newest decision first; in each the winner, then the others and what was against them."""
    from rich.text import Text

    from printvision.cli.order_views import where
    from printvision.cli.output import plain, table

    console.print(Text.assemble((explained.order.number, "bold"), "  ", where(explained.order)))
    if not explained.decisions:
        console.print("No route was chosen yet.")
    for decision in explained.decisions:
        record = decision.record
        candidates: list[dict[str, Any]] = record.get("candidates", [])
        considered = record.get("considered", len(candidates))
        console.print(Text(f"\ndecided {plain(decision.decided_at)}, of {considered} ways", style="dim"))
        rows = (
            _candidate(one, wins=number == 0 and not one.get("failed"))
            for number, one in enumerate(candidates)
        )
        headers = ("connection", "", "method", "goods", "shipping", "total", "days", "against it")
        console.print(table(headers, rows))


def _candidate(one: dict[str, Any], *, wins: bool) -> tuple[object, ...]:
    return (
        one.get("connection_name"),
        "chosen" if wins else "",
        one.get("method_name") or one.get("method"),
        _amount(one.get("goods")),
        _amount(one.get("shipping")),
        _amount(one.get("total")),
        one.get("max_days"),
        one.get("failed_detail") or one.get("failed") or "",
    )


def _amount(money: dict[str, Any] | None) -> str:
    from printvision.platform.money import Money

    if not money:
        return "-"
    amount = Money(int(money["amount_minor"]), str(money["currency"]))
    return f"{amount.text()} {amount.currency}"
