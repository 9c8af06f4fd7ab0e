"""Asking for the products that providers want of offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.platform import clock
from printvision.platform.scope import WorkspaceScope
from printvision.products import queries
from printvision.products.errors import NoProductWanted
from printvision.products.models import ProvisionRow
from printvision.products.naming import pictures_of, wants_products
from printvision.products.offering import get_offers
from printvision.products.progress import sku_of
from printvision.products.schemas import Offer, ProvisionState
from printvision.products.workflow import enqueue


async def ensure_provisions(scope: WorkspaceScope, offers: Iterable[Offer]) -> int:
    """See that the product of each offer is there or on its way; returns how many were set going.

    One that shows other pictures than the offer does now is made anew. One that failed because its provider was
    away is tried again after a while; one that was refused waits for a person.
    """
    lacking = sorted((offer for offer in offers if _lacks(offer)), key=lambda offer: offer.id)
    if not lacking:
        return 0
    skus = await sku_of(scope, lacking)
    rows = await _want(scope, [_wanted(scope, offer, skus[offer.id]) for offer in lacking])
    for row in rows:
        await enqueue(scope, row)
    return len(rows)


async def provision_again(scope: WorkspaceScope, offer_id: UUID) -> Offer:
    """Have a product tried again now: one that failed, that waits, or that may be gone from the provider.

    It is searched for before it is made. One that is being made at this moment is left to it.

    Raises:
        NotFound: no such offer in this workspace.
        NoProductWanted: its provider prints without.
    """
    scope.require(Permission.PRODUCTS_MANAGE)
    offer = (await get_offers(scope, [offer_id]))[offer_id]
    if not wants_products(offer.provider):
        raise NoProductWanted(provider=offer.provider)
    if not await ensure_provisions(scope, [offer]):
        row = await queries.get_provision(scope, offer_id, for_update=True)
        if row.state != ProvisionState.MAKING:
            row.external_id = row.made_at = None
            row.failures = 0
            await enqueue(scope, row)
    return (await get_offers(scope, [offer_id]))[offer_id]


def _lacks(offer: Offer) -> bool:
    known = offer.provision
    settled = known is not None and known.state is not ProvisionState.FAILED
    return not offer.ready and not settled and wants_products(offer.provider)


def _wanted(scope: WorkspaceScope, offer: Offer, sku: str) -> dict[str, Any]:
    return {
        "offer_id": offer.id,
        "workspace_id": scope.workspace_id,
        "connection_id": offer.connection_id,
        "state": ProvisionState.WANTED.value,
        "sku": sku,
        "pictures": pictures_of(offer.placements),
        "attempts": 0,
        "wanted_at": clock.now(),
        **_FRESH,
    }


_FRESH: dict[str, Any] = {
    "external_id": None,
    "made_at": None,
    "failures": 0,
    "last_code": None,
    "last_error": None,
    "run_id": None,
    "next_try_at": None,
}


async def _want(scope: WorkspaceScope, wanted: list[dict[str, Any]]) -> list[ProvisionRow]:
    """Write those that nobody else has asked for; the attempts of one that is wanted anew are kept."""
    statement = insert(ProvisionRow).values(wanted)
    written = {name: statement.excluded[name] for name in wanted[0] if name not in {"offer_id", "attempts"}}
    statement = statement.on_conflict_do_update(
        index_elements=["offer_id"],
        set_=written,
        where=or_(
            ProvisionRow.pictures != statement.excluded.pictures,
            and_(ProvisionRow.state == ProvisionState.FAILED, ProvisionRow.next_try_at <= clock.now()),
        ),
    ).returning(ProvisionRow)
    found = await scope.session.scalars(statement, execution_options={"populate_existing": True})
    return list(found.all())
