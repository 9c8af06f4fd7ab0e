"""What can go wrong with exchange rates."""

from __future__ import annotations

from datetime import date

from printvision.platform.errors import PrintVisionError


class RateMissing(PrintVisionError):
    """The day has no rate for the currency, and none of another day is taken for it."""

    status = 409
    code = "exchange/rate-missing"
    title = "No exchange rate is known for this currency"
    action = "Have the operator load newer rates with `printvision rates load`, or work in another currency."
    currency: str
    day: date
