"""What the outside may ask of products."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope
from printvision.products import provisioning, queries, service
from printvision.products.features import PRODUCTS
from printvision.products.schemas import (
    CreateProduct,
    GetProduct,
    ListProducts,
    Offer,
    ProductSummary,
    ProductView,
    ProvisionAgain,
)


@operation(
    "products.create",
    title="Add a product with its variants and who can make them",
    feature=PRODUCTS,
    permission=Permission.PRODUCTS_MANAGE,
    rest=Rest("POST", "/products", status=201),
    audit=True,
)
async def create(scope: WorkspaceScope, input: CreateProduct) -> ProductView:
    """Every offer is held against the catalogue and every picture against its print area; all is added or nothing.

    Raises:
        RuleBroken, SkuTaken, OfferImpossible, ArtworkTooSmall
    """
    return await service.create_product(scope, input)


@operation(
    "products.list",
    title="List products",
    feature=PRODUCTS,
    permission=Permission.PRODUCTS_READ,
    rest=Rest("GET", "/products"),
)
async def list_all(scope: WorkspaceScope, input: ListProducts) -> Page[ProductSummary]:
    """The newest first."""
    scope.require(Permission.PRODUCTS_READ)
    return await queries.list_products(scope, input)


@operation(
    "products.get",
    title="Show a product with its variants and offers",
    feature=PRODUCTS,
    permission=Permission.PRODUCTS_READ,
    rest=Rest("GET", "/products/{product_id}"),
)
async def get(scope: WorkspaceScope, input: GetProduct) -> ProductView:
    scope.require(Permission.PRODUCTS_READ)
    return await queries.get_product(scope, input.product_id)


@operation(
    "products.provision_again",
    title="Have a print provider's product of an offer made again",
    feature=PRODUCTS,
    permission=Permission.PRODUCTS_MANAGE,
    rest=Rest("POST", "/offers/{offer_id}/provision", status=202),
    audit=True,
)
async def provision_again(scope: WorkspaceScope, input: ProvisionAgain) -> Offer:
    """After what it complained of was put right. It is searched for by its SKU before another one is made.

    Raises:
        NoProductWanted
    """
    return await provisioning.provision_again(scope, input.offer_id)
