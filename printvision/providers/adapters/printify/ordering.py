"""The calls that have an order made, sent, followed and stopped."""

from __future__ import annotations

from typing import Final

import msgspec

from printvision.providers.adapters.printify import orders, snapshots
from printvision.providers.adapters.printify.refusals import OrderExists
from printvision.providers.adapters.printify.shop import ShopCalls
from printvision.providers.adapters.printify.words import KEY
from printvision.providers.sdk import (
    Effect,
    Ending,
    NumberPaging,
    OrderSnapshot,
    PrintOrder,
    Progress,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnintelligible,
)

ORDERS: Final = "/v1/shops/{shop}/orders.json"
ORDER: Final = "/v1/shops/{shop}/orders/{order}"
NEWEST: Final = NumberPaging(limit=10)  # their most
FIND_PAGES: Final = 10
COUNTING_S: Final = 2.0  # costs are there after a second or two; to send or cancel before is refused
TOO_LATE: Final = (
    "Printify cancels an order only before it is sent to production. What is still possible is a request to their"
    " support: for another address, a reprint or a refund, on the order's page there"
)


class OrderCalls(ShopCalls):
    async def prepare(self, order: PrintOrder) -> OrderSnapshot:
        """Make the order; the reference is unique in the shop, so a second try is told which order has it.

        Whatever keeps it from being read back leaves the outcome unknown: it is there by then.
        """
        provider_order_id = await self._place(order)
        try:
            known = await self.get(provider_order_id)
        except ProviderError as error:
            wait_s = error.retry_after_s if isinstance(error, ProviderUnavailable) else None
            raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=wait_s) from error
        return orders.require_same(order, known)

    async def _place(self, order: PrintOrder) -> str:
        body, ids = orders.to_order(order), await self.shop()
        try:
            reply = await self.http.post(ORDERS, ids=ids, json=body, effect=Effect.REPEATABLE)
            return reply.read(orders.from_placed)
        except OrderExists as error:
            if error.provider_order_id is not None:
                return error.provider_order_id
            known = await self.find(order.ref)
            if known is None:  # in use, but not to be seen yet
                raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=None) from error
            return known.provider_order_id
        except ProviderUnintelligible as error:  # they said yes to something
            raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=None) from error

    async def commit(self, provider_order_id: str) -> OrderSnapshot:
        """Send it to production, which charges the account. What they could not charge for is sent and unpaid."""
        ids = await self.shop(order=provider_order_id)
        try:
            reply = await self.http.post(f"{ORDER}/send_to_production.json", ids=ids, effect=Effect.ONCE)
            sent = reply.read(snapshots.from_order)
        except ProviderUnintelligible as error:  # they said yes to something
            raise ProviderOutcomeUnknown(error.detail, provider=KEY, retry_after_s=None) from error
        except ProviderRejected as error:
            return await self._not_sent(provider_order_id, error)
        return await self._read_back(sent)

    async def _read_back(self, sent: OrderSnapshot) -> OrderSnapshot:
        """Their answer may show the order as it was before: a second look, and then their yes is what counts."""
        if _has_moved(sent):
            return sent
        try:
            seen = await self.get(sent.provider_order_id)
        except ProviderError:
            seen = sent
        return seen if _has_moved(seen) else snapshots.as_sent(seen)

    async def _not_sent(self, provider_order_id: str, error: ProviderRejected) -> OrderSnapshot:
        current = await self.get(provider_order_id)
        if current.progress is not Progress.DRAFT and current.ending is None:
            return current
        if current.ending is None and snapshots.word_of(current) in snapshots.COUNTING:
            raise ProviderUnavailable(error.detail, provider=KEY, retry_after_s=COUNTING_S) from error
        raise error

    async def get(self, provider_order_id: str) -> OrderSnapshot:
        ids = await self.shop(order=provider_order_id)
        return (await self.http.get(f"{ORDER}.json", ids=ids)).read(snapshots.from_order)

    async def find(self, ref: str) -> OrderSnapshot | None:
        """Look for it among the newest orders of the shop: they cannot be searched by reference.

        None says only that it is not among the newest hundred at this moment. To be sure, prepare it again: the same
        reference is answered with the order that has it.
        """
        pages = 0
        async for reply, listed in self.http.walk(ORDERS, NEWEST, ids=await self.shop()):
            for raw in listed:
                if (known := reply.read(snapshots.from_order, raw)).ref == ref:
                    return known
            pages += 1
            if pages == FIND_PAGES:
                break
        return None

    async def cancel(self, provider_order_id: str) -> OrderSnapshot:
        """Stop it where they let us; read first, because they count refusals.

        What they cannot make is over as it is: there is nothing to cancel, and nothing is printed.
        """
        current = await self.get(provider_order_id)
        word = snapshots.word_of(current)
        if current.ending is Ending.CANCELLED:
            return current
        if current.ending is Ending.FAILED:
            return msgspec.structs.replace(current, ending=Ending.CANCELLED)
        if word in snapshots.COUNTING:
            detail = "They are working out what the order costs, and cannot cancel it meanwhile"
            raise ProviderUnavailable(detail, provider=KEY, retry_after_s=COUNTING_S)
        if word in snapshots.PROGRESS and word not in snapshots.CANCELABLE:
            raise _too_late()
        return await self._cancel(provider_order_id)

    async def _cancel(self, provider_order_id: str) -> OrderSnapshot:
        ids = await self.shop(order=provider_order_id)
        try:
            await self.http.post(f"{ORDER}/cancel.json", ids=ids, effect=Effect.REPEATABLE)
        except ProviderRejected as error:
            current = await self.get(provider_order_id)
            if current.ending is Ending.CANCELLED:
                return current
            raise _too_late() from error
        return await self.get(provider_order_id)


def _has_moved(seen: OrderSnapshot) -> bool:
    return seen.progress is not Progress.DRAFT or seen.ending is not None


def _too_late() -> ProviderRejected:
    return ProviderRejected(TOO_LATE, provider=KEY, provider_code=None)
