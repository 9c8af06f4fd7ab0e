"""What strangers and broken shops send is refused by a problem document, makes no order, and harms nothing else."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import httpx
import msgspec
import pytest

from printvision.channels.shopify import sign
from tests.path.conftest import SHOP_SECRET, Product, order


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    document = answer.json()
    assert (answer.status_code, document["code"]) == (status, code), document
    assert document["title"]
    assert document["action"]
    return document


async def unharmed(product: Product, before: dict[str, int]) -> None:
    """Nothing was made, and the next good order goes through."""
    assert await product.counts() == before
    answer = await product.client.post("/api/v1/orders", json=order(external_id="the next one"))
    assert answer.status_code == 201, answer.text


BAD_ORDERS: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown SKU": ({"lines": [{"sku": "NO-SUCH", "quantity": 1}]}, 422, "orders/unknown-sku"),
    "unknown currency": ({"currency": "QQQ"}, 422, "money/unknown-currency"),
    "zero quantity": ({"lines": [{"sku": "SHIRT-M", "quantity": 0}]}, 400, "invalid-input"),
    "negative quantity": ({"lines": [{"sku": "SHIRT-M", "quantity": -3}]}, 400, "invalid-input"),
    "no lines": ({"lines": []}, 400, "invalid-input"),
    "no country": (
        {"recipient": {"name": "A", "line1": "B", "city": "C", "postal_code": "1", "country": "ZZ"}},
        422,
        "orders/invalid-address",
    ),
    "impossible postal code": (
        {"recipient": order()["recipient"] | {"postal_code": "not a code"}},
        422,
        "orders/invalid-address",
    ),
    "unknown field": ({"discount": 5}, 400, "invalid-input"),
    "unknown shop": ({"shop": "Nowhere"}, 404, "not-found"),
    "price without currency": (
        {"lines": [{"sku": "SHIRT-M", "quantity": 1, "unit_price": "5.00"}]},
        422,
        "rule-broken",
    ),
}


@pytest.mark.parametrize("name", BAD_ORDERS)
async def test_a_bad_order_is_refused_and_not_made(product: Product, name: str) -> None:
    changes, status, code = BAD_ORDERS[name]
    before = await product.counts()

    refused(await product.client.post("/api/v1/orders", json=order(**changes)), status, code)

    await unharmed(product, before)


BAD_BODIES: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"{external_id: 1}", 400),
    "cut off": (b'{"external_id": "A-1", "recipient": {', 400),
    "deep": (b'{"external_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "not UTF-8": (b'{"external_id": "\xff\xfe"}', 400),
    "10 MB": (b'{"external_id": "' + b"A" * 10_000_000 + b'"}', 413),
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_a_bad_body_is_refused(product: Product, name: str) -> None:
    body, status = BAD_BODIES[name]
    before = await product.counts()

    # in bytes, since a client of its own mind gives up when it is cut off in the middle of a large body
    answer = await product.wire.request("POST", "/api/v1/orders", body, key=product.key)

    assert answer.status == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    await unharmed(product, before)


async def test_a_webhook_with_a_wrong_signature_is_not_stored(product: Product) -> None:
    before = await product.counts()
    body = msgspec.json.encode({"id": 1})

    answer = await product.client.post(
        f"/webhooks/shopify/{product.shop_id}",
        content=body,
        headers={"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": sign(body, "another secret")},
    )

    refused(answer, 401, "webhooks/shop-signature")
    await unharmed(product, before)


async def test_a_webhook_sent_again_is_stored_once(product: Product) -> None:
    body = msgspec.json.encode({"id": 1})
    headers = {
        "x-shopify-topic": "orders/create",
        "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "x-shopify-hmac-sha256": sign(body, SHOP_SECRET),
    }
    address = f"/webhooks/shopify/{product.shop_id}"

    first = await product.client.post(address, content=body, headers=headers)
    again = await product.client.post(address, content=body, headers=headers)

    assert (first.status_code, first.json()["status"]) == (200, "stored")
    assert again.json() == {"status": "known", "id": first.json()["id"]}
    assert (await product.counts())["messages"] == 1


async def test_a_picture_of_one_pixel_is_kept_but_not_put_on_a_product(product: Product) -> None:
    uploaded = await product.client.post(
        "/api/v1/artworks?filename=dot.png", content=png(1, 1), headers={"content-type": "image/png"}
    )
    assert uploaded.status_code == 201, uploaded.text
    before = await product.counts()
    offer = {
        "connection_id": str(product.connection_id),
        "variant": "4011",
        "technique": "dtg",
        "placements": [{"placement": "front", "artwork_id": uploaded.json()["id"]}],
    }

    answer = await product.client.post(
        "/api/v1/products",
        json={"title": "Dot", "variants": [{"sku": "DOT", "title": "Dot", "offers": [offer]}]},
    )

    refused(answer, 422, "artwork/too-small")
    await unharmed(product, before)


async def test_a_decompression_bomb_is_refused_before_it_is_unpacked(product: Product) -> None:
    before = await product.counts()

    answer = await product.client.post(
        "/api/v1/artworks?filename=bomb.png",
        content=png(20_100, 20_100),
        headers={"content-type": "image/png"},
    )

    refused(answer, 422, "artwork/too-large")
    await unharmed(product, before)


def png(width: int, height: int) -> bytes:
    """A black PNG; the rows of a large one are packed to a thousandth."""
    packer = zlib.compressobj()
    rows = b"".join(packer.compress(b"\x00" * (width + 1)) for _ in range(height)) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
