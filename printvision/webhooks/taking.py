"""What messages ask for: a shop's, that its order be taken in; a provider's, that its order be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from printvision.channels.shopify import from_shopify_delivery
from printvision.orders import Hint, ask_for_looks, take_in
from printvision.platform.scope import WorkspaceScope
from printvision.providers import adapter_types, list_connections
from printvision.webhooks.models import MessageRow, Source
from printvision.webhooks.storing import body_at


async def take(scope: WorkspaceScope, messages: Sequence[MessageRow]) -> list[str]:
    """Do what messages of one workspace ask for.

    Returns:
        What became of each, in a word, in their order.
    """
    hints = await _read_hints(scope, [message for message in messages if message.source == Source.PROVIDER])
    ours = await ask_for_looks(scope, {hint for told in hints.values() for hint in told})
    return [
        await _take_order(scope, message)
        if message.source == Source.SHOP
        else ("unused" if ours.isdisjoint(hints[message]) else "looked")
        for message in messages
    ]


async def _read_hints(scope: WorkspaceScope, messages: Sequence[MessageRow]) -> dict[MessageRow, list[Hint]]:
    """Which orders each message speaks of."""
    source_ids = {message.source_id for message in messages}
    connections = await list_connections(scope, list(source_ids)) if messages else []
    providers = {connection.id: connection.provider for connection in connections}
    hints: dict[MessageRow, list[Hint]] = {}
    for message in messages:
        provider = providers.get(message.source_id)
        events = adapter_types()[provider].read_webhook(_body(scope, message)) if provider else ()
        hints[message] = [
            Hint(message.source_id, event.ref, event.provider_order_id) for event in events if event.known
        ]
    return hints


async def _take_order(scope: WorkspaceScope, message: MessageRow) -> str:
    order = from_shopify_delivery(message.topic, _body(scope, message))
    if order is None:
        return "unused"
    taken = await take_in(scope, message.source_id, order)
    return "created" if taken.created else "changed" if taken.changed else "known"


def _body(scope: WorkspaceScope, message: MessageRow) -> bytes:
    return scope.platform.keyring.open(message.body, body_at(message.workspace_id, message.id))
