"""What of orders a tier may have."""

from printvision.entitlements import Feature, Tier

ORDERS = Feature("orders", title="Take in orders and have them printed", lowest_tier=Tier.FREE)
ROUTING = Feature("routing", title="Choose the best provider for each order", lowest_tier=Tier.FREE)
