"""What a workspace's tier lets it do: features are declared beside their domain and decided here."""

from printvision.entitlements.decision import Decision, NotInTier, decide
from printvision.platform.features import Feature, Tier, features

__all__ = ["Decision", "Feature", "NotInTier", "Tier", "decide", "features"]
