"""What the outside may ask of routing rules. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.orders import rulebook
from printvision.orders.features import ROUTING
from printvision.orders.rulebook.schemas import GetRules, ListRules, RulesView, SetRules
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "rules.get",
    title="Show the routing rules",
    feature=ROUTING,
    permission=Permission.ROUTES_READ,
    rest=Rest("GET", "/routing/rules"),
)
async def get(scope: WorkspaceScope, input: GetRules) -> RulesView:
    """What counts now; the defaults where nobody set anything."""
    return await rulebook.show_rules(scope)


@operation(
    "rules.set",
    title="Change the routing rules",
    feature=ROUTING,
    permission=Permission.ROUTES_MANAGE,
    rest=Rest("PATCH", "/routing/rules"),
    idempotent=True,
    audit=True,
    version=Version(get, lock=rulebook.take_turns),
)
async def change(scope: WorkspaceScope, input: SetRules) -> RulesView:
    """What is left out stays as it is; null takes a bound away. Orders that are routed from now on follow them.

    Raises:
        RuleBroken
    """
    return await rulebook.set_rules(scope, input)


@operation(
    "rules.list",
    title="List the routing rules as they were set",
    feature=ROUTING,
    permission=Permission.ROUTES_READ,
    rest=Rest("GET", "/routing/rules/history"),
)
async def list_all(scope: WorkspaceScope, input: ListRules) -> Page[RulesView]:
    """The newest first, with who set them."""
    return await rulebook.list_rules(scope, input)
