"""What can be wrong with a product."""

from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class SkuTaken(PrintVisionError):
    """`skus`: those that name a variant of this workspace already."""

    status = 409
    code = "products/sku-taken"
    title = "A SKU names another variant already"
    action = "Give each variant a SKU that no other variant of the workspace has."
    skus: list[str]


class OfferImpossible(PrintVisionError):
    """`errors` lists `{"path", "message"}`, the first fifty."""

    status = 422
    code = "products/offer-impossible"
    title = "A provider could not make this product as it is described"
    action = "Correct the listed offers; where a blank is unknown, sync its connection first."
    errors: list[dict[str, str]]


class NoProductWanted(PrintVisionError):
    status = 409
    code = "products/no-product-wanted"
    title = "This provider prints without a product made before"
    action = "Nothing to do: the offer can be ordered as it is."
    provider: str


class ProvisionLost(PrintVisionError):
    """Told of a product whose worker ended over and over without an answer."""

    code = "products/provision-lost"
    title = "The product was begun several times and never came to its end"
    action = "Have it tried again; if it happens again, tell the operator."
