"""Orders: from the door to delivered. See README.md."""

from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import hold_order, release_order
from printvision.orders.intake import Taken, take_in
from printvision.orders.queries import Hint
from printvision.orders.states import HoldReason, Stage
from printvision.orders.sweeping import Sweeper
from printvision.orders.workflows.follow import ask_for_looks
from printvision.orders.workflows.fulfil import fulfil_order

__all__ = [
    "Hint",
    "HoldReason",
    "Stage",
    "Sweeper",
    "Taken",
    "ask_for_looks",
    "cancel_order",
    "fulfil_order",
    "hold_order",
    "release_order",
    "take_in",
]
