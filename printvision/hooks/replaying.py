"""Sending again what was sent, or what failed: the same deliveries, under their old ids."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, update

from printvision.accounts import Permission
from printvision.hooks.models import DeliveryRow, DeliveryState
from printvision.hooks.queries import deliveries, get_endpoint
from printvision.hooks.schemas import Replay, Replayed
from printvision.hooks.service import check_active
from printvision.platform.errors import NotFound, RuleBroken
from printvision.platform.events import wake_after_commit
from printvision.platform.scope import WorkspaceScope

AT_ONCE: Final = 5_000


async def replay(scope: WorkspaceScope, wanted: Replay, *, at_once: int = AT_ONCE) -> Replayed:
    """Have deliveries sent again, the oldest events first; their tries are counted from the start.

    Raises:
        RuleBroken: neither or both of `delivery_id` and `since` are given.
        NotFound, EndpointNotActive
    """
    scope.require(Permission.HOOKS_MANAGE)
    endpoint = await get_endpoint(scope, wanted.endpoint_id)
    if (wanted.delivery_id is None) is (wanted.since is None):
        raise RuleBroken(errors=[{"path": "since", "message": "Give either this or delivery_id"}])
    check_active(endpoint)
    found = (await scope.session.execute(_chosen(scope, wanted).limit(at_once + 1))).all()
    if wanted.delivery_id is not None and not found:
        await _check_known(scope, wanted)
    taken = found[:at_once]
    await scope.session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_([row.id for row in taken]))
        .values(state=DeliveryState.WAITING, tries=0, next_try_at=func.now(), leased_until=None, done_at=None)
    )
    wake_after_commit(scope)
    last = taken[-1].happened_at if taken else None
    return Replayed(count=len(taken), more=len(found) > at_once, last_happened_at=last)


def _chosen(scope: WorkspaceScope, wanted: Replay) -> Select[UUID, datetime]:
    query = deliveries(scope, wanted.endpoint_id).where(
        or_(DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until < func.now())
    )
    if wanted.failed_only:
        query = query.where(DeliveryRow.state != DeliveryState.DELIVERED)
    if wanted.delivery_id is not None:
        query = query.where(DeliveryRow.id == wanted.delivery_id)
    else:
        query = query.where(DeliveryRow.happened_at >= wanted.since)
    return (
        query.with_only_columns(DeliveryRow.id, DeliveryRow.happened_at)
        .order_by(DeliveryRow.happened_at, DeliveryRow.id)
        .with_for_update()
    )


async def _check_known(scope: WorkspaceScope, wanted: Replay) -> None:
    known = deliveries(scope, wanted.endpoint_id).where(DeliveryRow.id == wanted.delivery_id)
    if await scope.session.scalar(known) is None:
        raise NotFound(kind="delivery", id=str(wanted.delivery_id))
