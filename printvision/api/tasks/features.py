"""What of tasks a tier may have."""

from printvision.entitlements import Feature, Tier

TASKS = Feature("tasks", title="Let a call go on by itself and watch it", lowest_tier=Tier.FREE)
BULK = Feature("tasks.bulk", title="Make many calls at once", lowest_tier=Tier.CREATOR)
