"""What a workspace may ask about its own use of the API."""

from __future__ import annotations

from typing import Final

from printvision.accounts import Permission
from printvision.api.use.reading import read_use
from printvision.api.use.schemas import AskUse, UseView
from printvision.platform.features import Feature, Tier
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import WorkspaceScope

USAGE: Final = Feature("usage", title="Use of the API", lowest_tier=Tier.FREE)


@operation(
    "usage.api",
    title="Show the use of the API",
    feature=USAGE,
    permission=Permission.USAGE_READ,
    rest=Rest("GET", "/usage/api"),
    rate_cost=5,
)
async def api(scope: WorkspaceScope, input: AskUse) -> UseView:
    """The workspace's calls by key, operation, status or hour: how many, how many failed, how long they took.

    They are kept for 90 days, and told some seconds after they were made.
    """
    return await read_use(scope, input)
