"""Misbehaviour to order: what shall go wrong, how often, and for which operations.

Operations have names such as `orders.create`, `orders.confirm` or `shipping.rates`, the same for every
provider; a pattern may end in `*`. For webhooks the name is the provider's event type. A decision depends
only on the seed, the fault, the operation and how many times that operation was called before, so a run can
be repeated.
"""

from __future__ import annotations

import random
from collections import Counter
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often, and where.

    Args:
        share: of the calls that match, 0 to 1.
        operations: patterns; one that fits is enough.
        times: how often at most, or None for no end.
    """

    share: Share = 0.0
    operations: tuple[str, ...] = ("*",)
    times: int | None = None


class Delay(Fault, frozen=True, kw_only=True):
    """Wait between `min_s` and `max_s`, evenly."""

    min_s: Seconds = 0.05
    max_s: Seconds = 0.25


class RateLimited(Fault, frozen=True, kw_only=True):
    """Refused with 429; `retry_after_s` is what the answer asks for."""

    retry_after_s: Seconds = 1.0


class Unanswered(Fault, frozen=True, kw_only=True):
    """No answer until the client gives up; after `hold_s` the connection is cut all the same."""

    hold_s: Seconds = 60.0


class AppliedLate(Unanswered, frozen=True, kw_only=True):
    """Nothing happens until the client gave up, and then, `late_s` later, it does after all."""

    late_s: Seconds = 5.0


class Shuffled(Fault, frozen=True, kw_only=True):
    """Held back to the end of a window of `window_s` and let go in an order of chance."""

    window_s: Seconds = 1.0


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that may go wrong. At most one of the middle five hits a call, the first in this order.

    Args:
        latency: the answer is late, and otherwise right.
        rate_limited: 429 before anything is applied.
        server_error: 500 before anything is applied.
        dropped: the connection is cut before anything is applied.
        applied_then_timeout: applied at once, never answered.
        applied_late: applied only after the client gave up.
        webhooks_lost: never sent.
        webhooks_late: sent after the delay.
        webhooks_doubled: sent twice, the second after the delay.
        webhooks_shuffled: sent in another order than they happened.
    """

    latency: Delay = Delay()
    rate_limited: RateLimited = RateLimited()
    server_error: Fault = Fault()
    dropped: Fault = Fault()
    applied_then_timeout: Unanswered = Unanswered()
    applied_late: AppliedLate = AppliedLate()
    webhooks_lost: Fault = Fault()
    webhooks_late: Delay = Delay(min_s=1.0, max_s=5.0)
    webhooks_doubled: Delay = Delay(min_s=0.0, max_s=1.0)
    webhooks_shuffled: Shuffled = Shuffled()


class Dice:
    """Decides, for the faults of the moment."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self.hits: Counter[str] = Counter()
        self._seed = seed
        self._streams: dict[str, random.Random] = {}

    def set(self, faults: Faults) -> None:
        """Other faults from now on; all counts and all chance begin anew."""
        self.faults = faults
        self.hits.clear()
        self._streams.clear()

    def falls(self, name: str, operation: str) -> bool:
        """Whether the fault `name` (a field of `Faults`) hits this call of `operation`; counts it."""
        fault: Fault = getattr(self.faults, name)
        if not fault.share or not any(fnmatchcase(operation, pattern) for pattern in fault.operations):
            return False
        if fault.times is not None and self.hits[name] >= fault.times:
            return False
        if self._chance(name, operation).random() >= fault.share:
            return False
        self.hits[name] += 1
        return True

    def between(self, name: str, operation: str, min_s: float, max_s: float) -> float:
        """A length of time by chance, from the same stream as the decision."""
        return self._chance(name, operation).uniform(min_s, max_s)

    def _chance(self, name: str, operation: str) -> random.Random:
        key = f"{self._seed}/{name}/{operation}"
        if key not in self._streams:
            self._streams[key] = random.Random(key)  # noqa: S311 -- repeatable on purpose, protects nothing
        return self._streams[key]
