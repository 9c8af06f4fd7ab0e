"""A vendor with a shop, a connection to a simulated Printful and a product of three sizes.

No engine runs: a test carries an order itself, run after run, and asks the queue what else was wanted and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self
from uuid import UUID

import msgspec
import pyvips
from sqlalchemy import select, update

from printvision.artwork import store_artwork
from printvision.catalog import save_blueprints, save_prices, save_stock, save_variants
from printvision.channels import AddShop, ShopKind, add_shop
from printvision.channels.api_orders import OrderInput
from printvision.orders import placing
from printvision.orders.models import (
    DecisionRow,
    FulfilmentRow,
    LineRow,
    OrderRow,
    ShipmentRow,
    SubmissionRow,
)
from printvision.platform import clock
from printvision.platform.events import EventRow
from printvision.platform.money import Money
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, Principal, system_scope, workspace_scope
from printvision.products import CreateProduct, create_product
from printvision.providers import find_connection
from printvision.providers.schemas import AddConnection, ConnectionView, UpdateConnection
from printvision.providers.sdk import (
    Blueprint,
    BlueprintVariant,
    PrintArea,
    StockState,
    VariantPrice,
    VariantStock,
)
from printvision.providers.service import add_connection, update_connection
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.workspaces.schemas import UpdateWorkspace
from printvision.workspaces.service import update_workspace
from tests.factories.workspaces import MadeWorkspace
from tests.providers.simulators.running import TOKEN, Running, Simulated
from tests.waiting import until

BLANK = "71"
VARIANTS = {"TEE-S": "4011", "TEE-M": "4012", "TEE-L": "4013"}
PRICES = dict.fromkeys(VARIANTS, 1169)
FRONT = PrintArea(placement="front", technique="dtg", width_px=300, height_px=400, dpi=150)
BUYER = {
    "name": "Odalys Wexford",
    "line1": "77 Quillback Row",
    "city": "Austin",
    "region": "TX",
    "postal_code": "73301",
    "country": "US",
    "email": "odalys@wexford.example",
    "phone": "+1 512 555 0148",
}
SHOP_SECRET = "shpss_simulated"


class Vendor:
    """What a test arranges, and where it looks. `connection_id` is the connection that `open` makes."""

    def __init__(self, workspace: MadeWorkspace, printful: Running) -> None:
        self.workspace = workspace
        self.printful = printful
        self.connection_id: UUID
        self.blank_id: UUID

    @classmethod
    async def open(cls, workspace: MadeWorkspace, printful: Running) -> Self:
        """Sells every size, made by one live connection."""
        vendor = cls(workspace, printful)
        vendor.connection_id = await vendor.connect()
        vendor.blank_id = await vendor.read_catalogue()
        await vendor.price(vendor.connection_id)
        await vendor.sell(list(VARIANTS), [vendor.connection_id])
        return vendor

    @property
    def platform(self) -> Platform:
        return self.workspace.platform

    # -- arranging -----------------------------------------------------------------------------------------------------

    async def connect(
        self,
        name: str = "Print house",
        *,
        live: bool = True,
        token: str = TOKEN,
        to: Simulated | None = None,
    ) -> UUID:
        """A connection to the vendor's Printful, or to another simulated provider."""
        to = to or self.printful
        wanted = AddConnection(
            provider=to.provider,
            name=name,
            credentials={"token": token, **({"shop_id": "5432"} if to.provider == "printify" else {})},
            live=live,
            base_url=str(to.client.base_url),
            requests_a_minute=60_000,
        )
        async with self.workspace.scope() as scope:
            return (await add_connection(scope, wanted)).id

    async def read_catalogue(self) -> UUID:
        """Know the one blank that everything here is printed on; its id."""
        blank = Blueprint(external_id=BLANK, title="Tee", techniques=("dtg",), placements=("front",))
        variants = [BlueprintVariant(external_id=number, name=sku) for sku, number in VARIANTS.items()]
        async with system_scope(self.platform, "test") as scope:
            await save_blueprints(scope, "printful", [blank])
            return (await save_variants(scope, "printful", BLANK, variants, [FRONT])).blueprint_id

    async def price(self, connection_id: UUID, cents: Mapping[str, int] = PRICES) -> None:
        told = [
            VariantPrice(variant_external_id=VARIANTS[sku], technique="dtg", price=Money(minor, "USD"))
            for sku, minor in cents.items()
        ]
        async with self.workspace.scope() as scope:
            await save_prices(scope, connection_id, self.blank_id, told)

    async def stock(self, connection_id: UUID, states: Mapping[str, StockState]) -> None:
        told = [
            VariantStock(variant_external_id=VARIANTS[sku], region="worldwide", technique="dtg", state=state)
            for sku, state in states.items()
        ]
        async with self.workspace.scope() as scope:
            await save_stock(scope, connection_id, self.blank_id, told)

    async def sell(self, skus: Sequence[str], connection_ids: Sequence[UUID]) -> None:
        """Add a product with a variant for each SKU, which any of the connections can make."""
        async with self.workspace.scope() as scope:
            artwork = await store_artwork(scope, picture(), "front.png")
        placement = {"placement": "front", "artwork_id": str(artwork.id)}

        def variant(sku: str) -> dict[str, Any]:
            made = {"variant": VARIANTS.get(sku, "4011"), "technique": "dtg", "placements": [placement]}
            offers = [{"connection_id": str(connection_id), **made} for connection_id in connection_ids]
            return {"sku": sku, "title": sku, "offers": offers}

        product = {"title": "Tee", "variants": [variant(sku) for sku in skus]}
        async with self.workspace.scope() as scope:
            await create_product(scope, msgspec.convert(product, CreateProduct))

    async def open_shop(self, **changes: Any) -> UUID:
        """A Shopify shop whose orders count from the year 2000."""
        wanted: dict[str, Any] = {
            "kind": ShopKind.SHOPIFY,
            "name": "Tee shop",
            "secret": Secret(SHOP_SECRET),
            "orders_from": datetime(2000, 1, 1, tzinfo=UTC),
        }
        async with self.workspace.scope() as scope:
            return (await add_shop(scope, AddShop(**wanted | changes))).id

    async def place(
        self,
        external_id: str = "1001",
        lines: Mapping[str, int] | None = None,
        *,
        test: bool = False,
        **changes: Any,
    ) -> UUID:
        """An order by our own API, or by a test key: of one tee where nothing else is said."""
        wanted = [{"sku": sku, "quantity": pieces} for sku, pieces in (lines or {"TEE-M": 1}).items()]
        body = {"external_id": external_id, "recipient": BUYER, "lines": wanted} | changes
        who = Principal(Actor.KEY, "test", test=test)
        async with workspace_scope(self.platform, self.workspace.id, who) as scope:
            return await placing.place_order(scope, msgspec.convert(body, OrderInput))

    async def set(self, order_id: UUID, **columns: Any) -> None:
        """Put the order's row into a state that would take long to come about."""
        async with self.workspace.scope() as scope:
            await scope.session.execute(update(OrderRow).where(OrderRow.id == order_id).values(**columns))

    async def set_submission(self, order_id: UUID, **columns: Any) -> None:
        """The same for its current try."""
        wanted = update(SubmissionRow).where(SubmissionRow.id == (await self.submission(order_id)).id)
        async with self.workspace.scope() as scope:
            await scope.session.execute(wanted.values(**columns))

    async def silent(self, order_id: UUID) -> None:
        """Have its provider's webhooks been silent for as long as they may be."""
        due = update(FulfilmentRow).where(FulfilmentRow.order_id == order_id).values(look_at=clock.now())
        async with self.workspace.scope() as scope:
            await scope.session.execute(due)

    async def switch(self, *, live: bool) -> None:
        """Turn the connection's live switch."""
        async with self.workspace.scope() as scope:
            await update_connection(scope, UpdateConnection(connection_id=self.connection_id, live=live))

    async def give_time_to_think(self, minutes: int = 30) -> None:
        """Have orders wait before they are sent."""
        async with self.workspace.scope() as scope:
            await update_workspace(scope, UpdateWorkspace(send_window_minutes=minutes))

    async def window_over(self, order_id: UUID) -> None:
        await self.set(order_id, not_before=clock.now() - timedelta(seconds=1))

    # -- looking -------------------------------------------------------------------------------------------------------

    async def _rows(self, query: Any) -> list[Any]:
        async with self.workspace.scope() as scope:
            return list((await scope.session.execute(query)).scalars())

    async def order(self, order_id: UUID) -> OrderRow:
        return (await self._rows(select(OrderRow).where(OrderRow.id == order_id)))[0]

    async def orders(self) -> list[OrderRow]:
        return await self._rows(select(OrderRow).order_by(OrderRow.id))

    async def lines(self, order_id: UUID) -> list[LineRow]:
        return await self._rows(
            select(LineRow).where(LineRow.order_id == order_id).order_by(LineRow.position)
        )

    async def fulfilments(self, order_id: UUID) -> list[FulfilmentRow]:
        return await self._rows(
            select(FulfilmentRow).where(FulfilmentRow.order_id == order_id).order_by(FulfilmentRow.ordinal)
        )

    async def fulfilment(self, order_id: UUID) -> FulfilmentRow:
        (only,) = await self.fulfilments(order_id)
        return only

    async def submissions(self, order_id: UUID) -> list[SubmissionRow]:
        """All tries, the first one first."""
        return await self._rows(
            select(SubmissionRow)
            .join(FulfilmentRow, FulfilmentRow.id == SubmissionRow.fulfilment_id)
            .where(FulfilmentRow.order_id == order_id)
            .order_by(FulfilmentRow.ordinal, SubmissionRow.generation)
        )

    async def submission(self, order_id: UUID) -> SubmissionRow:
        """The current try."""
        return (await self.submissions(order_id))[-1]

    async def shipments(self, order_id: UUID) -> list[ShipmentRow]:
        return await self._rows(
            select(ShipmentRow)
            .join(FulfilmentRow, FulfilmentRow.id == ShipmentRow.fulfilment_id)
            .where(FulfilmentRow.order_id == order_id)
            .order_by(ShipmentRow.id)
        )

    async def decisions(self, order_id: UUID) -> list[dict[str, Any]]:
        """The records, the oldest first."""
        rows = await self._rows(
            select(DecisionRow).where(DecisionRow.order_id == order_id).order_by(DecisionRow.id)
        )
        return [row.record for row in rows]

    async def connection(self, connection_id: UUID) -> ConnectionView:
        async with self.workspace.scope() as scope:
            found = await find_connection(scope, connection_id)
        assert found is not None
        return found

    async def story(self, order_id: UUID) -> list[str]:
        """The order's events in order, each with the word that tells most: `advanced sent`, `held unpaid`."""
        rows = await self._rows(
            select(EventRow).where(EventRow.subject_id == order_id).order_by(EventRow.seq)
        )
        return [_told(row) for row in rows]

    async def printed(self, order_id: UUID) -> list[tuple[str, int]]:
        """What was really ordered to be printed for it, by any of its references: SKU and pieces of each line."""
        return await self.ledger(order_id, LedgerEvent.CONFIRMED)

    async def ledger(self, order_id: UUID, event: LedgerEvent) -> list[tuple[str, int]]:
        refs = {row.provider_ref for row in await self.submissions(order_id)}
        lines = [line for line in self.printful.ledger() if line.our_ref in refs and line.event is event]
        return sorted((line.sku, line.quantity) for line in lines)

    async def until_delivered_there(self, order_id: UUID) -> None:
        """Wait for the provider to have it at the buyer's door, of which nobody has told us."""

        async def delivered() -> bool:
            return bool(await self.ledger(order_id, LedgerEvent.DELIVERED))

        await until(delivered)


def _told(row: EventRow) -> str:
    words = [str(row.data[name]) for name in ("stage", "reason", "state", "call") if row.data.get(name)]
    return " ".join([row.kind.removeprefix("orders."), *words])


@cache
def picture() -> bytes:
    """A picture that fits `FRONT`."""
    plain = pyvips.Image.black(FRONT.width_px, FRONT.height_px, bands=3).linear(1, [200, 80, 40])
    return plain.cast("uchar").write_to_buffer(".png")
