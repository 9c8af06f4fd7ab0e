from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printful import Printful, webhooks
from printvision.providers.sdk import ProviderEvent
from tests.providers.adapters.printful_payloads import fixture, published
from tests.shared import shared

PUBLISHED_V2 = (
    "catalog_stock_updated",
    "mockup_task_finished",
    "order_canceled",
    "order_created",
    "order_created_example",
    "order_put_hold",
    "order_put_hold_approval",
    "order_refunded",
    "order_updated",
    "shipment_canceled",
    "shipment_put_hold",
    "shipment_remove_hold",
    "shipment_sent",
)
PUBLISHED_V1 = (
    "order_created",
    "order_failed",
    "order_put_hold",
    "order_refunded",
    "order_remove_hold",
    "order_updated",
    "package_shipped",
    "product_synced",
    "product_updated",
)
NOT_ABOUT_ORDERS = ("catalog_stock_updated", "mockup_task_finished", "product_synced", "product_updated")


def read(body: Any) -> ProviderEvent:
    return webhooks.read_event(body if isinstance(body, bytes) else msgspec.json.encode(body))


def test_read_event_takes_the_order_from_a_thin_event() -> None:
    event = read(fixture("event_shipment_sent"))

    assert msgspec.structs.replace(event, dedupe_key="") == ProviderEvent(
        dedupe_key="",
        kind="shipment_sent",
        known=True,
        occurred_at=datetime(2026, 2, 4, 15, 0, 1, tzinfo=UTC),
        provider_order_id="700100200",
        ref="0123456789abcdef0123456789abcdef",
    )


def test_read_event_takes_the_order_from_an_old_event() -> None:
    event = read(fixture("event_v1_package_shipped"))

    assert (event.kind, event.known, event.provider_order_id) == ("package_shipped", True, "700100200")
    assert event.occurred_at == datetime(2026, 2, 4, 15, 0, 1, tzinfo=UTC)


def test_a_second_delivery_has_the_same_key_however_often_it_was_tried() -> None:
    event = fixture("event_shipment_sent")

    assert read(event).dedupe_key == read(event | {"retries": 4}).dedupe_key


@pytest.mark.parametrize(
    "change",
    [
        {"type": "shipment_delivered"},
        {"occurred_at": "2026-02-04T15:00:02Z"},
        {"store_id": 32},
        {"data": {"shipment": {"id": 52, "status": "shipped"}}},
        {"data": {"shipment": {"id": 51, "status": "returned"}}},
    ],
)
def test_another_event_has_another_key(change: dict[str, Any]) -> None:
    event = fixture("event_shipment_sent")

    assert read(event).dedupe_key != read(event | change).dedupe_key


@pytest.mark.parametrize(
    "data", [None, [], "text", {}, {"order": None}, {"order": []}, {"order": {"id": None, "external_id": 5}}]
)
def test_read_event_takes_whatever_stands_in_data(data: Any) -> None:
    event = read({"type": "order_updated", "data": data})

    assert (event.kind, event.provider_order_id, event.occurred_at) == ("order_updated", None, None)


@pytest.mark.parametrize("when", ["", "yesterday", 10**30, -(10**18)])
def test_read_event_takes_a_time_that_is_none(when: Any) -> None:
    assert read({"type": "order_updated", "data": {}, "occurred_at": when}).occurred_at is None


@pytest.mark.parametrize(
    "name", [*(f"v2_event_{name}" for name in PUBLISHED_V2), *(f"v1_event_{name}" for name in PUBLISHED_V1)]
)
def test_read_event_reads_what_printful_publishes(name: str) -> None:
    body = published(name)

    event = read(body)

    said = msgspec.json.decode(body)
    order = said["data"].get("order") if isinstance(said["data"], dict) else None
    assert event.kind == said["type"]
    assert event.known is (said["type"] not in NOT_ABOUT_ORDERS)
    assert event.occurred_at is not None
    assert event.provider_order_id == (str(order["id"]) if order else None)
    assert event.dedupe_key == read(body).dedupe_key


def test_every_published_event_is_among_these() -> None:
    names = {path.stem for path in Path(shared("providers/printful")).glob("v?_event_*.json")}

    assert names == {f"v2_event_{name}" for name in PUBLISHED_V2} | {
        f"v1_event_{name}" for name in PUBLISHED_V1
    }


def test_from_registration_keeps_the_secret_apart() -> None:
    found = webhooks.from_registration(msgspec.json.decode(published("v2_webhooks_set_response")))

    assert found.secret == "0123456789abcdef..."
    assert found.raw["public_key"] == "somePublicKey"
    assert "secret_key" not in found.raw
    assert "0123456789abcdef" not in repr(found)


# -- signatures -------------------------------------------

SECRET = "8f3ad0c2b1e4f5a697887766554433221100ffeeddccbbaa9988776655443322"
BODY = b'{"type":"order_updated"}'
SIGNATURE = hmac.new(bytes.fromhex(SECRET), BODY, hashlib.sha256).hexdigest()


def signed(signature: str) -> dict[str, str]:
    return {"x-pf-webhook-signature": signature}


@pytest.mark.parametrize("signature", [SIGNATURE, SIGNATURE.upper(), f" {SIGNATURE} "])
def test_verify_accepts_the_right_signature(signature: str) -> None:
    assert Printful.verify_webhook(BODY, signed(signature), SECRET)


@pytest.mark.parametrize(
    ("body", "headers", "secret"),
    [
        (BODY + b"\n", signed(SIGNATURE), SECRET),
        (BODY, signed(SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1")), SECRET),
        (BODY, signed(""), SECRET),
        (BODY, signed("ø"), SECRET),
        (BODY, {}, SECRET),
        (BODY, signed(SIGNATURE), SECRET[:-2] + "00"),
        (BODY, signed(SIGNATURE), "not hex"),
        (BODY, signed(hmac.new(b"", BODY, hashlib.sha256).hexdigest()), ""),
        # the usual mistake: the hex text itself as the key
        (BODY, signed(hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()), SECRET),
    ],
)
def test_verify_refuses_everything_else(body: bytes, headers: dict[str, str], secret: str) -> None:
    assert not Printful.verify_webhook(body, headers, secret)


def test_verify_accepts_the_vectors_of_rfc_4231() -> None:
    cases = msgspec.json.decode(shared("vectors/webhook-signing/rfc4231_hmac.json").read_bytes())
    ours = [case for case in cases if case["alg"] == "HMAC-SHA256"]

    assert len(ours) == 3
    for case in ours:
        body = bytes.fromhex(case["msg_hex"])
        assert Printful.verify_webhook(body, signed(case["mac_hex"]), case["key_hex"])
        assert not Printful.verify_webhook(body + b"!", signed(case["mac_hex"]), case["key_hex"])
