"""Answers are compressed for whoever takes that, and stay the same thing: same version, same head, same meaning."""

from __future__ import annotations

import gzip

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from printvision.api.codings import MIN_BYTES, choose
from printvision.api.fields import any_match, entity_tag, none_match
from tests.api.wire import Wire
from tests.path.conftest import Product, order, product

__all__ = ["product"]

DOCUMENT = "/api/openapi.json"
DECODE = {"gzip": gzip.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip;q=0.9", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("*", "zstd"),
        ("*;q=0", None),
        ("gzip;q=0", None),
        ("gzip;q=0.2, identity;q=0.9", None),
        ("gzip;q=abc", None),
        (" gzip ; q=1.0 ", "gzip"),
    ],
)
def test_the_coding_is_what_the_reader_weighs_most(accept: str, coding: str | None):
    assert choose(accept) == coding


@given(st.text(max_size=200))
def test_any_field_is_read(accept: str):
    assert choose(accept) in {None, "gzip", "zstd"}


def test_a_tag_of_a_compressed_answer_is_that_of_its_version():
    tag = entity_tag(b"x")
    coded = tag[:-1] + '-gzip"'

    assert not none_match([coded], tag)
    assert any_match([coded], tag)
    assert not any_match([f"W/{coded}"], tag)
    assert not any_match([tag[:-1] + '-br"'], tag)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_what_is_compressed_is_the_same_answer(product: Product, coding: str):
    plain = await product.wire.request("GET", DOCUMENT)
    coded = await product.wire.request("GET", DOCUMENT, accept_encoding=coding)

    assert "content-encoding" not in plain.headers
    assert coded.headers["content-encoding"] == coding
    assert coded.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert DECODE[coding](coded.body) == plain.body
    assert len(coded.body) * 4 < len(plain.body)
    assert coded.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'


async def test_a_compressed_answer_is_known_again_by_its_tag(product: Product):
    first = await product.wire.request("GET", DOCUMENT, accept_encoding="gzip")

    again = await product.wire.request(
        "GET", DOCUMENT, accept_encoding="gzip", if_none_match=first.headers["etag"]
    )

    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in again.headers


async def test_a_write_takes_the_tag_of_a_compressed_answer(product: Product):
    lines = [{"sku": "SHIRT-M", "quantity": 1}] * 10  # so that it is worth compressing
    placed = (await product.client.post("/api/v1/orders", json=order(lines=lines))).json()
    path = f"/api/v1/orders/{placed['id']}"
    shown = await product.wire.request("GET", path, key=product.key, accept_encoding="zstd")
    assert len(shown.headers["etag"]) == 22 + len("-zstd")

    held = [
        await product.wire.request(
            "POST", f"{path}/hold", b'{"reason":"x"}', key=product.key, if_match=shown.headers["etag"]
        )
        for _ in range(2)
    ]

    assert [each.status for each in held] == [200, 412]


async def test_a_head_is_that_of_the_same_get(product: Product):
    for accept in ("identity", "gzip"):
        got = await product.client.get(DOCUMENT, headers={"accept-encoding": accept})
        head = await product.client.head(DOCUMENT, headers={"accept-encoding": accept})

        assert (head.status_code, head.content) == (200, b"")
        names = ("content-type", "content-length", "content-encoding", "etag", "vary")
        assert {name: head.headers.get(name) for name in names} == {
            name: got.headers.get(name) for name in names
        }


async def test_a_short_answer_stays_plain(product: Product):
    answer = await product.wire.request("GET", "/api/v1/workspace", key=product.key, accept_encoding="gzip")

    assert len(answer.body) < MIN_BYTES
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_stream_of_events_is_not_held_back(product: Product):
    path = "/api/v1/events/stream"
    async with product.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as stream:
        assert "content-encoding" not in stream.headers
        assert (await anext(stream.aiter_lines())) == "event: connected"


async def test_the_head_of_a_stream_comes_without_the_stream(product: Product):
    reply = await product.client.head("/api/v1/events/stream", timeout=5)

    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/artworks?filename=a.png", "/trpc/orders.create"])
@pytest.mark.parametrize("coding", ["gzip", "zstd", "gzip, identity", "deflate"])
async def test_a_compressed_body_is_refused_and_nothing_is_made(product: Product, path: str, coding: str):
    before = await product.counts()

    answer = await product.wire.request(
        "POST", path, gzip.compress(b"{}" * 10_000), key=product.key, content_encoding=coding
    )

    assert answer.status == 415
    problem = answer.json if "/trpc" not in path else answer.json["error"]["data"]["problem"]
    assert problem["code"] == "request/encoded-body"
    assert await product.counts() == before


async def test_identity_is_no_coding(wire: Wire):
    answer = await wire.request("POST", "/api/v1/nothing", b"{}", content_encoding="identity")

    assert answer.status == 404
