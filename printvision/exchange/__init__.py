"""Dated exchange rates, loaded by the operator, and exact arithmetic with them."""

from printvision.exchange.conversion import Exchange
from printvision.exchange.errors import RateMissing
from printvision.exchange.queries import find_exchange

__all__ = ["Exchange", "RateMissing", "find_exchange"]
