"""Misbehaviour to order: what shall go wrong, how often, for which operations, and for how long.

Operations have names such as `orders.create`, `orders.confirm` or `shipping.rates`, the same for every
provider; a pattern may end in `*`. For webhooks the name is the provider's event type. A decision depends
only on the seed, the fault, the operation and how many times that operation was called before, so a run can
be repeated.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

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


class Blackout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All is cut for `for_s`, beginning `after_s` from when it is set; then it is over by itself."""

    for_s: Seconds = 0.0
    after_s: Seconds = 0.0


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that may go wrong. At most one of the five after `latency` hits a call, the first in this order.

    Args:
        blackout: no call is answered or applied, and no webhook leaves.
        latency: the answer is late, and otherwise right.
        rate_limited: 429 before anything is applied.
        server_error: 500 before anything is applied.
        dropped: the connection is cut before anything is applied.
        applied_then_timeout: applied at once, never answered.
        applied_late: applied only after the client gave up.
        charge_failed: the account cannot be charged for the order; the provider's own way of saying so follows.
        webhooks_lost: never sent.
        webhooks_late: sent after the delay.
        webhooks_doubled: sent twice, the second after the delay.
        webhooks_shuffled: sent in another order than they happened.
        out_of_stock: catalogue variants, by the ids the provider gives them; patterns may be used.
        price_percent: added to what every piece costs from now on; -10 makes it a tenth cheaper.
    """

    blackout: Blackout = Blackout()
    latency: Delay = Delay()
    rate_limited: RateLimited = RateLimited()
    server_error: Fault = Fault()
    dropped: Fault = Fault()
    applied_then_timeout: Unanswered = Unanswered()
    applied_late: AppliedLate = AppliedLate()
    charge_failed: Fault = Fault()
    webhooks_lost: Fault = Fault()
    webhooks_late: Delay = Delay(min_s=1.0, max_s=5.0)
    webhooks_doubled: Delay = Delay(min_s=0.0, max_s=1.0)
    webhooks_shuffled: Shuffled = Shuffled()
    out_of_stock: Annotated[tuple[str, ...], msgspec.Meta(max_length=1_000)] = ()
    price_percent: Annotated[float, msgspec.Meta(ge=-99, le=1_000)] = 0.0


def merge(faults: Faults, changes: Mapping[str, Any]) -> Faults:
    """The faults with what is named in `changes`, in the shape of the JSON; members not named stay as they are.

    Raises:
        msgspec.ValidationError: it is not in the shape.
    """
    whole: dict[str, Any] = msgspec.to_builtins(faults)
    for name, change in changes.items():
        old = whole.get(name)
        whole[name] = {**old, **change} if isinstance(old, dict) and isinstance(change, Mapping) else change
    return msgspec.convert(whole, Faults)


class Dice:
    """Decides, for the faults of the moment."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.hits: Counter[str] = Counter()
        self._seed = seed
        self._streams: dict[tuple[str, str], random.Random] = {}
        self.set(faults)

    @property
    def faults(self) -> Faults:
        """As they are now: of a blackout, what is left of it."""
        now = time.monotonic()
        if not self._faults.blackout.for_s:
            return self._faults
        if now >= self._light_again:
            self._faults = msgspec.structs.replace(self._faults, blackout=Blackout())
            return self._faults
        left = Blackout(
            for_s=self._light_again - max(now, self._dark_from), after_s=max(0.0, self._dark_from - now)
        )
        return msgspec.structs.replace(self._faults, blackout=left)

    @property
    def dark(self) -> bool:
        """Whether a blackout lasts at this moment."""
        return self._dark_from <= time.monotonic() < self._light_again

    def set(self, faults: Faults) -> None:
        """Other faults from now on; all counts and all chance begin anew."""
        self._faults = faults
        self.hits.clear()
        self._streams.clear()
        self._black_out(faults.blackout)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Have what is named happen otherwise from now on, with its counts and its chance anew; leave the rest.

        Raises:
            msgspec.ValidationError: it is not in the shape of `Faults`; nothing is changed.
        """
        self._faults = merge(self.faults, changes)
        for name in changes:
            del self.hits[name]
        self._streams = {key: chance for key, chance in self._streams.items() if key[0] not in changes}
        if "blackout" in changes:
            self._black_out(self._faults.blackout)

    def falls(self, name: str, operation: str) -> bool:
        """Whether the fault `name` (a field of `Faults`) hits this call of `operation`; counts it."""
        fault: Fault = getattr(self._faults, name)
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

    def is_out(self, *names: object) -> bool:
        """Whether a variant that goes by these names is out of stock."""
        patterns = self._faults.out_of_stock
        return any(fnmatchcase(str(name), pattern) for pattern in patterns for name in names)

    def priced(self, minor: int) -> int:
        """A piece's price with the change of the moment, in the same unit."""
        return round(minor * (100 + self._faults.price_percent) / 100)

    def _black_out(self, blackout: Blackout) -> None:
        self._dark_from = time.monotonic() + blackout.after_s
        self._light_again = self._dark_from + blackout.for_s

    def _chance(self, name: str, operation: str) -> random.Random:
        key = (name, operation)
        if key not in self._streams:
            seed = f"{self._seed}/{name}/{operation}"
            self._streams[key] = random.Random(seed)  # noqa: S311 -- repeatable on purpose, protects nothing
        return self._streams[key]
