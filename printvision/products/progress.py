"""How the row of an offer's product moves. Each verb works in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from printvision.artwork import artwork_links, find_artworks
from printvision.catalog import list_blueprint_names, save_price
from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import queries
from printvision.products.errors import ProvisionLost
from printvision.products.events import OfferProvisioned, ProvisionFailed
from printvision.products.models import ProvisionRow
from printvision.products.naming import pictures_of, product_sku
from printvision.products.offering import get_offers
from printvision.products.schemas import Offer, ProvisionState
from printvision.providers.sdk import PrintFile, ProductSpec, Provisioned

MAX_FAILURES: Final = 14
FIRST_WAIT_S: Final = 2.0
LONGEST_WAIT_S: Final = 900.0
ERROR_KEPT: Final = 1_000
TITLE_CHARS: Final = 200
# Providers fetch pictures when it suits them.
LINKS_LAST: Final = timedelta(days=3)


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The right to ask the provider for a product, taken just before the call.

    Args:
        tried_before: an earlier try may have worked, so that the provider is searched first.
    """

    offer: Offer
    attempt: int
    tried_before: bool
    spec: ProductSpec


async def take_turn(scope: WorkspaceScope, run: Run) -> Turn | None:
    """Take the next attempt, which holds until somebody takes another; None where there is nothing to do."""
    row = await queries.find_carried_provision(scope, run.subject_id, run.run_id)
    if row is None:
        return None
    if row.failures >= MAX_FAILURES:
        fail(scope, row, ProvisionLost())
        return None
    offer = (await get_offers(scope, [row.offer_id]))[row.offer_id]
    spec = await _spec(scope, offer)
    row.sku, row.pictures = spec.sku, pictures_of(offer.placements)
    tried_before = row.attempts > 0
    row.attempts += 1
    row.state = ProvisionState.MAKING
    return Turn(offer=offer, attempt=row.attempts, tried_before=tried_before, spec=spec)


async def find_held(scope: WorkspaceScope, run: Run, turn: Turn) -> ProvisionRow | None:
    """The row, locked, where nobody has taken another attempt since; None where this turn is over."""
    row = await queries.find_carried_provision(scope, turn.offer.id, run.run_id)
    return row if row is not None and row.attempts == turn.attempt else None


async def finish(scope: WorkspaceScope, row: ProvisionRow, turn: Turn, made: Provisioned) -> None:
    """The product is there; what it costs is a price of the connection's."""
    row.state = ProvisionState.READY
    row.external_id = made.external_id
    row.made_at = clock.now()
    row.failures = 0
    row.run_id = row.next_try_at = row.last_code = row.last_error = None
    if made.price is not None:
        # told of this offer, whatever the product calls the way of printing
        price = msgspec.structs.replace(made.price, technique=turn.offer.technique)
        await save_price(scope, row.connection_id, turn.offer.provider_variant_id, price)
    publish(scope, OfferProvisioned(subject_id=row.offer_id, connection_id=row.connection_id))


def note(row: ProvisionRow, error: PrintVisionError) -> None:
    """Keep what the last try brought."""
    row.last_code = error.code
    row.last_error = (error.detail or error.title).replace("\x00", "")[:ERROR_KEPT]


def fail(
    scope: WorkspaceScope, row: ProvisionRow, error: PrintVisionError, *, again_at: datetime | None = None
) -> None:
    """Give up, and have a person look.

    Args:
        again_at: when an order that wants the offer may have it tried once more; None leaves it to a person.
    """
    note(row, error)
    row.state = ProvisionState.FAILED
    row.run_id = None
    row.next_try_at = again_at
    publish(scope, ProvisionFailed(subject_id=row.offer_id, connection_id=row.connection_id, code=error.code))


def wait_after(failures: int, asked_s: float | None) -> timedelta:
    """How long to leave the provider alone: what it asked for, and at least 2 s doubling to 15 min."""
    doubled = FIRST_WAIT_S * 2 ** min(failures, 10)
    return timedelta(seconds=max(asked_s or 0.0, min(LONGEST_WAIT_S, doubled)))


async def sku_of(scope: WorkspaceScope, offers: list[Offer]) -> dict[UUID, str]:
    """What the product of each offer is called, by offer, with one look at all pictures."""
    shown = {placement.artwork_id for offer in offers for placement in offer.placements}
    sha256s = {artwork.id: artwork.sha256 for artwork in (await find_artworks(scope, shown)).values()}
    return {offer.id: product_sku(offer.id, offer.placements, sha256s) for offer in offers}


async def _spec(scope: WorkspaceScope, offer: Offer) -> ProductSpec:
    pictures = {placement.artwork_id for placement in offer.placements}
    links = await artwork_links(scope, pictures, LINKS_LAST)
    blueprints = await list_blueprint_names(scope, [offer.provider_variant_id])
    return ProductSpec(
        sku=(await sku_of(scope, [offer]))[offer.id],
        title=(await queries.get_offer_title(scope, offer.id))[:TITLE_CHARS],
        blueprint_external_id=blueprints[offer.provider_variant_id],
        variant_external_id=offer.variant_external_id,
        files=tuple(
            PrintFile(placement=each.placement, technique=each.technique, url=links[each.artwork_id])
            for each in offer.placements
        ),
    )
