"""An offer at a provider that wants a product of it, and the carrying of that product without an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import msgspec
from sqlalchemy import select, text, update

from printvision.platform.events import EventRow
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.workflows import Run
from printvision.products import (
    NewOffer,
    Offer,
    create_product,
    ensure_provisions,
    get_offers,
    restart_lost_provisions,
)
from printvision.products.models import OfferPlacementRow, ProvisionRow
from printvision.products.workflow import provision_offer
from tests.factories.fake_provisioner import make_maker_connection
from tests.factories.products import make_artwork, make_shirt, shirt_offer, shirt_product
from tests.factories.workspaces import MadeWorkspace

MOST_RUNS = 50


@dataclass
class Bench:
    """A workspace with a connection to the workshop, a picture and the shirt in its catalogue."""

    workspace: MadeWorkspace
    connection_id: UUID
    blueprint_id: UUID
    artwork_id: UUID

    @classmethod
    async def set_up(cls, workspace: MadeWorkspace) -> Self:
        blueprint_id = await make_shirt(workspace.platform, "maker")
        connection_id = await make_maker_connection(workspace)
        return cls(workspace, connection_id, blueprint_id, (await make_artwork(workspace)).id)

    @property
    def platform(self) -> Platform:
        return self.workspace.platform

    # -- arranging -----------------------------------------------------------------------------------------------------

    def new_offer(self, **said: Any) -> NewOffer:
        return msgspec.structs.replace(shirt_offer(self.connection_id, self.artwork_id), **said)

    async def add(self, sku: str = "SHIRT-M", **said: Any) -> Offer:
        """A product with one offer, whose own product at the provider is wanted."""
        async with self.workspace.scope() as scope:
            added = await create_product(scope, shirt_product(self.new_offer(**said), skus=(sku,)))
        return added.variants[0].offers[0]

    async def change_picture(self, offer_id: UUID, artwork_id: UUID) -> None:
        async with self.workspace.scope() as scope:
            await scope.session.execute(
                update(OfferPlacementRow)
                .where(OfferPlacementRow.offer_id == offer_id)
                .values(artwork_id=artwork_id)
            )

    async def ensure(self, offer_id: UUID) -> int:
        async with self.workspace.scope() as scope:
            return await ensure_provisions(scope, (await get_offers(scope, [offer_id])).values())

    async def set_row(self, offer_id: UUID, **values: Any) -> None:
        async with self.workspace.scope() as scope:
            await scope.session.execute(
                update(ProvisionRow).where(ProvisionRow.offer_id == offer_id).values(**values)
            )

    async def lose_runs(self) -> None:
        async with system_scope(self.platform, "test") as scope:
            await scope.session.execute(text("UPDATE dbos.workflow_status SET status = 'ERROR'"))

    async def sweep(self) -> int:
        async with system_scope(self.platform, "test") as scope:
            return await restart_lost_provisions(scope)

    # -- carrying ------------------------------------------------------------------------------------------------------

    async def run_of(self, offer_id: UUID) -> Run:
        """The run that carries the product now."""
        row = await self.row(offer_id)
        assert row.run_id is not None, f"nobody carries it: {row.state}"
        return Run(self.platform, row.run_id, self.workspace.id, offer_id, provision_offer.name)

    async def carry_once(self, offer_id: UUID) -> Offer:
        await provision_offer.body(await self.run_of(offer_id))
        return await self.offer(offer_id)

    async def carry(self, offer_id: UUID) -> Offer:
        """Run after run, delays left out, as long as the row names a new one."""
        for _ in range(MOST_RUNS):
            if (await self.row(offer_id)).run_id is None:
                return await self.offer(offer_id)
            await self.carry_once(offer_id)
        raise AssertionError("the product is asked for for ever")

    # -- looking -------------------------------------------------------------------------------------------------------

    async def offer(self, offer_id: UUID) -> Offer:
        async with self.workspace.scope() as scope:
            return (await get_offers(scope, [offer_id]))[offer_id]

    async def row(self, offer_id: UUID) -> ProvisionRow:
        async with self.workspace.scope() as scope:
            return (
                await scope.session.scalars(select(ProvisionRow).where(ProvisionRow.offer_id == offer_id))
            ).one()

    async def waits_s(self, offer_id: UUID) -> float | None:
        """How long the engine keeps the run back."""
        run = await self.run_of(offer_id)
        query = text(
            "SELECT (delay_until_epoch_ms - created_at) / 1000.0 FROM dbos.workflow_status"
            " WHERE workflow_uuid = :id"
        )
        async with system_scope(self.platform, "test") as scope:
            found = (await scope.session.execute(query, {"id": run.run_id})).scalar_one()
        return None if found is None else float(found)

    async def runs(self) -> int:
        """How many runs were asked for and have not ended."""
        query = text("SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'DELAYED')")
        async with system_scope(self.platform, "test") as scope:
            return (await scope.session.execute(query)).scalar_one()

    async def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What was told about products made at providers, and about connections and prices."""
        quiet = ("products.added", "providers.connection_added")
        async with self.workspace.scope() as scope:
            rows = await scope.session.scalars(
                select(EventRow).where(EventRow.kind.not_in(quiet)).order_by(EventRow.seq)
            )
            return [
                (row.kind, row.data)
                for row in rows
                if row.kind.startswith(("products.", "catalog.", "providers."))
            ]
