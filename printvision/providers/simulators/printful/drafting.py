"""Turns what clients send into the lines of an order, and checks them as the documents say."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from printvision.providers.simulators.printful import catalog, pricing
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.blanks import Blank
from printvision.providers.simulators.printful.errors import bad_request, not_found
from printvision.providers.simulators.printful.intake import (
    FileIn,
    ItemV1,
    ItemV2,
    LayerIn,
    PlacementIn,
    PositionIn,
    check_quantity,
)
from printvision.providers.simulators.printful.library import Library
from printvision.providers.simulators.printful.records import Item, Layer, Placement, Raw

_MOST_ITEMS = 200
_MOST_LAYERS = 5
_SMALLEST_IN = 0.3
_NOT_PRINTED = frozenset({"preview", "mockup"})  # v1 file types that only illustrate


class Drafting:
    def __init__(self, account: Account, library: Library) -> None:
        self._account = account
        self._library = library

    def items_v1(self, sent: Sequence[ItemV1]) -> list[Item]:
        """Raises: Refusal, naming the first thing that is wrong."""
        return _checked([self._item_v1(item) for item in sent])

    def items_v2(self, sent: Sequence[ItemV2]) -> list[Item]:
        """Raises: Refusal, naming the first thing that is wrong."""
        return _checked([self._item_v2(item) for item in sent])

    def _item_v1(self, sent: ItemV1) -> Item:
        variant_id, files = self._resolve(sent)
        blank, _ = catalog.order_variant(variant_id)
        placements = self._placements_v1(blank, files)
        return Item(
            id=self._account.number(),
            variant_id=variant_id,
            quantity=check_quantity(sent.quantity),
            price_minor=self._account.dice.priced(pricing.piece_price(variant_id, placements)),
            source="warehouse" if sent.warehouse_product_variant_id and not sent.variant_id else "catalog",
            external_id=sent.external_id,
            name=sent.name,
            sku=sent.sku,
            retail_price=sent.retail_price,
            placements=placements,
            options=sent.options,
            sync_variant_id=sent.sync_variant_id,
            external_variant_id=sent.external_variant_id,
            warehouse_product_variant_id=sent.warehouse_product_variant_id,
            product_template_id=sent.product_template_id,
        )

    def _resolve(self, sent: ItemV1) -> tuple[int, list[FileIn]]:
        """The catalogue variant an item means, and the artwork for it."""
        if sent.variant_id is not None:
            _check_template(sent.product_template_id)
            return sent.variant_id, sent.files
        if sent.sync_variant_id is not None or sent.external_variant_id is not None:
            known = self._account.find_sync_variant(sent.sync_variant_id, sent.external_variant_id)
            if known is None:
                raise bad_request("Sync variant not found", "OR-5")
            return known.variant_id, sent.files or msgspec.convert(known.files, list[FileIn])
        if sent.warehouse_product_variant_id is not None:
            return catalog.warehouse_variant(sent.warehouse_product_variant_id), []
        raise bad_request("An item needs a variant_id, sync_variant_id or external_variant_id", "OR-5")

    def _placements_v1(self, blank: Blank, files: Sequence[FileIn]) -> list[Placement]:
        placements: list[Placement] = []
        for file in files:
            if file.type in _NOT_PRINTED:
                continue
            area = catalog.find_area(blank, file.type)
            if area is None:
                raise bad_request(f"File type {file.type} is not supported", "OR-10")
            layer = Layer(file_id=0, url=None, position=_position_v1(file.position), options=file.options)
            self._attach(layer, file)
            placements.append(Placement(placement=file.type, technique=area.technique, layers=[layer]))
        return placements

    def _attach(self, layer: Layer, file: FileIn) -> None:
        if file.id is not None and file.url is None:
            if str(file.id) not in self._account.files:
                raise bad_request("File not found", "FL-3")
            stored = self._library.get(file.id)
        else:
            stored = self._library.add(file.url, filename=file.filename, role=file.type, visible=file.visible)
        layer.file_id, layer.url = stored.id, stored.url

    def _item_v2(self, sent: ItemV2) -> Item:
        variant_id = self._variant_v2(sent)
        blank, _ = catalog.order_variant(variant_id)
        placements = [self._placement_v2(blank, placement) for placement in sent.placements]
        template = sent.product_template_id
        return Item(
            id=self._account.number(),
            variant_id=variant_id,
            quantity=check_quantity(sent.quantity),
            price_minor=self._account.dice.priced(pricing.piece_price(variant_id, placements)),
            source=sent.source,
            external_id=sent.external_id,
            name=sent.name,
            retail_price=sent.retail_price,
            placements=placements,
            product_options=sent.product_options,
            warehouse_product_variant_id=sent.warehouse_product_variant_id,
            product_template_id=int(str(template).removeprefix("@")) if template else None,
        )

    def _variant_v2(self, sent: ItemV2) -> int:
        if sent.source == "warehouse":
            return catalog.warehouse_variant(sent.warehouse_product_variant_id)
        if sent.source not in ("catalog", "product_template"):
            raise bad_request(f"Order item source {sent.source} is not supported", "OR-5")
        variant_id = sent.catalog_variant_id or sent.variant_id
        if variant_id is None:
            raise bad_request("Missing required parameter: catalog_variant_id", "OR-5")
        if sent.source == "product_template":
            number = str(sent.product_template_id or "").removeprefix("@")
            _check_template(int(number) if number.isdecimal() else 0)
        return variant_id

    def _placement_v2(self, blank: Blank, sent: PlacementIn) -> Placement:
        if catalog.find_area(blank, sent.placement, sent.technique) is None:
            raise bad_request(f"Placement {sent.placement} with technique {sent.technique} is not available")
        if not 1 <= len(sent.layers) <= _MOST_LAYERS:
            raise bad_request(f"A placement holds 1 to {_MOST_LAYERS} layers")
        return Placement(
            placement=sent.placement,
            technique=sent.technique,
            layers=[self._layer_v2(layer) for layer in sent.layers],
            print_area_type=sent.print_area_type,
            placement_options=sent.placement_options,
        )

    def _layer_v2(self, sent: LayerIn) -> Layer:
        if sent.type != "file":
            raise bad_request(f"Layer type {sent.type} is not supported")
        if sent.position and min(sent.position.width, sent.position.height) < _SMALLEST_IN:
            raise bad_request("Invalid position: width and height must be at least 0.3")
        file = self._library.add(sent.url)
        position = _as_raw(sent.position)
        return Layer(file_id=file.id, url=sent.url, position=position, layer_options=sent.layer_options)


def _checked(items: list[Item]) -> list[Item]:
    if len(items) > _MOST_ITEMS:
        raise bad_request(f"An order holds up to {_MOST_ITEMS} items", "OR-5")
    for item in items:
        placements = [placement.placement for placement in item.placements]
        if len(set(placements)) != len(placements):
            raise bad_request("An item holds one file for each placement", "OR-12")
        if {"label_inside", "label_outside"} <= set(placements):
            raise bad_request("Inside and outside labels can't be combined", "OR-11")
    references = [item.external_id for item in items if item.external_id is not None]
    if len(set(references)) != len(references):
        raise bad_request("The external_id of an item must be unique within its order", "OR-5")
    return items


def _check_template(template_id: int | None) -> None:
    if template_id is not None and template_id not in catalog.TEMPLATE_IDS:
        raise not_found("Product template not found")


def _position_v1(position: PositionIn | None) -> Raw | None:
    if position and position.limit_to_print_area and position.area_width and position.area_height:
        fits = (
            position.left >= 0
            and position.top >= 0
            and position.left + position.width <= position.area_width
            and position.top + position.height <= position.area_height
        )
        if not fits:
            raise bad_request("Invalid position")
    return _as_raw(position)


def _as_raw(position: PositionIn | None) -> Raw | None:
    if position is None:
        return None
    return {key: value for key, value in msgspec.to_builtins(position).items() if value is not None}
