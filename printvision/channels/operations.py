"""What the outside may ask of shops."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.channels import service
from printvision.channels.features import SHOPS
from printvision.channels.granting import begin_shop, finish_shop
from printvision.channels.models import ShopRow
from printvision.channels.schemas import (
    AddShop,
    AuthorizeShop,
    FinishShop,
    ListShops,
    ShopRef,
    ShopView,
    UpdateShop,
)
from printvision.oauth import Authorization
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import PersonScope, WorkspaceScope


@operation(
    "shops.add",
    title="Connect a shop",
    feature=SHOPS,
    permission=Permission.SHOPS_MANAGE,
    rest=Rest("POST", "/shops", status=201),
    audit=True,
    sensitive_input=True,
)
async def add(scope: WorkspaceScope, input: AddShop) -> ShopView:
    """Give the shop `webhook_path` on this installation's public address as the place to send its orders.

    Raises:
        ShopNameTaken, SecretMissing
    """
    return await service.add_shop(scope, input)


@operation(
    "shops.authorize",
    title="Connect a shop by signing in there",
    feature=SHOPS,
    permission=Permission.SHOPS_MANAGE,
    rest=Rest("POST", "/shops/authorize"),
    audit=True,
    step_up=True,
)
async def authorize(scope: WorkspaceScope, input: AuthorizeShop) -> Authorization:
    """Send the browser to the address: the shop asks whether we may, and sends it back to the page that finishes.

    Raises:
        OAuthNotSetUp, BrowserNeeded, ShopNameTaken
    """
    return Authorization(address=await begin_shop(scope, input))


@operation(
    "shops.finish",
    title="Come back from a shop",
    feature=SHOPS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/shops/authorize/finish"),
    rest_only=True,
    audit=True,
    sensitive_input=True,
)
async def finish(scope: PersonScope, input: FinishShop) -> ShopView:
    """In the session that began it, once and within ten minutes. The shop sends us its orders from then on.

    Raises:
        OAuthNotSetUp, OAuthRefused, OAuthDenied, OAuthUnavailable, ShopNameTaken
    """
    return await finish_shop(scope, input)


@operation(
    "shops.list",
    title="List shops",
    feature=SHOPS,
    permission=Permission.SHOPS_READ,
    rest=Rest("GET", "/shops"),
)
async def list_all(scope: WorkspaceScope, input: ListShops) -> Page[ShopView]:
    rows, following = await fetch_page(scope, service.shops(scope), ShopRow.id, input)
    return Page([service.view(row) for row in rows], following)


@operation(
    "shops.get",
    title="Show a shop",
    feature=SHOPS,
    permission=Permission.SHOPS_READ,
    rest=Rest("GET", "/shops/{shop_id}"),
)
async def get(scope: WorkspaceScope, input: ShopRef) -> ShopView:
    scope.require(Permission.SHOPS_READ)
    return await service.get_shop(scope, input.shop_id)


@operation(
    "shops.update",
    title="Change a shop",
    feature=SHOPS,
    permission=Permission.SHOPS_MANAGE,
    rest=Rest("PATCH", "/shops/{shop_id}"),
    version=Version(get, ShopRow),
    idempotent=True,
    audit=True,
    sensitive_input=True,
)
async def update(scope: WorkspaceScope, input: UpdateShop) -> ShopView:
    """Orders of a shop that is not live are stored and held.

    Raises:
        ShopNameTaken
    """
    return await service.update_shop(scope, input)
