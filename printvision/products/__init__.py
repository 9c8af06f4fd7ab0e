"""What a vendor sells: products, their variants by SKU, and the offers of those who could make them."""

from printvision.products.queries import find_variants_by_sku, get_offers
from printvision.products.schemas import (
    CreateProduct,
    Likeness,
    NewOffer,
    NewPlacement,
    NewVariant,
    Offer,
    Placement,
    ProductView,
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
    "Placement",
    "ProductView",
    "VariantWithOffers",
    "create_product",
    "find_variants_by_sku",
    "get_offers",
]
