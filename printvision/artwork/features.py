"""What of artwork a tier may have."""

from printvision.entitlements import Feature, Tier

ARTWORK = Feature("artwork", title="Keep pictures and put them on products", lowest_tier=Tier.FREE)
