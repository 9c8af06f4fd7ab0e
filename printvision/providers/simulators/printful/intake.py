"""The shapes that clients send orders in, for both versions, and the reading of them."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from printvision.providers.simulators.printful.errors import Refusal, bad_request

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,32}")

Body = TypeVar("Body", bound=msgspec.Struct)


class PositionIn(msgspec.Struct):
    """Inches (v2) or print-file pixels (v1)."""

    width: float
    height: float
    top: float = 0
    left: float = 0
    area_width: float | None = None
    area_height: float | None = None
    limit_to_print_area: bool | None = None


class FileIn(msgspec.Struct):
    """v1: a file of an item. `url` or `id`."""

    type: str = "default"
    url: str | None = None
    id: int | None = None
    options: list[Any] = []
    filename: str | None = None
    visible: bool = True
    position: PositionIn | None = None


class ItemV1(msgspec.Struct):
    quantity: int = 1
    id: int | None = None
    external_id: str | None = None
    variant_id: int | None = None
    sync_variant_id: int | None = None
    external_variant_id: str | None = None
    warehouse_product_variant_id: int | None = None
    product_template_id: int | None = None
    external_product_id: str | None = None
    retail_price: str | None = None
    name: str | None = None
    sku: str | None = None
    files: list[FileIn] = []
    options: list[Any] = []


class RecipientIn(msgspec.Struct):
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state_code: str | None = None
    state_name: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    zip: str | None = None
    phone: str | None = None
    email: str | None = None
    tax_number: str | None = None


class OrderV1(msgspec.Struct):
    recipient: RecipientIn
    items: list[ItemV1]
    external_id: str | None = None
    shipping: str = "STANDARD"
    retail_costs: dict[str, Any] = {}
    gift: dict[str, Any] | None = None
    packing_slip: dict[str, Any] | None = None


class LayerIn(msgspec.Struct):
    url: str
    type: str = "file"
    position: PositionIn | None = None
    layer_options: list[Any] = []


class PlacementIn(msgspec.Struct):
    placement: str
    technique: str
    layers: list[LayerIn] = []
    print_area_type: str | None = None
    placement_options: list[Any] = []


class ItemV2(msgspec.Struct):
    """`variant_id` stands for `catalog_variant_id` in one published example."""

    source: str = "catalog"
    quantity: int = 1
    catalog_variant_id: int | None = None
    variant_id: int | None = None
    warehouse_product_variant_id: int | None = None
    product_template_id: int | str | None = None
    external_id: str | None = None
    retail_price: str | None = None
    name: str | None = None
    placements: list[PlacementIn] = []
    product_options: list[Any] = []


class CustomizationIn(msgspec.Struct):
    gift: dict[str, Any] | None = None
    packing_slip: dict[str, Any] | None = None


class OrderV2(msgspec.Struct):
    """`items` stands for `order_items` in one published example."""

    recipient: RecipientIn
    order_items: list[ItemV2] = []
    items: list[ItemV2] = []
    external_id: str | None = None
    shipping: str = "STANDARD"
    customization: CustomizationIn | None = None
    retail_costs: dict[str, Any] = {}


def read_body(body: bytes, type: type[Body]) -> Body:
    """The request's body in its shape; numbers may come as text, as in the published examples.

    Raises:
        Refusal: 400, with the path of what is wrong.
    """
    try:
        return msgspec.convert(_document(body), type, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(f"Invalid or missing parameter: {str(error)[:300]}") from None


def read_object(body: bytes) -> dict[str, Any]:
    """The request's body as a JSON object."""
    document = _document(body)
    if not isinstance(document, dict):
        raise bad_request("The request body must be a JSON object")
    return document  # pyright: ignore[reportUnknownVariableType] -- JSON


def check_reference(external_id: str | None) -> str | None:
    """An external id as documented: at most 32 letters, digits, dashes and underscores."""
    if external_id is not None and not _REFERENCE.fullmatch(external_id):
        raise bad_request("external_id may hold up to 32 characters: letters, digits, dash and underscore")
    return external_id


def check_quantity(quantity: int) -> int:
    if not 1 <= quantity <= 1000:
        raise bad_request("quantity must be between 1 and 1000", "OR-5")
    return quantity


def _document(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refusal(400, "Invalid JSON") from None
