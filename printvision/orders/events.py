"""Facts about orders. They carry ids and words, never a person's data."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from printvision.orders.states import Stage
from printvision.platform.events import Event


class OrderReceived(Event):
    kind: ClassVar[str] = "orders.received"
    shop_id: UUID


class OrderChanged(Event):
    """The shop sent a newer copy."""

    kind: ClassVar[str] = "orders.changed"


class OrderAdvanced(Event):
    """The order reached a stage further on."""

    kind: ClassVar[str] = "orders.advanced"
    stage: Stage
    reason: str | None = None


class OrderHeld(Event):
    kind: ClassVar[str] = "orders.held"
    reason: str


class OrderReleased(Event):
    kind: ClassVar[str] = "orders.released"
    reason: str
    by: str


class OrderCancelRefused(Event):
    """It was too late to take the order back."""

    kind: ClassVar[str] = "orders.cancel_refused"


class OutcomeUnknown(Event):
    """A call was sent and not answered; its outcome is being looked up."""

    kind: ClassVar[str] = "orders.outcome_unknown"
    call: str


class OutcomeResolved(Event):
    """It was found that the call had worked (or that it had not, and it was made again)."""

    kind: ClassVar[str] = "orders.outcome_resolved"
    call: str
    had_worked: bool


class ParcelMoved(Event):
    kind: ClassVar[str] = "orders.parcel_moved"
    shipment: str
    state: str


class ProviderWordUnknown(Event):
    """A provider used a status word we do not know; the state was kept."""

    kind: ClassVar[str] = "orders.provider_word_unknown"
    provider: str
    word: str
