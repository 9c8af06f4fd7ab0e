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


class UnreadableRates(PrintVisionError):
    """`line` and `column` count from 1 and are where the reading stopped; missing where it is the whole of it."""

    status = 422
    code = "exchange/unreadable"
    title = "This is not a file of exchange rates as the ECB publishes them"
    action = "Take eurofxref-daily or eurofxref-hist from the ECB, as XML or as CSV out of its ZIP archive."
    line: int
    column: int


class RatesJump(PrintVisionError):
    """Nothing was loaded. `jumps` tells the first of the `count` there are, in words."""

    status = 409
    code = "exchange/jump"
    title = "Some rates are more than half as high again as the one beside them"
    action = "Look at the listed rates; if they are right, load the file again with --force."
    count: int
    jumps: list[str]
