"""What of syncing a tier may have."""

from printvision.entitlements import Feature, Tier

SYNC = Feature("sync", title="Keep the catalogue, prices and stock up to date", lowest_tier=Tier.FREE)
