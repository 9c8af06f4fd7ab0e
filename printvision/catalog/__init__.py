"""What print providers can make, what it costs a workspace's connections, and whether it can be had."""

from printvision.catalog.blanks import (
    BlueprintWritten,
    mark_missing_blueprints,
    save_blueprints,
    save_variants,
)
from printvision.catalog.events import PricesChanged, StockChanged, VariantsVanished
from printvision.catalog.overlays import save_prices, save_stock
from printvision.catalog.queries import (
    find_blueprint_ids,
    find_variant,
    find_variants,
    list_known_blueprints,
    list_prices,
    list_stock,
    list_vanished,
    print_areas,
)
from printvision.catalog.schemas import BlueprintView, Prices, PriceView, Stock, StockView, VariantView
from printvision.catalog.upserts import Written

__all__ = [
    "BlueprintView",
    "BlueprintWritten",
    "PriceView",
    "Prices",
    "PricesChanged",
    "Stock",
    "StockChanged",
    "StockView",
    "VariantView",
    "VariantsVanished",
    "Written",
    "find_blueprint_ids",
    "find_variant",
    "find_variants",
    "list_known_blueprints",
    "list_prices",
    "list_stock",
    "list_vanished",
    "mark_missing_blueprints",
    "print_areas",
    "save_blueprints",
    "save_prices",
    "save_stock",
    "save_variants",
]
