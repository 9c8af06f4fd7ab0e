"""What of products a tier may have."""

from printvision.entitlements import Feature, Tier

PRODUCTS = Feature("products", title="Sell products that print providers make", lowest_tier=Tier.FREE)
