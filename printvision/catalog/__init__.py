"""What print providers can make, what it costs a workspace's connections, and whether it can be had."""

from printvision.catalog.blanks import (
    BlueprintWritten,
    mark_missing_blueprints,
    save_blueprints,
    save_variants,
)
from printvision.catalog.events import PricesChanged, StockChanged, VariantsVanished
from printvision.catalog.known import list_prices, list_prices_of, list_stock, list_stock_of
from printvision.catalog.overlays import save_price, save_prices, save_stock
from printvision.catalog.queries import (
    find_blueprint_ids,
    find_variant,
    find_variants,
    list_blueprint_names,
    list_known_blueprints,
    print_areas,
    vanished,
)
from printvision.catalog.schemas import (
    BlueprintView,
    Prices,
    PricesOf,
    PriceView,
    Stock,
    StockOf,
    StockView,
    Tariffs,
    TariffView,
    VariantsOf,
    VariantView,
)
from printvision.catalog.tariffs import list_tariffs, save_tariffs
from printvision.catalog.upserts import Written
from printvision.catalog.words import is_id

__all__ = [
    "BlueprintView",
    "BlueprintWritten",
    "PriceView",
    "Prices",
    "PricesChanged",
    "PricesOf",
    "Stock",
    "StockChanged",
    "StockOf",
    "StockView",
    "TariffView",
    "Tariffs",
    "VariantView",
    "VariantsOf",
    "VariantsVanished",
    "Written",
    "find_blueprint_ids",
    "find_variant",
    "find_variants",
    "is_id",
    "list_blueprint_names",
    "list_known_blueprints",
    "list_prices",
    "list_prices_of",
    "list_stock",
    "list_stock_of",
    "list_tariffs",
    "mark_missing_blueprints",
    "print_areas",
    "save_blueprints",
    "save_price",
    "save_prices",
    "save_stock",
    "save_tariffs",
    "save_variants",
    "vanished",
]
