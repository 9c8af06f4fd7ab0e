"""A vendor whose tees two providers can make, each a simulator with a ledger and with faults of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from printvision.artwork import store_artwork
from printvision.catalog import save_blueprints, save_prices, save_variants
from printvision.orders.rulebook import SetRules, set_rules
from printvision.orders.rules import Fallback
from printvision.platform.money import Money
from printvision.platform.scope import system_scope
from printvision.platform.workflows import Run
from printvision.products import CreateProduct, create_product
from printvision.products.models import ProvisionRow
from printvision.products.workflow import provision_offer
from printvision.providers import pause_connection
from printvision.providers.models import ConnectionRow
from printvision.providers.schemas import UpdateConnection
from printvision.providers.sdk import Blueprint, BlueprintVariant, VariantPrice
from printvision.providers.service import update_connection
from printvision.providers.simulators.ledger import LedgerEvent
from tests.factories.workspaces import MadeWorkspace
from tests.orders.vendor import FRONT, VARIANTS, Vendor, picture
from tests.providers.simulators.running import TOKEN, Running, Simulated

CHEAP, DEAR = 900, 1500  # US cents for a piece
NOBODY = "http://127.0.0.1:9"
NOWHERE = "pocket"  # a place that our catalogue knows, and no house
BLUEPRINTS = {"printful": "71", "printify": "9:5"}
NUMBERS = {
    "printful": VARIANTS,
    "printify": {"TEE-S": "9:5:17887", "TEE-M": "9:5:17888", "TEE-L": "9:5:17889"},
}
Printed = tuple[list[tuple[str, int]], list[tuple[str, int]]]


class Houses(Vendor):
    """`first` has `connection_id` and is the cheaper one, `second` has `other_id`."""

    first: Simulated
    second: Simulated
    other_id: UUID
    blanks: dict[str, UUID]

    @classmethod
    async def open_both(cls, workspace: MadeWorkspace, first: Simulated, second: Running) -> Self:
        vendor = cls(workspace, first if isinstance(first, Running) else second)
        vendor.first, vendor.second, vendor.blanks = first, second, {}
        vendor.connection_id = await vendor.connect("Cheap house", to=first)
        vendor.other_id = await vendor.connect("Dear house", to=second)
        await vendor.stock_shelves()
        await vendor.ask(vendor.connection_id, dict.fromkeys(VARIANTS, CHEAP))
        await vendor.ask(vendor.other_id, dict.fromkeys(VARIANTS, DEAR))
        return vendor

    # -- arranging -----------------------------------------------------------------------------------------------------

    async def stock_shelves(self) -> None:
        """Sell every size, offered by both, with a product there where one is wanted."""
        for provider in {self.first.provider, self.second.provider}:
            self.blanks[provider] = await self._read_blank(provider)
        self.blank_id = self.blanks["printful"]
        await self.offer(list(VARIANTS), {self.connection_id: "front", self.other_id: "front"})

    async def offer(self, skus: Sequence[str], places: Mapping[UUID, str]) -> None:
        """Add a product with a variant for each SKU; `places` says for each connection where it prints it."""
        async with self.workspace.scope() as scope:
            artwork = await store_artwork(scope, picture(), "front.png")

        def made_by(connection_id: UUID, place: str, sku: str) -> dict[str, Any]:
            house = self.first if connection_id == self.connection_id else self.second
            return {
                "connection_id": str(connection_id),
                "variant": NUMBERS[house.provider].get(sku, NUMBERS[house.provider]["TEE-M"]),
                "technique": "dtg",
                "placements": [{"placement": place, "artwork_id": str(artwork.id)}],
            }

        variants = [
            {"sku": sku, "title": sku, "offers": [made_by(*each, sku) for each in places.items()]}
            for sku in skus
        ]
        wanted = msgspec.convert({"title": "Tee", "variants": variants}, CreateProduct)
        async with self.workspace.scope() as scope:
            await create_product(scope, wanted)
        await self.make_products()

    async def _read_blank(self, provider: str) -> UUID:
        external_id, numbers = BLUEPRINTS[provider], NUMBERS[provider]
        blank = Blueprint(external_id=external_id, title="Tee", techniques=("dtg",), placements=("front",))
        variants = [BlueprintVariant(external_id=number, name=sku) for sku, number in numbers.items()]
        areas = [FRONT, msgspec.structs.replace(FRONT, placement=NOWHERE)]
        async with system_scope(self.platform, "test") as scope:
            await save_blueprints(scope, provider, [blank])
            return (await save_variants(scope, provider, external_id, variants, areas)).blueprint_id

    async def make_products(self) -> None:
        """Make the products that providers want, as the engine would."""
        for row in await self._rows(select(ProvisionRow).where(ProvisionRow.run_id.is_not(None))):
            run = Run(self.platform, row.run_id, self.workspace.id, row.offer_id, provision_offer.name)
            await provision_offer.body(run)

    async def ask(self, connection_id: UUID, cents: Mapping[str, int]) -> None:
        """What a piece costs at a connection."""
        provider = (await self.connection(connection_id)).provider
        told = [
            VariantPrice(
                variant_external_id=NUMBERS[provider][sku], technique="dtg", price=Money(minor, "USD")
            )
            for sku, minor in cents.items()
        ]
        async with self.workspace.scope() as scope:
            await save_prices(scope, connection_id, self.blanks[provider], told)

    async def fall_back(self, fallback: Fallback, **rules: Any) -> None:
        async with self.workspace.scope() as scope:
            await set_rules(scope, SetRules(fallback=fallback, **rules))

    async def pause(self, connection_id: UUID, why: str = "the key was revoked") -> None:
        async with self.workspace.scope() as scope:
            await pause_connection(scope, connection_id, why)

    async def resume(self, connection_id: UUID) -> None:
        """Give it a fresh credential, which ends a pause."""
        credentials: dict[str, Any] = {"token": TOKEN}
        if (await self.connection(connection_id)).provider == "printify":
            credentials["shop_id"] = "5432"
        async with self.workspace.scope() as scope:
            await update_connection(
                scope, UpdateConnection(connection_id=connection_id, credentials=credentials)
            )

    async def unplug(self, connection_id: UUID) -> None:
        """Have nobody answer at the connection's address, so that no call is sent."""
        await self._readdress(connection_id, NOBODY)

    async def plug_in(self, connection_id: UUID) -> None:
        house = self.first if connection_id == self.connection_id else self.second
        await self._readdress(connection_id, str(house.client.base_url))

    async def _readdress(self, connection_id: UUID, base_url: str) -> None:
        wanted = update(ConnectionRow).where(ConnectionRow.id == connection_id).values(base_url=base_url)
        async with self.workspace.scope() as scope:
            await scope.session.execute(wanted)

    async def sell_what_the_first_refuses(self, sku: str) -> None:
        """Something that the first prints on a place it turns out not to have, and the second in front."""
        await self.offer([sku], {self.connection_id: NOWHERE, self.other_id: "front"})

    async def cancel_there(self, order_id: UUID, connection_id: UUID) -> None:
        """Somebody cancels what lies at one of two Printfuls in its own dashboard."""
        house = self.first if connection_id == self.connection_id else self.second
        for row in await self.submissions(order_id):
            if row.connection_id == connection_id:
                answer = await house.client.delete(f"/orders/{row.provider_order_id}")
                assert answer.status_code == 200, answer.text

    # -- looking -------------------------------------------------------------------------------------------------------

    async def told(self, order_id: UUID, event: LedgerEvent) -> Printed:
        """What each of the two ledgers says of the order: SKU and pieces of each line."""
        return await self._read(order_id, event, but_cancelled=False)

    async def made(self, order_id: UUID) -> Printed:
        """What each was told to print and was not stopped from."""
        return await self._read(order_id, LedgerEvent.CONFIRMED, but_cancelled=True)

    async def _read(self, order_id: UUID, event: LedgerEvent, *, but_cancelled: bool) -> Printed:
        refs = {row.provider_ref for row in await self.submissions(order_id)}
        skus = {line.id.hex: line.sku or "" for line in await self.lines(order_id)}

        def read(house: Simulated) -> list[tuple[str, int]]:
            ours = [line for line in house.ledger() if line.our_ref in refs]
            gone = {line.our_ref for line in ours if line.event is LedgerEvent.CANCELLED}
            wanted = [line for line in ours if line.event is event]
            return sorted(
                (skus.get(line.line_ref or "", line.sku), line.quantity)
                for line in wanted
                if not but_cancelled or line.our_ref not in gone
            )

        return read(self.first), read(self.second)

    async def holders(self, order_id: UUID) -> list[UUID]:
        """The connections that have a live part of it, in the order of their ordinals."""
        return [row.connection_id for row in await self.fulfilments(order_id) if row.given_up_at is None]
