"""May this tier have this feature? Pure: the same answer for the door, for pages and for a test."""

from __future__ import annotations

import msgspec

from printvision.platform.errors import PrintVisionError
from printvision.platform.features import Feature, Tier


class NotInTier(PrintVisionError):
    """The workspace's tier does not have the named feature; `cheapest_tier` is the first that does."""

    status = 402
    code = "entitlements/not-in-tier"
    title = "Your plan does not include this"
    action = "Move the workspace to the named tier, or do without the feature."
    feature: str
    cheapest_tier: Tier


class Decision(msgspec.Struct, frozen=True):
    """`reason` is a sentence to show; `cheapest_tier` the first tier that has the feature."""

    allowed: bool
    reason: str
    cheapest_tier: Tier

    def require(self, feature: Feature) -> None:
        """
        Raises:
            NotInTier: unless allowed.
        """
        if not self.allowed:
            raise NotInTier(self.reason, feature=feature.key, cheapest_tier=self.cheapest_tier)


def decide(tier: Tier, feature: Feature) -> Decision:
    """Whether `tier` has `feature`, and what would."""
    if tier.rank >= feature.lowest_tier.rank:
        return Decision(True, f"{feature.title} is part of the tier {tier}.", feature.lowest_tier)
    reason = f"{feature.title} needs the tier {feature.lowest_tier}; this workspace has {tier}."
    return Decision(False, reason, feature.lowest_tier)
