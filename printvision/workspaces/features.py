from __future__ import annotations

from printvision.platform.features import Feature, Tier

WORKSPACES = Feature("workspaces", title="Workspace settings", lowest_tier=Tier.FREE)
