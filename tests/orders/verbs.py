"""The verbs of a person, by the names they have in `possible`, and readings of a provider told by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from printvision.orders.by_hand import Tracking, mark_shipped
from printvision.orders.cancelling import cancel_order
from printvision.orders.editing import edit_address
from printvision.orders.following import take_snapshot
from printvision.orders.holding import hold_order, release_order, retry_order
from printvision.orders.models import FulfilmentRow
from printvision.orders.possible import Verb, still_possible
from printvision.orders.queries import get_order
from printvision.orders.reprinting import reprint_order
from printvision.orders.rerouting import reroute_order
from printvision.orders.whole import lock_whole
from printvision.platform.address import Recipient
from printvision.platform.scope import WorkspaceScope
from printvision.providers import open_adapter
from tests.orders.vendor import BUYER, Vendor

OTHER_ADDRESS = msgspec.convert(BUYER | {"line1": "8 Sealed Harbour Road"}, Recipient)


async def do(scope: WorkspaceScope, verb: Verb, order_id: UUID, **said: Any) -> None:
    """What a person asks for with nothing said that is not needed."""
    match verb:
        case Verb.HOLD:
            await hold_order(scope, order_id, reason="asking the buyer")
        case Verb.RELEASE:
            await release_order(scope, order_id)
        case Verb.RETRY:
            await retry_order(scope, order_id)
        case Verb.CANCEL:
            await cancel_order(scope, order_id, reason="changed my mind")
        case Verb.EDIT_ADDRESS:
            await edit_address(scope, order_id, said.get("recipient", OTHER_ADDRESS))
        case Verb.REROUTE:
            await reroute_order(scope, order_id, reason="too slow", **said)
        case Verb.REPRINT:
            await reprint_order(scope, order_id, reason="lost on the way", **said)
        case Verb.MARK_SHIPPED:
            await mark_shipped(scope, order_id, said.get("tracking", Tracking()))


async def ask(vendor: Vendor, verb: Verb, order_id: UUID, **said: Any) -> None:
    async with vendor.workspace.scope() as scope:
        await do(scope, verb, order_id, **said)


async def possible(vendor: Vendor, order_id: UUID) -> set[Verb]:
    async with vendor.workspace.scope() as scope:
        return {one.verb for one in await still_possible(scope, await get_order(scope, order_id))}


async def tell(vendor: Vendor, fulfilment: FulfilmentRow, **changes: Any) -> None:
    """A reading of a part at its provider that says something else than what is so there."""
    async with vendor.workspace.scope() as scope:
        known_there = (
            (await lock_whole(scope, fulfilment.order_id)).submissions[fulfilment.id].provider_order_id
        )
    assert known_there is not None
    async with open_adapter(vendor.platform, vendor.workspace.id, fulfilment.connection_id) as adapter:
        seen = await adapter.get(known_there)
    async with vendor.workspace.scope() as scope:
        whole = await lock_whole(scope, fulfilment.order_id)
        await take_snapshot(scope, whole, fulfilment.id, msgspec.structs.replace(seen, **changes))
