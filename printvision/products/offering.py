"""Who could make what: variants and offers, each read whole by one statement, for every order asks for them.

The statements are written out once and answer plain columns: to make rows of the ORM of them would cost several times
what the database takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple, cast
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Table, Text, Uuid, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from printvision.catalog import vanished
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope
from printvision.platform.statements import written
from printvision.products.models import OfferPlacementRow, OfferRow, ProvisionRow, VariantRow
from printvision.products.naming import pictures_of, wants_products
from printvision.products.schemas import (
    Likeness,
    Offer,
    Placement,
    ProvisionState,
    ProvisionView,
    VariantWithOffers,
)

_OURS: Final = bindparam("workspace_id", type_=Uuid())
_SKUS: Final = any_(bindparam("skus", type_=ARRAY(Text())))
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid())))


class _Variant(NamedTuple):
    id: UUID
    product_id: UUID
    sku: str
    title: str
    known_properties: Sequence[str]


class _Offer(NamedTuple):
    id: UUID
    connection_id: UUID
    provider: str
    provider_variant_id: UUID
    variant_external_id: str
    technique: str
    likeness: str
    active: bool
    gone: bool
    placements: Sequence[Mapping[str, Any]] | None


class _Provision(NamedTuple):
    state: str
    sku: str
    external_id: str | None
    attempts: int
    last_code: str | None
    last_error: str | None
    next_try_at: datetime | None
    pictures: str | None  # None where no product was ever asked for


_VARIANT: Final = cast("Table", VariantRow.__table__)
_OFFER: Final = cast("Table", OfferRow.__table__)
_PROVISION: Final = cast("Table", ProvisionRow.__table__)
_PLACEMENT: Final = cast("Table", OfferPlacementRow.__table__)

_PLACEMENTS: Final = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_object(
                    *(literal_column("'placement'"), _PLACEMENT.c.placement),
                    *(literal_column("'technique'"), _PLACEMENT.c.technique),
                    *(literal_column("'artwork_id'"), _PLACEMENT.c.artwork_id),
                ),
                _PLACEMENT.c.id,
            )
        )
    )
    .where(_PLACEMENT.c.workspace_id == _OFFER.c.workspace_id, _PLACEMENT.c.offer_id == _OFFER.c.id)
    .scalar_subquery()
)
_OFFER_COLUMNS: Final = (
    *(_OFFER.c[name] for name in _Offer._fields[:-2]),
    vanished(_OFFER.c.provider_variant_id),
    _PLACEMENTS,
    *(_PROVISION.c[name] for name in _Provision._fields),
)
_ITS_OFFERS: Final = (_OFFER.c.variant_id == _VARIANT.c.id) & (
    _OFFER.c.workspace_id == _VARIANT.c.workspace_id
)
_OFFERS: Final = written(
    select(*_OFFER_COLUMNS)
    .outerjoin_from(_OFFER, _PROVISION, _PROVISION.c.offer_id == _OFFER.c.id)
    .where(_OFFER.c.workspace_id == _OURS, _OFFER.c.id == _IDS)
)
_VARIANTS: Final = (
    select(*(_VARIANT.c[name] for name in _Variant._fields), *_OFFER_COLUMNS)
    .outerjoin_from(_VARIANT, _OFFER, _ITS_OFFERS)
    .outerjoin(_PROVISION, _PROVISION.c.offer_id == _OFFER.c.id)
    .where(_VARIANT.c.workspace_id == _OURS)
    .order_by(_VARIANT.c.position, _VARIANT.c.id, _OFFER.c.id)
)
_VARIANTS_NAMED: Final = written(_VARIANTS.where(_VARIANT.c.sku == _SKUS))
_VARIANTS_OF: Final = written(_VARIANTS.where(_VARIANT.c.product_id == bindparam("product_id", type_=Uuid())))
_KNOWN_PROPERTIES: Final = written(
    select(_VARIANT.c.sku, _VARIANT.c.known_properties).where(
        _VARIANT.c.workspace_id == _OURS, _VARIANT.c.sku == _SKUS
    )
)


async def find_variants_by_sku(scope: WorkspaceScope, skus: Collection[str]) -> dict[str, VariantWithOffers]:
    """The workspace's variants that these SKUs name, with everybody who could make them."""
    storable = _storable(skus)
    if not storable:
        return {}
    found = await _variants(scope, _VARIANTS_NAMED, {"skus": storable})
    return {variant.sku: variant for variant in found}


async def find_known_properties(scope: WorkspaceScope, skus: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Those of the SKUs that name a variant, each with its `known_properties`: all that the gate asks of it."""
    storable = _storable(skus)
    if not storable:
        return {}
    key = {"workspace_id": scope.workspace_id, "skus": storable}
    rows = await run(scope.session, _KNOWN_PROPERTIES, key)
    return {sku: tuple(names) for sku, names in rows}


async def list_variants_of(scope: WorkspaceScope, product_id: UUID) -> tuple[VariantWithOffers, ...]:
    """A product's variants, in their order."""
    return await _variants(scope, _VARIANTS_OF, {"product_id": product_id})


async def get_offers(scope: WorkspaceScope, offer_ids: Collection[UUID]) -> Mapping[UUID, Offer]:
    """The offers by id.

    Raises:
        NotFound: one of them is not the workspace's.
    """
    key = {"workspace_id": scope.workspace_id, "ids": list(offer_ids)}
    offers = [_offer(row) for row in await run(scope.session, _OFFERS, key)]
    found = {offer.id: offer for offer in offers}
    for offer_id in offer_ids:
        if offer_id not in found:
            raise NotFound(kind="offer", id=str(offer_id))
    return found


def _storable(skus: Iterable[str]) -> list[str]:
    return list({sku for sku in skus if "\x00" not in sku})


async def _variants(
    scope: WorkspaceScope, statement: LiteralString, key: dict[str, Any]
) -> tuple[VariantWithOffers, ...]:
    """The rows of `_VARIANTS`, one an offer or one for a variant without any, put together by variant."""
    variants: dict[UUID, _Variant] = {}
    offers: dict[UUID, list[Offer]] = {}
    for row in await run(scope.session, statement, key | {"workspace_id": scope.workspace_id}):
        variant = _Variant._make(row[: len(_Variant._fields)])
        variants[variant.id] = variant
        own = offers.setdefault(variant.id, [])
        offer = row[len(_Variant._fields) :]
        if offer[0] is not None:
            own.append(_offer(offer))
    return tuple(
        VariantWithOffers(
            id=variant.id,
            product_id=variant.product_id,
            sku=variant.sku,
            title=variant.title,
            offers=tuple(offers[variant.id]),
            known_properties=tuple(variant.known_properties),
        )
        for variant in variants.values()
    )


def _offer(columns: Sequence[Any]) -> Offer:
    row = _Offer._make(columns[: len(_Offer._fields)])
    placements = msgspec.convert(row.placements or (), tuple[Placement, ...])
    provision = _provision(columns[len(_Offer._fields) :], placements)
    external_id = provision.external_id if provision else None
    return Offer(
        id=row.id,
        connection_id=row.connection_id,
        provider=row.provider,
        provider_variant_id=row.provider_variant_id,
        variant_external_id=row.variant_external_id,
        technique=row.technique,
        likeness=Likeness(row.likeness),
        active=row.active and not row.gone,
        placements=placements,
        ready=external_id is not None or not wants_products(row.provider),
        product_external_id=external_id,
        provision=provision,
    )


def _provision(columns: Sequence[Any], placements: tuple[Placement, ...]) -> ProvisionView | None:
    """The product that was asked for of the offer, if it was one of the pictures the offer shows now."""
    row = _Provision._make(columns)
    if row.pictures is None or row.pictures != pictures_of(placements):
        return None
    return ProvisionView(
        state=ProvisionState(row.state),
        sku=row.sku,
        external_id=row.external_id,
        attempts=row.attempts,
        code=row.last_code,
        last_error=row.last_error,
        next_try_at=row.next_try_at,
    )
