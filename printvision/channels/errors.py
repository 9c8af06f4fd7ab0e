from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class ShopNameTaken(PrintVisionError):
    """Shops of a workspace are told apart by their names."""

    status = 409
    code = "channels/shop-name-taken"
    title = "Another shop of this workspace has this name"
    action = "Choose another name."
    name: str


class SecretMissing(PrintVisionError):
    """Without it nobody could tell the shop's webhooks from anybody's."""

    status = 422
    code = "channels/secret-missing"
    title = "This kind of shop signs its webhooks, so its secret is needed"
    action = "Give the secret as `secret`; in Shopify it is the app's client secret."
