"""Printify: some ninety print providers behind one API.

Their docs are at https://developers.printify.com (read 2026-10). What is routed on is a blueprint *at a print
provider*: `9:5` is our blueprint, `9:5:17887` our variant of it. An offer is a product of the shop before it can be
ordered; a product's variant is the only place that tells a price. Money is whole US cents. An order is made by POST
and sent to production by another; its `external_id` is unique in the shop, which is what makes a second try safe.

Two of their rules shape this adapter. Error answers must stay under 5 % of all calls, so nothing is asked for to see
whether it is there, and what would be refused is read before. And a shop may send orders by itself after a while, so
that a draft does not stay one. Printify publishes no lengths for the parts of an address: what they do not take they
refuse by name (8103).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from printvision.providers.adapters.printify.listening import WebhookCalls
from printvision.providers.adapters.printify.ordering import OrderCalls
from printvision.providers.adapters.printify.provisioning import ProductCalls
from printvision.providers.adapters.printify.refusals import read_refusal
from printvision.providers.adapters.printify.shop import PatientBearer, PrintifySettings
from printvision.providers.adapters.printify.words import KEY
from printvision.providers.sdk import Auth, Capabilities, Declared, ProviderError, Rate, Reply

__all__ = ["Printify", "PrintifySettings"]


class Printify(ProductCalls, OrderCalls, WebhookCalls):
    """`rate` keeps 600 calls in whatever minute one looks at: 100 at once and 500 as the minute goes by.

    The catalogue's own 100 a minute are kept by the same bucket, out of which each of its calls takes six.
    """

    key = KEY
    title = "Printify"
    base_url = "https://api.printify.com"
    settings_type = PrintifySettings
    capabilities = Capabilities(drafts_stay=False, cancel_accepted=False, find_by_ref=False)
    rate = Rate(requests=100, per=timedelta(seconds=12))
    oauth = Declared(
        authorize_url="https://printify.com/app/authorize",
        exchange_url="https://api.printify.com/v1/app/oauth/tokens",
        refresh_url="https://api.printify.com/v1/app/oauth/tokens/refresh",
        client="app_id",
        redirect="accept_url",
        decline="decline_url",
        secret=False,
    )

    @classmethod
    def authenticate(cls, settings: PrintifySettings) -> Auth:
        return PatientBearer(settings.token)

    @classmethod
    def headers(cls, settings: PrintifySettings) -> Mapping[str, str]:
        del settings
        return {"User-Agent": "PrintVision"}  # a call without one may be turned away

    @classmethod
    def classify(cls, reply: Reply, error: ProviderError) -> ProviderError:
        return read_refusal(reply, error)
