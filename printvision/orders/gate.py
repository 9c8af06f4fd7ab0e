"""May it be printed? One pure decision over what the shop says, per order and per line.

Printing costs money and cannot be undone, so whatever is not plainly printable is not printed, and says why.
A `SKIP` needs nobody: a changed copy of the order is decided again. A `HOLD` waits for a person, or for the
shop to say more (an order that is not yet paid).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from printvision.channels.types import ChannelLine, ChannelOrder, FinancialState
from printvision.orders.states import HoldReason


class Outcome(StrEnum):
    """What is to be done with an order or a line."""

    PRINT = "print"
    SKIP = "skip"
    HOLD = "hold"


class Reason(StrEnum):
    """Why something is not printed; the values are stored. Those that hold are words of `HoldReason` too."""

    TEST_ORDER = "test-order"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    REFUNDED = "refunded"
    PLACED_BEFORE_START = "placed-before-start"
    NO_LINES = "no-lines"
    GIFT_CARD = "gift-card"
    NEEDS_NO_SHIPPING = "needs-no-shipping"
    NO_QUANTITY = "no-quantity"
    LINE_REFUNDED = "line-refunded"
    LINE_FULFILLED = "line-fulfilled"
    LINE_REMOVED = "line-removed"

    UNKNOWN_STATUS = HoldReason.UNKNOWN_STATUS
    UNPAID = HoldReason.UNPAID
    NOT_LIVE = HoldReason.NOT_LIVE
    ADDRESS = HoldReason.ADDRESS
    UNMATCHED_ITEM = HoldReason.UNMATCHED_ITEM
    PERSONALISED = HoldReason.PERSONALISED

    @property
    def outcome(self) -> Outcome:
        return Outcome.SKIP if self.hold_reason is None else Outcome.HOLD

    @property
    def hold_reason(self) -> HoldReason | None:
        """The same word as the reason of a hold; None where this reason skips."""
        return HoldReason(self.value) if self.value in _HOLDS else None

    @property
    def sentence(self) -> str:
        """What people read."""
        return _SENTENCES[self]


_HOLDS = frozenset(HoldReason)

_SENTENCES = {
    Reason.TEST_ORDER: "The shop marked this as a test order.",
    Reason.CANCELLED: "The order was cancelled in the shop.",
    Reason.VOIDED: "The payment was voided or has expired.",
    Reason.REFUNDED: "The order was refunded in full.",
    Reason.PLACED_BEFORE_START: "The order was placed before the shop was connected.",
    Reason.NO_LINES: "The order has no lines.",
    Reason.GIFT_CARD: "A gift card is not printed.",
    Reason.NEEDS_NO_SHIPPING: "The line needs no shipping.",
    Reason.NO_QUANTITY: "The line asks for no pieces.",
    Reason.LINE_REFUNDED: "What was left of the line was refunded.",
    Reason.LINE_FULFILLED: "The line is already fulfilled.",
    Reason.LINE_REMOVED: "The line was taken out of the order.",
    Reason.UNKNOWN_STATUS: "The shop does not say in words we know whether the order is paid.",
    Reason.UNPAID: "The order is not fully paid; it goes on when the shop says it is.",
    Reason.NOT_LIVE: "The shop is not live.",
    Reason.ADDRESS: "The order has no shipping address.",
    Reason.UNMATCHED_ITEM: "The line's SKU belongs to no product; map it to one.",
    Reason.PERSONALISED: "The buyer personalised the line, and its product does not say how to print that.",
}

# Money given back for some lines leaves the others paid for; their quantities say how many.
_PAID = frozenset({FinancialState.PAID, FinancialState.PARTIALLY_REFUNDED})
_UNPAID = frozenset({FinancialState.PENDING, FinancialState.AUTHORIZED, FinancialState.PARTIALLY_PAID})
_NEVER_PAID = frozenset({FinancialState.VOIDED, FinancialState.EXPIRED})


Known = Mapping[str, Collection[str]]

NOTHING_KNOWN: Final[Known] = MappingProxyType({})


def is_paid(financial: FinancialState) -> bool:
    """Whether what is left of an order in this state is paid for."""
    return financial in _PAID


class LineVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """How many pieces of a line to print, 0 to its quantity; `reason` is set exactly when that is 0."""

    external_id: str
    printable_quantity: int
    reason: Reason | None = None

    @property
    def outcome(self) -> Outcome:
        return self.reason.outcome if self.reason else Outcome.PRINT


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed of an order. `reason` is set exactly when nothing is; `lines` are in the order's order.

    An order of which some lines print does print, though others of it may be held (`held_lines`).
    """

    lines: tuple[LineVerdict, ...]
    reason: Reason | None = None

    @property
    def outcome(self) -> Outcome:
        return self.reason.outcome if self.reason else Outcome.PRINT

    @property
    def hold_reason(self) -> HoldReason | None:
        return self.reason.hold_reason if self.reason else None

    @property
    def sentence(self) -> str:
        return self.reason.sentence if self.reason else "The order may be printed."

    @property
    def held_lines(self) -> tuple[LineVerdict, ...]:
        return tuple(line for line in self.lines if line.outcome is Outcome.HOLD)


def decide(
    order: ChannelOrder,
    *,
    mapped_skus: Collection[str],
    started_at: datetime,
    live: bool,
    personalisable_skus: Collection[str] = (),
    known_properties: Known = NOTHING_KNOWN,
) -> Verdict:
    """Decide over one copy of an order.

    Args:
        mapped_skus: the SKUs that belong to products of ours.
        started_at: aware; orders placed before it were somebody else's to send.
        live: whether the shop's orders are to be printed at all.
        personalisable_skus: those whose product says how a buyer's words are printed.
        known_properties: by SKU, the names of what a buyer may write on a line that does not change what is
            printed; case and outer blanks do not count.
    """
    reason = _order_reason(order, started_at=started_at, live=live)
    if reason is not None:
        return _nothing(order, reason)
    lines = tuple(
        _judge_line(line, mapped_skus, personalisable_skus, known_properties) for line in order.lines
    )
    if not any(line.printable_quantity for line in lines):
        return Verdict(lines=lines, reason=_chief_reason(lines))
    if order.recipient is None:
        return _nothing(order, Reason.ADDRESS)
    return Verdict(lines=lines)


def printable_quantity(line: ChannelLine) -> int:
    """Pieces of a line that are wanted and not yet sent: the least of all the shop says, never below 0."""
    unsent = line.quantity - line.refunded_quantity - line.fulfilled_quantity
    bounds = (
        line.quantity,
        line.quantity - line.refunded_quantity,
        line.quantity - line.fulfilled_quantity,
        line.quantity if line.current_quantity is None else line.current_quantity,
        # A piece sent and then refunded is in both lists, so their sum counts only without this figure.
        unsent if line.fulfillable_quantity is None else line.fulfillable_quantity,
    )
    return max(0, min(bounds))


def _order_reason(order: ChannelOrder, *, started_at: datetime, live: bool) -> Reason | None:
    """Why nothing of the order is printed, whatever its lines. What cannot change again comes first."""
    financial, placed_at = order.financial, order.placed_at
    against = (
        (order.test, Reason.TEST_ORDER),
        (order.cancelled_at is not None, Reason.CANCELLED),
        (financial in _NEVER_PAID, Reason.VOIDED),
        (financial is FinancialState.REFUNDED, Reason.REFUNDED),
        (placed_at is not None and placed_at < started_at, Reason.PLACED_BEFORE_START),
        (financial in _UNPAID, Reason.UNPAID),
        (not is_paid(financial), Reason.UNKNOWN_STATUS),
        (not live, Reason.NOT_LIVE),
    )
    return next((reason for holds, reason in against if holds), None)


def _judge_line(
    line: ChannelLine, mapped_skus: Collection[str], personalisable_skus: Collection[str], known: Known
) -> LineVerdict:
    quantity = printable_quantity(line)
    reason = _line_reason(line, quantity, mapped_skus)
    if reason is None and line.sku not in personalisable_skus and _says_something_new(line, known):
        reason = Reason.PERSONALISED
    return LineVerdict(
        external_id=line.external_id, printable_quantity=0 if reason else quantity, reason=reason
    )


def _line_reason(line: ChannelLine, quantity: int, mapped_skus: Collection[str]) -> Reason | None:
    if line.gift_card:
        return Reason.GIFT_CARD
    if not line.requires_shipping:
        return Reason.NEEDS_NO_SHIPPING
    if quantity == 0:
        return _nothing_left(line)
    if line.sku is None or line.sku not in mapped_skus:
        return Reason.UNMATCHED_ITEM
    return None


def _says_something_new(line: ChannelLine, known: Known) -> bool:
    """Whether a buyer wrote something that may change what is printed."""
    names = {_plain(name) for name in known.get(line.sku or "", ())}
    return any(_plain(name) not in names for name in line.personalisation)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _nothing_left(line: ChannelLine) -> Reason:
    if line.quantity <= 0:
        return Reason.NO_QUANTITY
    if line.refunded_quantity >= line.quantity:
        return Reason.LINE_REFUNDED
    if line.current_quantity is not None and line.current_quantity <= 0:
        return Reason.LINE_REMOVED
    return Reason.LINE_FULFILLED


def _nothing(order: ChannelOrder, reason: Reason) -> Verdict:
    lines = (
        LineVerdict(external_id=line.external_id, printable_quantity=0, reason=reason) for line in order.lines
    )
    return Verdict(lines=tuple(lines), reason=reason)


def _chief_reason(lines: tuple[LineVerdict, ...]) -> Reason:
    """One reason for an order of which no line prints: a hold before a skip, else the first line's."""
    reasons = [line.reason for line in lines if line.reason]
    held = (reason for reason in reasons if reason.outcome is Outcome.HOLD)
    return next(held, reasons[0] if reasons else Reason.NO_LINES)
