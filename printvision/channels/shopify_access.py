"""Access that a shop of Shopify grants: where to ask, whether an answer is theirs, and the calls made with it.

Their docs: https://shopify.dev/docs/apps/build/authentication-authorization, read 2026-03. A token of this kind has no
end of its own; it is worth nothing once the shop removes the app.

Webhooks made with it are signed with the app's secret, which is the same for every shop, and only their body is signed:
whoever has a shop of their own could hand its orders in at another's door. So each granted shop has a door of its own,
with a key that only the operator's secret makes.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import aiohttp
import msgspec

from printvision.channels.shopify import ORDER_TOPICS, is_shop_domain
from printvision.oauth import App, Declared
from printvision.platform.outbound import AnswerTooLarge, read_body
from printvision.platform.redaction import Secret
from printvision.platform.settings import AppSettings

KEY: Final = "shopify"
VERSION: Final = "2026-10"  # one that has expired is served by the oldest they support
SCOPES: Final = ("read_orders",)
CALL_LIMIT_S: Final = 20.0
MOST_BYTES: Final = 1_000_000


class ShopifyFailed(Exception):
    """They did not do it; with their status, or None where no answer came."""

    def __init__(self, status: int | None) -> None:
        super().__init__(str(status))
        self.status = status

    @property
    def passing(self) -> bool:
        """Whether the same call may well work in a moment."""
        return self.status is None or self.status == 429 or self.status >= 500


def app_of(settings: AppSettings, domain: str) -> App | None:
    """Us at one shop: each is its own authorization server. None where the operator registered us nowhere."""
    if settings.client_id is None or settings.client_secret is None or not is_shop_domain(domain):
        return None
    return App(
        key=KEY,
        declared=Declared(
            authorize_url=f"https://{domain}/admin/oauth/authorize",
            exchange_url=f"https://{domain}/admin/oauth/access_token",
            scopes=SCOPES,
            separator=",",
        ),
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        address=settings.address,
    )


def is_theirs(query: Mapping[str, str], secret: Secret) -> bool:
    """Whether Shopify signed what a browser came back with: hex HMAC-SHA256 over the other parameters, sorted."""
    others = urlencode(sorted((name, value) for name, value in query.items() if name != "hmac"))
    made = hmac.new(secret.reveal().encode(), others.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), query.get("hmac", "").encode("utf-8", "replace"))


class Caller(NamedTuple):
    """Who calls which shop."""

    client: aiohttp.ClientSession
    app: App
    domain: str
    token: Secret


async def subscribe(caller: Caller, address: str) -> None:
    """Have the shop send its orders to `address`; what is there already stays.

    Raises:
        ShopifyFailed
    """
    there = await _call(caller, "GET")
    known = {(each.topic, each.address) for each in there.webhooks}
    for topic in sorted(ORDER_TOPICS):
        if (topic, address) not in known:
            body = {"webhook": {"topic": topic, "address": address, "format": "json"}}
            await _call(caller, "POST", body)


class _Webhook(msgspec.Struct):
    topic: str = ""
    address: str = ""


class _Webhooks(msgspec.Struct):
    webhooks: list[_Webhook] = []


async def _call(caller: Caller, method: str, body: Mapping[str, Any] | None = None) -> _Webhooks:
    url = caller.app.at(f"https://{caller.domain}/admin/api/{VERSION}/webhooks.json")
    headers = {"X-Shopify-Access-Token": caller.token.reveal(), "Accept": "application/json"}
    try:
        async with (
            asyncio.timeout(CALL_LIMIT_S),
            caller.client.request(method, url, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            if not 200 <= answer.status < 300:
                raise ShopifyFailed(answer.status)
            return msgspec.json.decode(await read_body(answer, most=MOST_BYTES), type=_Webhooks)
    except (aiohttp.ClientError, OSError, AnswerTooLarge, msgspec.MsgspecError, UnicodeDecodeError):
        raise ShopifyFailed(None) from None
