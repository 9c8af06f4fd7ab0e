"""What the product of an offer is called at a provider that wants one.

The name follows from the offer and from what its pictures show, so that every try, also one after a restore, asks
for the same product, and an offer whose picture was changed asks for another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from uuid import UUID

from printvision.platform.errors import NotFound
from printvision.products.schemas import Placement
from printvision.providers import adapter_type
from printvision.providers.sdk import Provisioner

DIGITS = 32


def wants_products(provider: str) -> bool:
    """Whether the provider prints only what was made a product of its own before."""
    try:
        return issubclass(adapter_type(provider), Provisioner)
    except NotFound:  # an adapter that was taken out leaves its offers behind
        return False


def product_sku(offer_id: UUID, placements: Iterable[Placement], sha256s: Mapping[UUID, str]) -> str:
    """The SKU of the product: 35 of `[a-z0-9-]`.

    Args:
        sha256s: the content of each picture, by its artwork id.
    """
    shown = ((each.placement, each.technique, sha256s[each.artwork_id]) for each in placements)
    return f"pv-{_digest((offer_id.hex,), *sorted(shown))}"


def pictures_of(placements: Iterable[Placement]) -> str:
    """Equal for placements that show the same; an artwork's content never changes, so that its id stands for it."""
    return _digest(*sorted((each.placement, each.technique, each.artwork_id.hex) for each in placements))


def _digest(*entries: tuple[str, ...]) -> str:
    words = "\x1e".join("\x1f".join(entry) for entry in entries)
    return hashlib.sha256(words.encode()).hexdigest()[:DIGITS]
