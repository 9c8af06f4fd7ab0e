"""The calls that have them tell us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from printvision.providers.adapters.printify import webhooks
from printvision.providers.adapters.printify.shop import ShopCalls
from printvision.providers.sdk import Effect, ProviderEvent, ProviderNotFound, WebhookRegistration

HOOKS: Final = "/v1/shops/{shop}/webhooks.json"
HOOK: Final = "/v1/shops/{shop}/webhooks/{hook}.json"


class WebhookCalls(ShopCalls):
    async def register_webhooks(self, url: str) -> WebhookRegistration:
        """One for each topic. Those that are there already stay, so that nothing is missed meanwhile."""
        secret = webhooks.secret_for(self.settings.token, url)
        url = webhooks.marked(url, secret)
        there = (await self.http.get(HOOKS, ids=await self.shop())).read(webhooks.from_hooks)
        useless = webhooks.stale(there, url)
        for hook in useless:
            await self._remove(hook)
        for topic in webhooks.missing([hook for hook in there if hook not in useless], url):
            body = {"topic": topic, "url": url, "secret": secret}
            # a second one for a topic is found and removed by the next registration
            await self.http.post(HOOKS, ids=await self.shop(), json=body, effect=Effect.REPEATABLE)
        return WebhookRegistration(secret=secret, raw={"topics": list(webhooks.TOPICS)})

    async def _remove(self, hook: webhooks.HookBody) -> None:
        ids, params = await self.shop(hook=hook.id), {"host": hook.host}
        try:
            await self.http.call("DELETE", HOOK, ids=ids, params=params, effect=Effect.REPEATABLE)
        except ProviderNotFound:  # an earlier try was heard
            return

    @classmethod
    def verify_webhook(cls, body: bytes, headers: Mapping[str, str], secret: str) -> bool:
        return webhooks.is_signed(body, headers, secret)

    @classmethod
    def read_webhook(cls, body: bytes) -> Sequence[ProviderEvent]:
        return [webhooks.read_event(body)]
