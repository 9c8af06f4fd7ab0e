"""What the outside may ask of the catalogue."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.catalog import queries
from printvision.catalog.features import CATALOG
from printvision.catalog.schemas import BlueprintDetail, BlueprintView, GetBlueprint, ListBlueprints
from printvision.platform.operations import Cache, Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "catalog.blueprints.list",
    title="List the blanks that print providers offer",
    feature=CATALOG,
    permission=Permission.CATALOG_READ,
    rest=Rest("GET", "/catalog/blueprints"),
    cache=Cache("private", seconds=60, tags=("catalog",)),
)
async def list_blueprints(scope: WorkspaceScope, input: ListBlueprints) -> Page[BlueprintView]:
    """What the syncs of this installation have found, newest first; `q` looks in title, brand and model."""
    scope.require(Permission.CATALOG_READ)
    return await queries.list_blueprints(scope, input)


@operation(
    "catalog.blueprints.get",
    title="Show a blank with its variants, prices and stock",
    feature=CATALOG,
    permission=Permission.CATALOG_READ,
    rest=Rest("GET", "/catalog/blueprints/{blueprint_id}"),
    cache=Cache("private", seconds=60, tags=("catalog", "connections")),
)
async def get_blueprint(scope: WorkspaceScope, input: GetBlueprint) -> BlueprintDetail:
    """Prices and stock are those of the workspace's own connections."""
    scope.require(Permission.CATALOG_READ)
    return await queries.get_blueprint_detail(scope, input.blueprint_id)
