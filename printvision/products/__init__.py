"""What a vendor sells: products, their variants by SKU, and the offers of those who could make them."""

from printvision.products.events import OfferProvisioned, ProvisionFailed
from printvision.products.jobs import ProvisionSweeper, restart_lost_provisions
from printvision.products.naming import wants_products
from printvision.products.offering import find_known_properties, find_variants_by_sku, get_offers
from printvision.products.provisioning import ensure_provisions, provision_again
from printvision.products.queries import list_taken_skus
from printvision.products.schemas import (
    CreateProduct,
    Likeness,
    NewOffer,
    NewPlacement,
    NewVariant,
    Offer,
    Placement,
    ProductView,
    ProvisionState,
    ProvisionView,
    VariantWithOffers,
)
from printvision.products.service import create_product

__all__ = [
    "CreateProduct",
    "Likeness",
    "NewOffer",
    "NewPlacement",
    "NewVariant",
    "Offer",
    "OfferProvisioned",
    "Placement",
    "ProductView",
    "ProvisionFailed",
    "ProvisionState",
    "ProvisionSweeper",
    "ProvisionView",
    "VariantWithOffers",
    "create_product",
    "ensure_provisions",
    "find_known_properties",
    "find_variants_by_sku",
    "get_offers",
    "list_taken_skus",
    "provision_again",
    "restart_lost_provisions",
    "wants_products",
]
