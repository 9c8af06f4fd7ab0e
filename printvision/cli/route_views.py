"""Routes as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from printvision.cli.order_views import where
from printvision.cli.output import plain, table
from printvision.orders.route_schemas import Replay, ReplayedRoute, RouteExplanation, RouteView
from printvision.orders.routing import Basket, Part
from printvision.platform.money import Money

ALONE = ("connection", "", "method", "goods", "shipping", "total", "days", "against it")
BEST = ("", "made by", "goods", "shipping", "total", "parcels", "days", "against it")


def show_route(console: Console, explained: RouteExplanation) -> None:
    """The newest decision first; in each the best baskets, then what each connection alone would have cost."""
    console.print(Text.assemble((explained.order.number, "bold"), "  ", where(explained.order)))
    if not explained.decisions:
        console.print("No route was chosen yet.")
    for decision in explained.decisions:
        _show_decision(console, decision)


def show_replay(console: Console, replay: Replay) -> None:
    """What would be other, the largest saving first, and what it comes to."""
    console.print(Text(f"{replay.looked_at} orders looked at, {replay.changed} would be routed otherwise.\n"))
    changed = sorted((each for each in replay.orders if each.changed), key=_saving)
    if changed:
        headers = ("order", "decided", "was made by", "for", "would be made by", "for", "more")
        console.print(table(headers, map(_replayed, changed)))
        console.print()
    for each in replay.totals:
        console.print(
            f"{each.orders} orders cost {_amount(each.before)} and would cost {_amount(each.after)}:"
            f" {_signed(each.more)}"
        )
    for count, words in (
        (replay.newly_made, "that were held would find a route"),
        (replay.no_longer_made, "would find no route"),
        (replay.unknown, "are too old to be routed anew"),
    ):
        if count:
            console.print(f"{count} {words}.")
    if replay.more_to_see:
        console.print(Text("There are more: raise --limit.", style="dim"))


def _show_decision(console: Console, decision: RouteView) -> None:
    record = decision.record
    candidates: list[dict[str, Any]] = record.get("candidates", [])
    considered = record.get("considered", len(candidates))
    ended = "" if record.get("exact", True) else "; the search was ended before it had seen all"
    heading = f"\ndecided {plain(decision.decided_at)}, of {considered} ways{ended}"
    console.print(Text(heading, style="dim"))
    if decision.best:
        rows = (_basket(number, each) for number, each in enumerate(decision.best))
        console.print(table(BEST, rows))
        console.print(Text("\nhad one connection made all of it", style="dim"))
    old = not decision.best and record.get("winner") is not None
    console.print(table(ALONE, (_alone(each, wins=old and at == 0) for at, each in enumerate(candidates))))
    for quote in record.get("quotes", ()):
        price = _amount_of(quote.get("price"))
        said = f"quoted {quote['method']}: {price}, estimated {_amount_of(quote['estimated'])}"
        console.print(Text(said, style="dim"))


def _basket(number: int, basket: Basket) -> tuple[object, ...]:
    return (
        "chosen" if number == 0 and not basket.failed else number + 1,
        " + ".join(_makers(basket.parts)),
        _amount(basket.goods),
        _amount(basket.shipping),
        _amount(basket.total),
        basket.parcels,
        basket.max_days,
        basket.failed_detail or "",
    )


def _makers(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        lines = "" if len(parts) == 1 else f" ({len(part.offers)} line{'s' if len(part.offers) > 1 else ''})"
        yield f"{part.connection_name}, {part.method_name}{lines}"


def _alone(one: dict[str, Any], *, wins: bool) -> tuple[object, ...]:
    return (
        one.get("connection_name"),
        "chosen" if wins else "",
        one.get("method"),
        _amount_of(one.get("goods")),
        _amount_of(one.get("shipping")),
        _amount_of(one.get("total")),
        one.get("max_days"),
        one.get("failed_detail") or one.get("failed") or "",
    )


def _replayed(each: ReplayedRoute) -> tuple[object, ...]:
    return (
        each.number,
        plain(each.decided_at),
        " + ".join(each.before.makers) or each.before.why_not,
        _amount(each.before.total),
        " + ".join(each.after.makers) or each.after.why_not,
        _amount(each.after.total),
        _signed(each.more),
    )


def _saving(each: ReplayedRoute) -> int:
    return each.more.amount_minor if each.more else 0


def _amount_of(money: dict[str, Any] | None) -> str:
    return _amount(Money(int(money["amount_minor"]), str(money["currency"])) if money else None)


def _amount(money: Money | None) -> str:
    return "-" if money is None else str(money)


def _signed(money: Money | None) -> str:
    if money is None:
        return "-"
    return f"+{money}" if money.amount_minor > 0 else str(money)
