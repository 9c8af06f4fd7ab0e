from __future__ import annotations

from printvision.platform.features import Feature, Tier

ACCESS = Feature("access", title="Sign in and see to your account", lowest_tier=Tier.FREE)
