"""The verbs of shops."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.channels.errors import SecretMissing, ShopNameTaken
from printvision.channels.models import ShopKind, ShopRow
from printvision.channels.schemas import AddShop, ShopView, UpdateShop
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope, WorkspaceScope
from printvision.platform.sealed import SealedAt

API_SHOP: Final = "API"
TEST_SHOP: Final = "API tests"

_NAMED: Final = """
SELECT id, kind, name, domain, oauth, trouble, live, orders_from, created_at
FROM shops WHERE workspace_id = %(workspace_id)s AND name = %(name)s
"""
_SIGNING: Final = (
    "SELECT id, workspace_id, kind, secret, old_secret, oauth FROM shops WHERE id = ANY(%(ids)s)"
)


class _Named(NamedTuple):
    """What is shown of a shop, in the order of `_NAMED`."""

    id: UUID
    kind: str
    name: str
    domain: str | None
    oauth: bool
    trouble: str | None
    live: bool
    orders_from: datetime
    created_at: datetime


class SigningShop(NamedTuple):
    """What tells whether a webhook is a shop's, in the order of `_SIGNING`; the secrets are sealed."""

    id: UUID
    workspace_id: UUID
    kind: str
    secret: bytes | None
    old_secret: bytes | None
    oauth: bool


def shops(scope: WorkspaceScope) -> Select[ShopRow]:
    return select(ShopRow).where(ShopRow.workspace_id == scope.workspace_id)


async def get_shop_row(scope: WorkspaceScope, shop_id: UUID, *, for_update: bool = False) -> ShopRow:
    """
    Raises:
        NotFound
    """
    query = shops(scope).where(ShopRow.id == shop_id)
    row = (await scope.session.execute(query.with_for_update() if for_update else query)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="shop", id=str(shop_id))
    return row


async def get_shop(scope: WorkspaceScope, shop_id: UUID) -> ShopView:
    return view(await get_shop_row(scope, shop_id))


async def find_shop_named(scope: WorkspaceScope, name: str) -> ShopView | None:
    rows = await run(scope.session, _NAMED, {"workspace_id": scope.workspace_id, "name": name})
    return view(_Named(*rows[0])) if rows else None


async def find_any_shops(scope: SystemScope, ids: Collection[UUID]) -> list[SigningShop]:
    """Whose webhooks are these? Asked before a workspace is known."""
    return [SigningShop(*row) for row in await run(scope.session, _SIGNING, {"ids": list(ids)})]


async def ensure_api_shop(scope: WorkspaceScope) -> ShopView:
    """The shop of orders that come by our own API and name none, or by a test key; made at first use."""
    name = TEST_SHOP if scope.principal.test else API_SHOP
    return await find_shop_named(scope, name) or await _make_api_shop(scope, name)


async def _make_api_shop(scope: WorkspaceScope, name: str) -> ShopView:
    now = clock.now()
    await scope.session.execute(
        insert(ShopRow)
        .values(
            id=new_id(),
            workspace_id=scope.workspace_id,
            kind=ShopKind.API,
            name=name,
            live=True,
            orders_from=now.replace(year=2000),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "name"])
    )
    found = await find_shop_named(scope, name)
    assert found is not None, "it was there or has just been made"
    return found


async def add_shop(scope: WorkspaceScope, wanted: AddShop) -> ShopView:
    """
    Raises:
        ShopNameTaken, SecretMissing
    """
    scope.require(Permission.SHOPS_MANAGE)
    if wanted.kind is ShopKind.SHOPIFY and not wanted.secret:
        raise SecretMissing()
    if await find_shop_named(scope, wanted.name) is not None:
        raise ShopNameTaken(name=wanted.name)
    now = clock.now()
    row = ShopRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        kind=wanted.kind,
        name=wanted.name,
        domain=wanted.domain,
        live=True,
        orders_from=wanted.orders_from.astimezone(UTC) if wanted.orders_from else now,
        created_at=now,
    )
    if wanted.secret:
        row.secret = _sealed(scope, row.id, wanted.secret.reveal())
    scope.session.add(row)
    await scope.session.flush()
    return view(row)


async def update_shop(scope: WorkspaceScope, wanted: UpdateShop) -> ShopView:
    """
    Raises:
        ShopNameTaken
    """
    scope.require(Permission.SHOPS_MANAGE)
    row = await get_shop_row(scope, wanted.shop_id, for_update=True)
    if wanted.name is not None and wanted.name != row.name:
        if await find_shop_named(scope, wanted.name) is not None:
            raise ShopNameTaken(name=wanted.name)
        row.name = wanted.name
    if wanted.live is not None:
        row.live = wanted.live
    if wanted.secret:
        seal_secret(scope, row, wanted.secret.reveal())
    return view(row)


def signing_secrets(scope: SystemScope, shop: SigningShop) -> list[str]:
    """The secrets that may sign: the current one, and the one before, which a shop goes on using for a while."""
    at = secret_at(shop.workspace_id, shop.id)
    keyring = scope.platform.keyring
    return [
        keyring.open(sealed, at).decode() for sealed in (shop.secret, shop.old_secret) if sealed is not None
    ]


def view(row: ShopRow | _Named) -> ShopView:
    kind = ShopKind(row.kind)
    return ShopView(
        id=row.id,
        kind=kind,
        name=row.name,
        domain=row.domain,
        live=row.live,
        oauth=row.oauth,
        trouble=row.trouble,
        orders_from=row.orders_from,
        webhook_path=None if kind is ShopKind.API or row.oauth else f"/webhooks/{kind}/{row.id}",
        created_at=row.created_at,
    )


def seal_secret(scope: WorkspaceScope, row: ShopRow, secret: str) -> None:
    """Keep the secret that signs from now on, and beside it the one before, which may still sign for a while."""
    at = secret_at(scope.workspace_id, row.id)
    if row.secret is not None and scope.platform.keyring.open(row.secret, at).decode() == secret:
        return
    row.old_secret = row.secret
    row.secret = _sealed(scope, row.id, secret)


def token_at(workspace_id: UUID, shop_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "shops", "token", shop_id)


def secret_at(workspace_id: UUID, shop_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "shops", "secret", shop_id)


def _sealed(scope: WorkspaceScope, shop_id: UUID, secret: str) -> bytes:
    return scope.platform.keyring.seal(secret.encode(), secret_at(scope.workspace_id, shop_id))
