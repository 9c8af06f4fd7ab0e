"""What of the catalogue a tier may have."""

from printvision.entitlements import Feature, Tier

CATALOG = Feature("catalog", title="Browse what print providers can make", lowest_tier=Tier.FREE)
