"""Facts about orders. They carry ids and words, never a person's data."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from printvision.orders.states import Stage
from printvision.platform.events import Event


class OrderReceived(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "orders.received"
    shop_id: UUID


class OrderChanged(Event, frozen=True, kw_only=True):
    """The shop sent a newer copy."""

    kind: ClassVar[str] = "orders.changed"


class OrderAdvanced(Event, frozen=True, kw_only=True):
    """The order reached a stage further on."""

    kind: ClassVar[str] = "orders.advanced"
    stage: Stage
    reason: str | None = None


class OrderHeld(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "orders.held"
    reason: str


class OrderReleased(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "orders.released"
    reason: str
    by: str


class OrderRecalled(Event, frozen=True, kw_only=True):
    """What lies at providers is asked back; `purpose` is a `RecallFor`."""

    kind: ClassVar[str] = "orders.recalled"
    purpose: str


class OrderGivenBack(Event, frozen=True, kw_only=True):
    """A provider is proved not to print its part."""

    kind: ClassVar[str] = "orders.given_back"
    connection_id: UUID


class OrderRerouted(Event, frozen=True, kw_only=True):
    """What was given up is routed again, to others."""

    kind: ClassVar[str] = "orders.rerouted"
    why: str


class OrderReprinted(Event, frozen=True, kw_only=True):
    """A person ordered pieces a second time, on purpose."""

    kind: ClassVar[str] = "orders.reprinted"
    pieces: int
    by: str


class OrderAddressEdited(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "orders.address_edited"
    by: str


class OrderMarkedShipped(Event, frozen=True, kw_only=True):
    """A person says that it was sent."""

    kind: ClassVar[str] = "orders.marked_shipped"
    by: str


class PrintedUnasked(Event, frozen=True, kw_only=True):
    """A provider began to print a draft that was not confirmed: its own approval setting did."""

    kind: ClassVar[str] = "orders.printed_unasked"
    connection_id: UUID


class OrderRecallRefused(Event, frozen=True, kw_only=True):
    """It was too late to take the order back."""

    kind: ClassVar[str] = "orders.recall_refused"


class OutcomeUnknown(Event, frozen=True, kw_only=True):
    """A call was sent and not answered; its outcome is being looked up."""

    kind: ClassVar[str] = "orders.outcome_unknown"
    call: str


class OutcomeResolved(Event, frozen=True, kw_only=True):
    """It was found that the call had worked (or that it had not, and it was made again)."""

    kind: ClassVar[str] = "orders.outcome_resolved"
    call: str
    had_worked: bool


class ParcelMoved(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "orders.parcel_moved"
    shipment: str
    state: str


class ProviderWordUnknown(Event, frozen=True, kw_only=True):
    """A provider used a status word we do not know; the state was kept."""

    kind: ClassVar[str] = "orders.provider_word_unknown"
    provider: str
    word: str
