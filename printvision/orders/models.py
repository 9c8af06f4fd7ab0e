"""Tables of orders and of what was given to providers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from printvision.orders.states import RecallFor, Stage, SubmissionState
from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


def _workspace() -> Mapped[UUID]:
    return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class OrderRow(Model):
    """One order, whichever door it came by. `source` (sealed) is the neutral order with the shop's own words in it.

    A `test` order was made by a test key, and goes to sandboxes alone.

    `run_id` is the last run enqueued for it and `run_at` when it begins, `run_failures` how often in a row one broke,
    `waits` how often in a row routing found a provider unavailable; `held_at` set means that it
    waits for a person; `not_before` ends the send window. `recall_at` asks the run to take back what lies at
    providers, and `recall_for` says what is done once that is proved. `excluded` are the connections that shall not get
    it any more. `recipient` (sealed) is an address that a person set over the shop's, and `recipient_wanted` one that
    takes its place once what was sent with the old one is taken back. `by_hand` is how a person sent it,
    `reprint_reason` why lines are ordered anew, until they are routed.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("workspace_id", "shop_id", "external_id"),
        _one_of("stage", Stage),
        CheckConstraint("(held_at IS NULL) = (hold_reason IS NULL)", name="hold"),
        CheckConstraint("(recall_at IS NULL) = (recall_for IS NULL)", name="recall"),
        _one_of("recall_for", RecallFor),
        Index(None, "workspace_id", "id"),
        Index("ix_orders_workspace_shop", "workspace_id", "shop_id", "id"),
        Index("ix_orders_workspace_number", "workspace_id", "number"),
        Index("ix_orders_workspace_received", "workspace_id", "received_at"),
        Index("ix_orders_workspace_placed", "workspace_id", "placed_at", "id"),
        Index("ix_orders_workspace_stage", "workspace_id", "stage", "id"),
        Index("ix_orders_workspace_country", "workspace_id", "country", "id"),
        Index("ix_orders_held", "workspace_id", "held_at", postgresql_where=text("held_at IS NOT NULL")),
        Index(
            "ix_orders_under_way",
            "id",
            postgresql_where=text("stage IN ('received', 'checked', 'routed') AND held_at IS NULL"),
        ),
        Index("ix_orders_recalled", "id", postgresql_where=text("recall_at IS NOT NULL")),
    )
    __system__: ClassVar[str] = "the sweeper looks for orders without a run"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    shop_id: Mapped[UUID] = mapped_column(ForeignKey("shops.id"))
    external_id: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    source: Mapped[bytes] = mapped_column(LargeBinary)
    source_digest: Mapped[bytes] = mapped_column(LargeBinary)
    source_updated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    currency: Mapped[str] = mapped_column(Text)
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    country: Mapped[str | None] = mapped_column(Text)
    test: Mapped[bool] = mapped_column(server_default=text("false"))
    stage: Mapped[str] = mapped_column(Text, default=Stage.RECEIVED)
    reason: Mapped[str | None] = mapped_column(Text)
    hold_reason: Mapped[str | None] = mapped_column(Text)
    hold_detail: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime | None] = mapped_column(UtcTime)
    released: Mapped[list[str]] = mapped_column(default=list)  # hold reasons a person has waved through
    not_before: Mapped[datetime | None] = mapped_column(UtcTime)
    recall_at: Mapped[datetime | None] = mapped_column(UtcTime)
    recall_for: Mapped[str | None] = mapped_column(Text)
    recall_reason: Mapped[str | None] = mapped_column(Text)
    recall_refused: Mapped[str | None] = mapped_column(Text)
    excluded: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    recipient: Mapped[bytes | None] = mapped_column(LargeBinary)
    recipient_wanted: Mapped[bytes | None] = mapped_column(LargeBinary)
    by_hand: Mapped[dict[str, Any] | None]
    reprint_reason: Mapped[str | None] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(UtcTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    stage_at: Mapped[datetime] = mapped_column(UtcTime)
    run_id: Mapped[str | None] = mapped_column(Text)
    run_at: Mapped[datetime | None] = mapped_column(UtcTime)
    run_failures: Mapped[int] = mapped_column(Integer, default=0)
    waits: Mapped[int] = mapped_column(Integer, default=0)


class LineRow(Model):
    """One line. `printable` is how many of it are to be printed; `reason` says why not all; `reprints` are pieces that
    a person had printed on top of them.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("printable >= 0 AND printable <= quantity", name="printable"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("reprints >= 0", name="reprints"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    external_id: Mapped[str] = mapped_column(Text)
    sku: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(Integer)
    printable: Mapped[int] = mapped_column(Integer, default=0)
    reprints: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str | None] = mapped_column(Text)


class FulfilmentRow(Model):
    """The part of an order given to one provider.

    `progress` only grows; `ending` is set when it will not be printed; `hold` is why the provider holds it.
    `look_at` is when the provider is asked next, `look_run_id` the run that will. `told` (sealed) is the provider's own
    last word, unknown fields included; `as_of` (their time) and `read_at` (ours) say which reading that was.
    `recalled_at` asks for it back; `given_up_at` is when it was proved that this provider does not print it and its
    lines were free for another: from then on it is history. `reprint_reason` is set on an intended second print.
    """

    __tablename__ = "fulfilments"
    __table_args__ = (
        UniqueConstraint("order_id", "ordinal"),
        Index("ix_fulfilments_look", "look_at", postgresql_where=text("look_at IS NOT NULL")),
        Index(None, "connection_id"),
    )
    __system__: ClassVar[str] = "the sweeper asks providers whose webhooks are silent"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    ordinal: Mapped[int] = mapped_column(Integer)
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id"))
    provider: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    generation: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[str | None] = mapped_column(Text)
    ending: Mapped[str | None] = mapped_column(Text)
    status_word: Mapped[str | None] = mapped_column(Text)
    told: Mapped[bytes | None] = mapped_column(LargeBinary)
    hold: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[datetime | None] = mapped_column(UtcTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cost_minor: Mapped[int | None] = mapped_column(BigInteger)
    cost_currency: Mapped[str | None] = mapped_column(Text)
    look_at: Mapped[datetime | None] = mapped_column(UtcTime)
    looks: Mapped[int] = mapped_column(Integer, default=0)
    look_run_id: Mapped[str | None] = mapped_column(Text)
    recalled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reprint_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class FulfilmentLineRow(Model):
    __tablename__ = "fulfilment_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    fulfilment_id: Mapped[UUID] = mapped_column(
        ForeignKey("fulfilments.id", ondelete="CASCADE"), primary_key=True
    )
    line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID] = _workspace()
    offer_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(Integer)


class SubmissionRow(Model):
    """One try to give a fulfilment to its provider. Its reference is committed before the first call and never changes.

    `attempt` and `owner` are the owner check: whoever is about to call takes the next attempt, and whoever finds that
    the attempt has moved on stops. `in_doubt`: a call that would put it there was begun and its end is not known, so
    nobody can say that the provider does not have it.
    """

    __tablename__ = "submissions"
    __system__: ClassVar[str] = "the sweeper looks for drafts that would begin by themselves"
    __table_args__ = (
        UniqueConstraint("fulfilment_id", "generation"),
        UniqueConstraint("provider_ref"),
        Index(None, "provider_order_id"),
        Index(
            "ix_submissions_drafts", "fulfilment_id", postgresql_where=text("state = 'prepared' OR in_doubt")
        ),
        _one_of("state", SubmissionState),
        CheckConstraint("length(provider_ref) = 32", name="ref"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    fulfilment_id: Mapped[UUID] = mapped_column(ForeignKey("fulfilments.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id"))
    generation: Mapped[int] = mapped_column(Integer)
    provider_ref: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=SubmissionState.PLANNED)
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str | None] = mapped_column(Text)
    provider_order_id: Mapped[str | None] = mapped_column(Text)
    in_doubt: Mapped[bool] = mapped_column(default=False)
    unknown_outcomes: Mapped[int] = mapped_column(Integer, default=0)
    unknown_resolved: Mapped[int] = mapped_column(Integer, default=0)
    refusals: Mapped[int] = mapped_column(
        Integer, default=0
    )  # tries in a row that found the provider unavailable
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    prepared_at: Mapped[datetime | None] = mapped_column(UtcTime)
    committed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ShipmentRow(Model):
    """A parcel. Its state only grows; a return ends it."""

    __tablename__ = "shipments"
    __table_args__ = (UniqueConstraint("fulfilment_id", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    fulfilment_id: Mapped[UUID] = mapped_column(ForeignKey("fulfilments.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    carrier: Mapped[str | None] = mapped_column(Text)
    service: Mapped[str | None] = mapped_column(Text)
    tracking_number: Mapped[str | None] = mapped_column(Text)
    tracking_url: Mapped[str | None] = mapped_column(Text)
    shipped_at: Mapped[datetime | None] = mapped_column(UtcTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    lines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    raw: Mapped[dict[str, Any]] = mapped_column(default=dict)


class DecisionRow(Model):
    """Why a route was chosen; append-only."""

    __tablename__ = "route_decisions"
    __table_args__ = (Index(None, "order_id", "id"), Index(None, "workspace_id", "decided_at"))
    __system__: ClassVar[str] = "the sweeper asks which paused connection kept an order from a route"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = _workspace()
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    decided_at: Mapped[datetime] = mapped_column(UtcTime)
    record: Mapped[dict[str, Any]]
