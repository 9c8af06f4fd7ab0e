"""The peer's tables and statements."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

SCHEMA: Final = "peer"
QUEUE: Final = "peer"
SIZE: Final = 10  # of each pool, as ours

TABLES: Final = """
CREATE TABLE peer.orders (
    id uuid PRIMARY KEY,
    external_id text NOT NULL UNIQUE,
    body jsonb NOT NULL,
    provider_order_id text UNIQUE,
    shipped boolean NOT NULL DEFAULT false,
    look_asked boolean NOT NULL DEFAULT false
);
CREATE TABLE peer.steps (
    order_id uuid NOT NULL REFERENCES peer.orders,
    step text NOT NULL,
    told jsonb,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE peer.messages (id uuid PRIMARY KEY, body bytea NOT NULL, at timestamptz NOT NULL DEFAULT now());
"""

TAKE_IN: Final = text(
    "INSERT INTO peer.orders (id, external_id, body) VALUES (:id, :external_id, CAST(:body AS jsonb))"
)
KEEP: Final = text("INSERT INTO peer.messages (id, body) VALUES (:id, :body)")
ASK_FOR_LOOK: Final = text(
    "UPDATE peer.orders SET look_asked = true WHERE provider_order_id = :id AND NOT look_asked RETURNING id"
)
READ: Final = text("SELECT external_id, body, provider_order_id FROM peer.orders WHERE id = :id")
NOTE: Final = text("INSERT INTO peer.steps (order_id, step, told) VALUES (:id, :step, CAST(:told AS jsonb))")
PREPARED: Final = text("UPDATE peer.orders SET provider_order_id = :provider_id WHERE id = :id")
LOOKING: Final = text("UPDATE peer.orders SET look_asked = false WHERE id = :id RETURNING provider_order_id")
SHIPPED: Final = text("UPDATE peer.orders SET shipped = true WHERE id = :id")
COUNT_SHIPPED: Final = text("SELECT count(*) FROM peer.orders WHERE shipped")
COUNT_STEPS: Final = text("SELECT count(*) FROM peer.steps")
