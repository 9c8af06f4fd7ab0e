from __future__ import annotations

from printvision.platform.features import Feature, Tier

API_ACCESS = Feature("api.access", title="API keys", lowest_tier=Tier.PRO)
ACCESS = Feature("access", title="Sign in and see to your account", lowest_tier=Tier.FREE)
