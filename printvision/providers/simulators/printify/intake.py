"""The shapes that clients send, and the reading of them."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from printvision.providers.simulators.printify.errors import invalid

Body = TypeVar("Body", bound=msgspec.Struct)

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Some = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class AddressIn(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    region: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None


class SourceIn(msgspec.Struct):
    """A picture that an order names by its address."""

    src: Annotated[str, msgspec.Meta(max_length=2048)]
    x: float = 0.5
    y: float = 0.5
    scale: float = 1.0
    angle: float = 0.0


PrintAreas = dict[str, str | list[SourceIn]]


class LineIn(msgspec.Struct):
    """One of three: an existing product and a variant of it, a SKU, or what a product is to be made of."""

    quantity: Some = 1
    product_id: str | None = None
    variant_id: int | None = None
    sku: str | None = None
    blueprint_id: int | None = None
    print_provider_id: int | None = None
    print_areas: PrintAreas | None = None
    print_details: dict[str, Any] | None = None
    external_id: Annotated[str, msgspec.Meta(max_length=100)] | None = None


Lines = Annotated[list[LineIn], msgspec.Meta(min_length=1, max_length=200)]


class OrderIn(msgspec.Struct):
    external_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    line_items: Lines
    address_to: AddressIn
    shipping_method: int
    label: str | None = None
    send_shipping_notification: bool = False
    is_printify_express: bool = False
    is_economy_shipping: bool = False


class QuoteIn(msgspec.Struct):
    line_items: Lines
    address_to: AddressIn


class ImageIn(msgspec.Struct):
    """A picture on a place: its middle at `x`, `y` of the place, as wide as `scale` of it."""

    id: str
    x: Annotated[float, msgspec.Meta(ge=-5, le=5)] = 0.5
    y: Annotated[float, msgspec.Meta(ge=-5, le=5)] = 0.5
    scale: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    angle: int = 0


class PlaceholderIn(msgspec.Struct):
    position: str
    images: list[ImageIn] = []


class AreaIn(msgspec.Struct):
    variant_ids: list[int]
    placeholders: list[PlaceholderIn]


class VariantIn(msgspec.Struct):
    id: int
    price: Annotated[int, msgspec.Meta(ge=0)]
    is_enabled: bool = True
    is_default: bool = False
    sku: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class ProductIn(msgspec.Struct):
    title: Title
    description: str
    blueprint_id: int
    print_provider_id: int
    variants: Annotated[list[VariantIn], msgspec.Meta(min_length=1, max_length=500)]
    print_areas: Annotated[list[AreaIn], msgspec.Meta(min_length=1, max_length=500)]
    tags: list[str] = []
    visible: bool = True


class ProductChange(msgspec.Struct):
    """What a PUT may name; with `variants`, all of them."""

    title: Title | None = None
    description: str | None = None
    variants: list[VariantIn] | None = None
    print_areas: list[AreaIn] | None = None
    tags: list[str] | None = None
    visible: bool | None = None


class UploadIn(msgspec.Struct):
    file_name: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    url: str | None = None
    contents: str | None = None


class HookIn(msgspec.Struct):
    topic: str
    url: str
    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None


class HookChange(msgspec.Struct):
    url: str


def read_body(body: bytes, type: type[Body]) -> Body:
    """The request's body in its shape; numbers may come as text.

    Raises:
        Refusal: 400, with the path of what is wrong.
    """
    try:
        return msgspec.convert(read_json(body), type, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(str(error)[:300]) from None


def read_json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise invalid("The request body is not valid JSON") from None
