"""Orders as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from printvision.cli.output import fields, plain, table
from printvision.orders.possible import Possible
from printvision.orders.schemas import FulfilmentView, LineView, OrderDetail, OrderView
from printvision.platform.paging import Page

STAGE_STYLES = {
    "delivered": "green",
    "shipped": "cyan",
    "printing": "cyan",
    "sent": "cyan",
    "cancelled": "dim",
    "not_printable": "dim",
}


def show_orders(console: Console, page: Page[OrderView]) -> None:
    if not page.items:
        console.print("No orders.")
        return
    rows = (
        (view.id, view.number, where(view), view.country or "-", plain(view.received_at), why(view))
        for view in page.items
    )
    console.print(table(("id", "number", "stage", "to", "received", "why"), rows))
    if page.next_cursor:
        console.print(Text(f"There are more: --cursor {page.next_cursor}", style="dim"))


def where(view: OrderView) -> Text:
    """The stage, and that it is held."""
    stage = Text(view.stage.replace("_", " "), style=STAGE_STYLES.get(view.stage, ""))
    return stage.append(" held", style="yellow") if view.hold else stage


def why(view: OrderView) -> str:
    return view.hold.reason.value if view.hold else (view.reason or "")


def show_order(console: Console, detail: OrderDetail) -> None:
    view = detail.order
    console.print(Text.assemble((view.number, "bold"), "  ", where(view)))
    console.print(fields(_head(detail)))
    console.print()
    lines = ((line.sku, line.title, _prints(line), line.reason) for line in detail.lines)
    console.print(table(("sku", "title", "prints", "why not"), lines))
    for fulfilment in detail.fulfilments:
        console.print()
        console.print(fields(_fulfilment(fulfilment)), style="dim" if fulfilment.given_up_at else None)
    if detail.possible:
        console.print()
        console.print(table(("you can", "", "what it means"), map(_possible, detail.possible)))


def _possible(one: Possible) -> tuple[object, ...]:
    cost = f"{one.cost.text()} {one.cost.currency}" if one.cost else ""
    return one.verb.replace("_", "-"), cost, one.note


def _prints(line: LineView) -> str:
    again = f", {line.reprints} again" if line.reprints else ""
    return f"{line.printable} of {line.quantity}{again}"


def _head(detail: OrderDetail) -> Iterator[tuple[str, object]]:
    view = detail.order
    yield "id", view.id
    yield "in the shop", view.external_id
    yield "received", view.received_at
    yield "stage since", view.stage_at
    yield "reason", view.reason
    if view.hold:
        yield "held", Text(f"{view.hold.reason.value}: {view.hold.detail}", style="yellow")
    yield "not sent before", detail.send_not_before
    if detail.recall:
        yield "taken back for", f"{detail.recall.purpose.replace('_', ' ')}: {detail.recall.reason}"
    yield "not given back", detail.recall_refused
    names = {line.id: plain(line.sku or line.title) for line in detail.lines}
    for exclusion in detail.excluded:
        until = f" until {plain(exclusion.until)}" if exclusion.until else ""
        some = f" for {', '.join(names[line_id] for line_id in exclusion.lines)}" if exclusion.lines else ""
        yield "kept from", f"{exclusion.connection_id}{some}{until}: {exclusion.reason}"
    if (sent := detail.sent_by_hand) is not None:
        told = (sent.carrier, sent.tracking_number, sent.tracking_url)
        yield "sent by hand", " ".join(part for part in told if part) or "yes"
    if detail.recipient:
        to = detail.recipient
        parts = (to.name, to.company, to.line1, to.line2, to.postal_code, to.city, to.region, to.country)
        yield "to", ", ".join(part for part in parts if part)


def _fulfilment(one: FulfilmentView) -> Iterator[tuple[str, object]]:
    yield "made by", f"{one.provider}, {one.method}"
    yield "given up", one.given_up_at
    yield "printed again", one.reprint_reason
    yield "progress", one.ending or one.progress
    yield "their word", one.status_word
    if one.cost:
        yield "cost", f"{one.cost.text()} {one.cost.currency}"
    for submission in one.submissions:
        yield "our reference", submission.provider_ref
        yield "their order", submission.provider_order_id
        if submission.unknown_outcomes:
            settled = f"{submission.unknown_resolved} of {submission.unknown_outcomes} read back"
            yield "calls without answer", settled
        yield "last error", submission.last_error
    for parcel in one.shipments:
        yield (
            "parcel",
            " ".join(
                part
                for part in (parcel.state, parcel.carrier, parcel.tracking_number, parcel.tracking_url)
                if part
            ),
        )
