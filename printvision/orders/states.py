"""The words of an order's life."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How far an order is: as far as the least advanced of its fulfilments. Held is not a stage but lies over one."""

    RECEIVED = "received"
    CHECKED = "checked"
    ROUTED = "routed"
    SENT = "sent"
    PRINTING = "printing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    NOT_PRINTABLE = "not_printable"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in ENDED

    @property
    def committed(self) -> bool:
        """Whether a provider has been told to print."""
        return self in COMMITTED


ENDED = frozenset({Stage.DELIVERED, Stage.NOT_PRINTABLE, Stage.CANCELLED})
COMMITTED = frozenset({Stage.SENT, Stage.PRINTING, Stage.SHIPPED, Stage.DELIVERED})


class SubmissionState(StrEnum):
    """How far one try to give a fulfilment to a provider is."""

    PLANNED = "planned"  # the reference is stored; nothing was sent
    PREPARED = "prepared"  # they have a draft
    COMMITTING = "committing"  # told to print; the answer is not known
    COMMITTED = "committed"  # they took it
    CANCELLED = "cancelled"  # read back as cancelled


class RecallFor(StrEnum):
    """Why what lies at providers is taken back: what the order becomes once that is proved. The strongest comes first:
    a change is routed anew too, what was sent by hand is printed by nobody, what is cancelled is sent by nobody.
    """

    CANCEL = "cancel"  # nothing is printed
    BY_HAND = "by_hand"  # a person made and sent it
    CHANGE = "change"  # it is judged and routed anew, with the lines or the address of now
    REROUTE = "reroute"  # another provider prints it
    WITHDRAW = "withdraw"  # a held draft that would print itself; routed anew when it is released

    def outranks(self, other: RecallFor) -> bool:
        words = list(RecallFor)
        return words.index(self) < words.index(other)


class HoldReason(StrEnum):
    """Why an order waits for a person."""

    PERSON = "person"
    UNMATCHED_ITEM = "unmatched-item"
    PERSONALISED = "personalised"
    ADDRESS = "address"
    UNPAID = "unpaid"
    UNKNOWN_STATUS = "unknown-status"
    NO_ROUTE = "no-route"
    NOT_LIVE = "not-live"
    PROVIDER_UNAVAILABLE = "provider-unavailable"
    PROVIDER_REJECTED = "provider-rejected"
    PROVIDER_HOLD = "provider-hold"
    PROVIDER_PAYMENT = "provider-payment"
    PROVIDER_CANCELLED = "provider-cancelled"
    CONNECTION = "connection"
    CHANGED_AFTER_SENDING = "changed-after-sending"
    OUR_FAULT = "our-fault"


ENDED_BY_A_PERSON = frozenset({HoldReason.PERSON, HoldReason.CHANGED_AFTER_SENDING})
