from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class ShopGranted(Event, frozen=True, kw_only=True):
    """Somebody signed in at the shop and allowed us in, anew where it was there already."""

    kind: ClassVar[str] = "channels.shop_granted"


class ShopSignedOut(Event, frozen=True, kw_only=True):
    """The shop ended what it had granted; somebody has to sign in there again."""

    kind: ClassVar[str] = "channels.shop_signed_out"
