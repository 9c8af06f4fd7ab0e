from printvision.entitlements import Feature, Tier

SHOPS = Feature("shops", title="Connect shops", lowest_tier=Tier.FREE)
