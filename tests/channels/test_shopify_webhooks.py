"""Who sent a webhook, and what its headers claim."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.channels.shopify import Delivery, read_headers, sign, verify
from tests.shared import shared


def published() -> list[dict[str, Any]]:
    return json.loads(shared("vectors/webhook-signing/vendor_hmac.json").read_text(encoding="utf-8"))[
        "shopify"
    ]["cases"]


def test_it_agrees_with_the_published_signatures():
    verdicts = {
        case["name"]: verify(case["body"].encode(), case["header"]["X-Shopify-Hmac-Sha256"], [case["secret"]])
        for case in published()
    }

    assert verdicts == {"published pair": True, "same body, hex instead of base64": False}


def test_it_signs_as_published():
    case = published()[0]

    assert sign(case["body"].encode(), case["secret"]) == case["header"]["X-Shopify-Hmac-Sha256"]


def test_it_accepts_the_old_secret_and_the_new_one():
    signature = sign(b"{}", "old")

    assert verify(b"{}", signature, ["new", "old"])
    assert not verify(b"{}", signature, ["new"])


@pytest.mark.parametrize("signature", [None, "", " ", "é", "\udcff", "a" * 100_000])
def test_it_refuses_what_is_no_signature(signature: str | None):
    assert not verify(b"{}", signature, ["secret"])


def test_it_lets_no_empty_secret_sign():
    assert not verify(b"{}", sign(b"{}", ""), [""])
    assert not verify(b"{}", sign(b"{}", ""), [])


@given(
    st.binary(max_size=64),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    st.binary(max_size=64),
)
def test_it_accepts_exactly_the_bytes_that_were_signed(body: bytes, secret: str, other: bytes):
    signature = sign(body, secret)

    assert verify(body, signature, [secret])
    assert verify(other, signature, [secret]) == (other == body)


def test_it_reads_the_headers_whatever_their_case():
    delivery = read_headers(
        {
            "x-shopify-topic": "orders/create",
            "X-Shopify-Shop-Domain": "Ada-Prints.myshopify.com",
            "X-SHOPIFY-WEBHOOK-ID": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
            "X-Shopify-Triggered-At": "2026-03-02T09:59:00.123456789-05:00",
            "X-Shopify-API-Version": "2026-01",
            "X-Shopify-Hmac-SHA256": "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=",
        }
    )

    assert delivery == Delivery(
        topic="orders/create",
        shop_domain="ada-prints.myshopify.com",
        webhook_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        event_id="98880550-7158-44d4-b7cd-2c97c8a091b5",
        triggered_at=datetime(2026, 3, 2, 14, 59, 0, 123457, tzinfo=UTC),
        api_version="2026-01",
        signature="QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=",
    )


NOTHING = Delivery(
    topic=None,
    shop_domain=None,
    webhook_id=None,
    event_id=None,
    triggered_at=None,
    api_version=None,
    signature=None,
)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Shopify-Topic": " "},
        {"X-Shopify-Shop-Domain": "evil.example"},
        {"X-Shopify-Shop-Domain": "ada.myshopify.com.evil.example"},
        {"X-Shopify-Shop-Domain": "-ada.myshopify.com"},
        {"X-Shopify-Webhook-Id": "x" * 256},
        {"X-Shopify-Event-Id": "a\x00b"},
        {"X-Shopify-Triggered-At": "yesterday"},
        {"X-Shopify-Triggered-At": "2026-03-02T09:59:00"},
        {"X-Shopify-Triggered-At": "0001-01-01T00:00:00+10:00"},
        {"X-Shopify-API-Version": "２０２６"},
    ],
)
def test_it_takes_an_odd_header_as_missing(headers: dict[str, str]):
    assert read_headers(headers) == NOTHING


@given(st.dictionaries(st.sampled_from(["X-Shopify-Topic", "X-Shopify-Triggered-At"]), st.text(max_size=40)))
def test_it_reads_any_headers(headers: dict[str, str]):
    assert read_headers(headers).webhook_id is None
