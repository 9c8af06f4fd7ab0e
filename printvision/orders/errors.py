"""What can go wrong with an order."""

from __future__ import annotations

from uuid import UUID

from printvision.orders.possible import Possible, Verb
from printvision.orders.states import Stage
from printvision.platform.errors import PrintVisionError


class OrderNotCancellable(PrintVisionError):
    """The provider is printing it, or it has ended."""

    status = 409
    code = "orders/not-cancellable"
    title = "This order can no longer be cancelled"
    action = "Ask the provider's support to stop it, or wait for it and refund the buyer in the shop."
    order_id: UUID
    current: Stage
    possible: list[Possible]


class OrderTooLate(PrintVisionError):
    """The provider is printing what would be changed, or the order has ended; `possible` is what is left to do."""

    status = 409
    code = "orders/too-late"
    title = "It is too late for that with this order"
    action = "Choose one of what is still possible; each says what it costs."
    order_id: UUID
    verb: Verb
    current: Stage
    possible: list[Possible]


class NothingToReprint(PrintVisionError):
    status = 409
    code = "orders/nothing-to-reprint"
    title = "Nothing of this order was printed yet"
    action = "Let it go on; what was not printed can be changed or rerouted instead."
    order_id: UUID
    current: Stage


class NothingToRetry(PrintVisionError):
    status = 409
    code = "orders/nothing-to-retry"
    title = "This order does not wait for another try"
    action = "Nothing to do: it goes on by itself, or has ended."
    order_id: UUID
    current: Stage


class OrderNotHoldable(PrintVisionError):
    """A hold keeps an order from being sent, so it must come before that."""

    status = 409
    code = "orders/not-holdable"
    title = "This order was already given to the provider"
    action = "Cancel it instead, while the provider has not begun to print."
    order_id: UUID
    current: Stage


class OrderNotHeld(PrintVisionError):
    status = 409
    code = "orders/not-held"
    title = "This order is not on hold"
    action = "Nothing to do: it goes on by itself."
    order_id: UUID
    current: Stage


class UnknownSku(PrintVisionError):
    status = 422
    code = "orders/unknown-sku"
    title = "No product has this SKU"
    action = "Create a product variant with this SKU, or correct the SKU."
    skus: list[str]


class NothingToPrint(PrintVisionError):
    status = 422
    code = "orders/nothing-to-print"
    title = "An order needs at least one line to print"
    action = "Send at least one line with a quantity of 1 or more."
