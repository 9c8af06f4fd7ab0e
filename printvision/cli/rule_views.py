"""Routing rules as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from printvision.cli.output import plain, table
from printvision.orders.rulebook import RulesView
from printvision.orders.rules import Fallback, RoutingRules, Service
from printvision.platform.paging import Page

NO_BOUND = "none"  # as it is written to take one away
FALLBACKS = {
    Fallback.NEXT_BEST: "the next best is taken at once",
    Fallback.QUEUE: "the order waits for it",
    Fallback.PERSON: "the order is held for a person",
}


def show_rules(console: Console, view: RulesView) -> None:
    """Every rule with its value and what that comes to."""
    by = f"Set {plain(view.set_at)} by {view.set_by}." if view.set_at else "Nobody has set any: the defaults."
    console.print(Text(by + "\n", style="dim"))
    console.print(table(("rule", "is", ""), _rows(view.rules)))
    if view.rules.services:
        console.print()
        rows = ((each.asked, _methods(each)) for each in view.rules.services)
        console.print(table(("the buyer chose", "is shipped by one of"), rows))


def show_history(console: Console, page: Page[RulesView]) -> None:
    """What each setting changed, told against the one before it."""
    if not page.items:
        console.print("Nobody has set any rules.")
        return
    rows = (
        (plain(view.set_at), view.set_by, _difference(view.rules, older.rules if older else None))
        for view, older in zip(page.items, [*page.items[1:], _before(page)], strict=True)
    )
    console.print(table(("set", "by", "what"), rows))
    if page.next_cursor:
        console.print(Text(f"There are more: --cursor {page.next_cursor}", style="dim"))


def _before(page: Page[RulesView]) -> RulesView | None:
    """What the oldest one shown changed: the defaults, unless there are older ones that are not shown."""
    if page.next_cursor:
        return None
    return RulesView(id=None, rules=RoutingRules(), set_at=None, set_by=None)


def _rows(rules: RoutingRules) -> Iterator[tuple[str, str, str]]:
    yield "fallback", rules.fallback, f"where the best provider cannot be had, {FALLBACKS[rules.fallback]}"
    yield "most-parcels", str(rules.most_parcels or NO_BOUND), _parcels(rules.most_parcels)
    yield "exact-only", plain(rules.exact_only), _exact(exact_only=rules.exact_only)
    yield "max-days", _days(rules.max_days), "that a shipping method may promise at most"
    yield "margin-floor-percent", _percent(rules.margin_floor_percent), "of what the buyer paid must be left"
    yield "most-extra-percent", _percent(rules.most_extra_percent), "more than the cheapest route"
    yield "stale-after-days", _days(rules.stale_after_days), "that prices and stock may be old"
    yield "rates-max-age-days", _days(rules.rates_max_age_days), "that exchange rates may be old"
    tolerance = "of the order's cost, by which the provider's quote may be above its tariff"
    yield "quote-tolerance-percent", _percent(rules.quote_tolerance_percent), tolerance


def _parcels(most: int | None) -> str:
    if most is None:
        return "an order may be split as it is cheapest"
    return "an order is never split" if most == 1 else "that an order may be split into"


def _exact(*, exact_only: bool) -> str:
    return "only the exact blank will do" if exact_only else "a blank of the same grade will do"


def _percent(value: int | None) -> str:
    return NO_BOUND if value is None else f"{value} %"


def _days(value: int | None) -> str:
    return NO_BOUND if value is None else "1 day" if value == 1 else f"{value} days"


def _methods(service: Service) -> str:
    return "; ".join(
        f"{provider}: {', '.join(methods)}"
        for provider, methods in sorted(service.methods.items())
        if methods
    )


def _difference(rules: RoutingRules, older: RoutingRules | None) -> str:
    if older is None:
        return "-"
    changed = [name for name in rules.__struct_fields__ if getattr(rules, name) != getattr(older, name)]
    return ", ".join(_told(rules, name) for name in changed)


def _told(rules: RoutingRules, name: str) -> str:
    value = len(rules.services) if name == "services" else getattr(rules, name)
    return f"{name.replace('_', '-')} {NO_BOUND if value is None else plain(value)}"
