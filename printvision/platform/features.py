"""Features and tiers: the words in which every domain says what a plan may have.

Here are only the words, so that the lowest domain can use them; `printvision.entitlements` decides by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*")
_features: dict[str, Feature] = {}


class Tier(StrEnum):
    """The plans, cheapest first; a dearer one has all that a cheaper one has."""

    FREE = "free"
    CREATOR = "creator"
    PRO = "pro"
    ENTERPRISE = "enterprise"

    @property
    def rank(self) -> int:
        """Place from the cheapest, which is 0. Compare these: two tiers themselves compare as words."""
        return _RANKS[self]


_RANKS: Final = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a tier may have. Making one registers it.

    Args:
        key: `domain` or `domain.what`; what metrics and refusals call it. Unique.
        title: as a person reads it in a list of plans.
        lowest_tier: the cheapest tier that has it.

    Raises:
        ValueError: the key is badly formed or means another feature already.
    """

    key: str
    title: str
    lowest_tier: Tier

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or not self.title.strip():
            raise ValueError(
                f"a feature needs a key like domain.what and a title: {self.key!r}, {self.title!r}"
            )
        if _features.setdefault(self.key, self) != self:
            raise ValueError(f"two features are called {self.key}")


def features() -> Mapping[str, Feature]:
    """Every feature declared so far, by key."""
    return MappingProxyType(_features)
