from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class ShopWebhookRefused(PrintVisionError):
    """A call that is not signed with the shop's secret. Nothing of it is stored."""

    status = 401
    code = "webhooks/shop-signature"
    title = "The signature does not match the shop's secret"
    action = "Check that the shop's secret here is the one that signs; after a change both are accepted for a while."


class TooBusy(PrintVisionError):
    """More calls wait to be stored than are kept in memory. Nothing of this one is stored."""

    status = 503
    code = "webhooks/too-busy"
    title = "More calls come in than can be stored"
    action = "Send it again after as many seconds as Retry-After says."
    retry_after_s: int
