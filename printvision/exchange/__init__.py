"""Dated exchange rates, loaded by the operator, and exact arithmetic with them. See README.md."""

from printvision.exchange.conversion import Exchange
from printvision.exchange.errors import RateMissing, RatesJump, UnreadableRates
from printvision.exchange.published import Published
from printvision.exchange.queries import find_exchange
from printvision.exchange.reading import MOST_BYTES, read_rates
from printvision.exchange.schemas import RatesView
from printvision.exchange.service import Loaded, load_rates

__all__ = [
    "MOST_BYTES",
    "Exchange",
    "Loaded",
    "Published",
    "RateMissing",
    "RatesJump",
    "RatesView",
    "UnreadableRates",
    "find_exchange",
    "load_rates",
    "read_rates",
]
