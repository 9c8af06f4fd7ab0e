"""The one place that decides how many calls a minute a bucket allows."""

from __future__ import annotations

from printvision.platform.features import Tier
from printvision.platform.rates.budget import Policy
from printvision.platform.settings import ServerSettings


def calls_a_minute(server: ServerSettings, policy: Policy, tier: Tier | None) -> int:
    """How many calls a minute somebody may make.

    Args:
        tier: of the workspace; None where it is not known who calls. Every tier has the same budgets today.
    """
    match policy:
        case Policy.KEY:
            return server.requests_a_minute
        case Policy.WORKSPACE:
            return server.workspace_requests_a_minute
        case Policy.ADDRESS:
            return server.address_requests_a_minute
