"""What the parts of this adapter share: names, ids, methods, times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from printvision.providers.sdk import ProviderRejected

KEY: Final = "printify"
CURRENCY: Final = "USD"  # every figure is in cents of it; only catalogue shipping says so
CATALOGUE_COST: Final = 6  # 600 calls a minute in all, 100 of the catalogue
DPI: Final = 300  # they tell pixels only, and mean this density by them

METHODS: Final = {"standard": 1, "priority": 2, "economy": 4}
"""The methods we offer, in their final naming, with their numbers. Express (3) is left out: it has a call of its own
that may answer with two orders for one reference, of which only one could be followed."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)  # how they write a time that is not set


class Pair(NamedTuple):
    """A blueprint at a print provider: what can be priced, stocked and ordered."""

    blueprint: int
    print_provider: int

    @property
    def external_id(self) -> str:
        return f"{self.blueprint}:{self.print_provider}"

    def variant(self, number: int | str) -> str:
        """A variant's number is the same at every print provider, so that it names one only together with both."""
        return f"{self.external_id}:{number}"


def to_pair(external_id: str) -> Pair:
    """
    Raises:
        ProviderRejected: it is no blueprint of ours.
    """
    blueprint, print_provider = _numbers(external_id, 2, "blueprint")
    return Pair(blueprint, print_provider)


def to_variant(external_id: str) -> tuple[Pair, int]:
    """
    Raises:
        ProviderRejected: it is no variant of ours.
    """
    blueprint, print_provider, variant = _numbers(external_id, 3, "variant")
    return Pair(blueprint, print_provider), variant


def _numbers(external_id: str, count: int, kind: str) -> list[int]:
    parts = external_id.split(":")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts):
        raise ProviderRejected(f"{external_id[:40]} is no {kind}", provider=KEY, provider_code=None)
    return [int(part) for part in parts]


def moment(value: str | None) -> datetime | None:
    """`2017-04-18 13:24:28+00:00`; without a zone it is UTC, and the beginning of 1970 is none."""
    try:
        moment = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return None if moment == EPOCH else moment
