"""Whose account it is, and which of its shops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printify.words import KEY
from printvision.providers.sdk import (
    Account,
    Adapter,
    Bearer,
    Client,
    ProviderHttp,
    ProviderNeedsAttention,
    Secret,
)

APPROVES_ITSELF: Final = (
    "A new Printify shop sends every order to production by itself after 24 hours, also one that was never confirmed"
    " here. In Printify open the store's settings, Order settings, and set the order approval to Manual."
)
DISCONNECTED: Final = "disconnected"


class PrintifySettings(msgspec.Struct, frozen=True):
    """`shop_id` is needed with a token that sees several shops; with it, one call less is made for each order."""

    token: Secret
    shop_id: str | None = None


class PatientBearer(Bearer):
    """Their 401 comes and goes: one is answered by asking once more with the same token."""

    async def renewed(self, client: Client, refused: Mapping[str, str]) -> bool:
        del client, refused
        return True


class ShopBody(msgspec.Struct):
    id: str | int
    title: str = ""


class ShopCalls(Adapter[PrintifySettings]):
    """What is needed for every other call: nearly all of them name the shop."""

    def __init__(self, settings: PrintifySettings, http: ProviderHttp) -> None:
        super().__init__(settings, http)
        self._shop_id = settings.shop_id

    async def account(self) -> Account:
        """They do not say how orders are approved, so that the warning is always given."""
        shop = await self._find_shop()
        return Account(external_id=str(shop.id), name=shop.title or str(shop.id), warnings=(APPROVES_ITSELF,))

    async def shop(self, **others: str) -> Mapping[str, str]:
        """The ids of a call's path: the shop's, and the others."""
        if self._shop_id is None:
            self._shop_id = str((await self._find_shop()).id)
        return {"shop": self._shop_id, **others}

    async def _find_shop(self) -> ShopBody:
        shops = (await self.http.get("/v1/shops.json")).read(_from_shops)
        named = [shop for shop in shops if self.settings.shop_id in (None, str(shop.id))]
        if len(named) != 1:
            raise ProviderNeedsAttention(
                f"The token is good for {len(shops)} shops: give the id of the one to use", provider=KEY
            )
        return named[0]


def _from_shops(body: Any) -> list[ShopBody]:
    return msgspec.convert(body, list[ShopBody])
