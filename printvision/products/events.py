"""Facts about products; the subject is the product."""

from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class ProductAdded(Event, frozen=True, kw_only=True):
    """A product with this many variants, each of which an order may name by its SKU from now on."""

    kind: ClassVar[str] = "products.added"
    variants: int
