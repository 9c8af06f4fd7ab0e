"""Shops: where orders come from. See README.md."""

from printvision.channels.granting import subscribe_shop
from printvision.channels.models import ShopKind
from printvision.channels.schemas import AddShop, ShopView
from printvision.channels.service import (
    add_shop,
    ensure_api_shop,
    find_any_shops,
    find_shop_named,
    get_shop,
    signing_secrets,
)
from printvision.channels.types import (
    ChannelLine,
    ChannelOrder,
    FinancialState,
    UnreadableOrder,
)

__all__ = [
    "AddShop",
    "ChannelLine",
    "ChannelOrder",
    "FinancialState",
    "ShopKind",
    "ShopView",
    "UnreadableOrder",
    "add_shop",
    "ensure_api_shop",
    "find_any_shops",
    "find_shop_named",
    "get_shop",
    "signing_secrets",
    "subscribe_shop",
]
