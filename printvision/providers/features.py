"""What of providers a tier may have."""

from printvision.entitlements import Feature, Tier

CONNECTIONS = Feature("connections", title="Connect print providers", lowest_tier=Tier.FREE)
