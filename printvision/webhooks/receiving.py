"""Storing a delivery: whose it is, whether it is signed, and whether we have it already.

Deliveries that arrive while others are being written are written together (`batches.py`); each is answered once the
commit that holds it has returned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.webhooks.arrivals import Arrival, FromProvider, FromShopify, find_senders
from printvision.webhooks.batches import Batches, Bounds
from printvision.webhooks.storing import Message, Receipt, store


async def receive_from_shopify(
    platform: Platform, shop_id: UUID, body: bytes, headers: Mapping[str, str], *, key: str = ""
) -> Receipt:
    """Store one of Shopify's calls.

    Args:
        key: of the door, where it has one.

    Raises:
        NotFound: no such shop.
        ShopWebhookRefused: not signed with the shop's secret, or without the door's key; nothing is stored.
        TooBusy: nothing is stored.
    """
    return await _batches_of(platform).add(FromShopify(shop_id, body, headers, key), size=len(body))


async def receive_from_provider(
    platform: Platform, provider: str, connection_id: UUID, body: bytes, headers: Mapping[str, str]
) -> Receipt:
    """Store one of a provider's calls. A provider that signs must have signed it; either way it is a hint at most.

    Raises:
        NotFound: no such connection with this provider.
        WebhookRefused: wrongly signed; nothing is stored.
        ProviderUnintelligible: nothing the provider sends.
        TooBusy: nothing is stored.
    """
    arrival = FromProvider(connection_id, body, headers, provider)
    return await _batches_of(platform).add(arrival, size=len(body))


class ArrivalBatches(Batches[Arrival, Receipt]):
    """One per process."""

    def __init__(self, platform: Platform, bounds: Bounds | None = None) -> None:
        super().__init__(self._take, bounds)
        self._platform = platform

    async def _take(self, arrivals: Sequence[Arrival]) -> Sequence[Receipt | Exception]:
        """Two statements, however many arrived, of which the second stores all. One that is refused keeps no other
        out.
        """
        async with system_scope(self._platform, "webhooks", atomic=False) as scope:
            senders = await find_senders(scope, arrivals)
            judged: list[Message | Exception] = []
            for arrival in arrivals:
                try:
                    judged.append(arrival.judge(senders))
                except Exception as error:  # noqa: BLE001 -- it is raised to whoever sent the arrival
                    judged.append(error)
            receipts = iter(await store(scope, [each for each in judged if isinstance(each, Message)]))
        return [next(receipts) if isinstance(each, Message) else each for each in judged]


def _batches_of(platform: Platform) -> ArrivalBatches:
    batches = platform.extras.get(ArrivalBatches)
    if not isinstance(batches, ArrivalBatches):
        batches = platform.extras[ArrivalBatches] = ArrivalBatches(platform)
        platform.on_close(batches.close)
    return batches
