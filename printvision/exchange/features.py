"""What of exchange rates a tier may have."""

from printvision.entitlements import Feature, Tier

EXCHANGE = Feature("exchange", title="Compare costs in several currencies", lowest_tier=Tier.FREE)
