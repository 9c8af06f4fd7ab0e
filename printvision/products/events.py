"""Facts about products and their offers; the subject is the product, or the offer where it says so."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from printvision.platform.events import Event


class ProductAdded(Event, frozen=True, kw_only=True):
    """A product with this many variants, each of which an order may name by its SKU from now on."""

    kind: ClassVar[str] = "products.added"
    variants: int


class OfferProvisioned(Event, frozen=True, kw_only=True):
    """The offer `subject_id` has its product at the provider, and can be ordered from now on."""

    kind: ClassVar[str] = "products.provisioned"
    connection_id: UUID


class ProvisionFailed(Event, frozen=True, kw_only=True):
    """The offer `subject_id` has no product at the provider, and a person is to look; the offer says why."""

    kind: ClassVar[str] = "products.provision_failed"
    connection_id: UUID
    code: str
