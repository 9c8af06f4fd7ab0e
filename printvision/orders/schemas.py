"""What of orders crosses the wire, apart from what is stored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.channels.api_orders import RecipientInput
from printvision.orders.by_hand import Tracking
from printvision.orders.possible import Possible
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.platform.address import Recipient
from printvision.platform.money import Money
from printvision.platform.paging import ListInput

Moment = Annotated[datetime, Meta(tz=True)]
Words = Annotated[str, Meta(min_length=1, max_length=500)]


class HoldView(msgspec.Struct, frozen=True, kw_only=True):
    """Why an order waits for a person, in words to act on."""

    reason: HoldReason
    detail: str
    since: datetime


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list. `stage` is how far it is; `hold` lies over it; a `test` goes to sandboxes alone."""

    id: UUID
    shop_id: UUID
    external_id: str
    number: str
    stage: Stage
    reason: str | None
    hold: HoldView | None
    country: str | None
    test: bool
    placed_at: datetime
    received_at: datetime
    stage_at: datetime


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """`printable` of `quantity` are printed; `reason` says why not all; `reprints` were ordered on top of them."""

    id: UUID
    external_id: str
    sku: str | None
    title: str
    quantity: int
    printable: int
    reprints: int
    reason: str | None


class ShipmentView(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    state: str
    carrier: str | None
    service: str | None
    tracking_number: str | None
    tracking_url: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None


class SubmissionView(msgspec.Struct, frozen=True, kw_only=True):
    """One try to give it to the provider, by our reference there."""

    generation: int
    state: SubmissionState
    provider_ref: str
    provider_order_id: str | None
    attempt: int
    unknown_outcomes: int
    unknown_resolved: int
    last_error: str | None
    prepared_at: datetime | None
    committed_at: datetime | None


class FulfilmentView(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an order one provider makes; `status_word` is the provider's own.

    Args:
        pieces: by line.
        given_up_at: when it was proved that this provider does not print it and another could have it.
        reprint_reason: why its pieces were printed a second time.
    """

    id: UUID
    pieces: dict[UUID, int]
    given_up_at: datetime | None
    reprint_reason: str | None
    provider: str
    connection_id: UUID
    method: str
    progress: str | None
    ending: str | None
    status_word: str | None
    cost: Money | None
    submissions: list[SubmissionView]
    shipments: list[ShipmentView]


class RecallView(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at providers is being taken back."""

    purpose: RecallFor
    reason: str
    since: datetime


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that does not get the order, or only some lines of it.

    Args:
        until: None until a person releases the order.
        lines: which; None for all of them.
    """

    connection_id: UUID
    reason: str
    until: datetime | None
    lines: list[UUID] | None = None


class OrderDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one order, the buyer's address included.

    Args:
        recall_refused: why a provider did not give back what was last asked of it.
        possible: what a person can do with it now, and what that costs.
    """

    order: OrderView
    recipient: Recipient | None
    lines: list[LineView]
    fulfilments: list[FulfilmentView]
    send_not_before: datetime | None
    recall: RecallView | None
    recall_refused: str | None
    excluded: list[Exclusion]
    sent_by_hand: Tracking | None
    possible: list[Possible]


class OrderSort(StrEnum):
    """Which orders a list begins with; a minus means the last first."""

    RECEIVED_LAST = "-received_at"
    RECEIVED_FIRST = "received_at"
    PLACED_LAST = "-placed_at"
    PLACED_FIRST = "placed_at"


class OrderRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order_id: UUID


class ListOrders(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only those for which all that is said holds.

    Args:
        held: true for those that wait for a person, false for the others.
        number: as the shop shows it to the buyer.
        connection_id: those of which a part lies at this account with a provider.
        received_since, received_before: the first moment that counts, and the first that does not any more.
    """

    stage: Stage | None = None
    held: bool | None = None
    hold_reason: HoldReason | None = None
    shop_id: UUID | None = None
    connection_id: UUID | None = None
    external_id: Annotated[str, Meta(max_length=200)] | None = None
    number: Annotated[str, Meta(max_length=200)] | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")] | None = None
    received_since: Moment | None = None
    received_before: Moment | None = None
    sort: OrderSort = OrderSort.RECEIVED_LAST


class HoldOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order_id: UUID
    reason: Words


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order_id: UUID
    reason: Words


class RerouteOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        away_from: only the part at this connection; without it, all of it.
    """

    order_id: UUID
    reason: Words
    away_from: UUID | None = None


class EditAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole address: what is left out is empty."""

    order_id: UUID
    recipient: RecipientInput


class ReprintLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    line_id: UUID
    quantity: Annotated[int, Meta(ge=1, le=100_000)]


class ReprintOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        lines: what to make again; all that was printed where it is left out.
        recipient: where it goes, if not to where the first went.
    """

    order_id: UUID
    reason: Words
    lines: Annotated[tuple[ReprintLine, ...], Meta(min_length=1, max_length=1_000)] | None = None
    recipient: RecipientInput | None = None


class MarkShipped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order_id: UUID
    carrier: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    tracking_number: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    tracking_url: Annotated[str, Meta(max_length=2_000, pattern="^https?://")] | None = None
