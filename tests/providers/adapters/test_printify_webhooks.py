from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
import pytest

from printvision.providers.adapters.printify import Printify, webhooks
from printvision.providers.adapters.printify.webhooks import HookBody
from printvision.providers.sdk import ProviderUnintelligible, Secret
from tests.providers.adapters.printify_payloads import published

URL = "https://vendor.example/webhooks/printify/one"
SECRET = "7afa37fd47d7a52ea644382e04962a83c16aef62"
MARKED = webhooks.marked(URL, SECRET)


def hook(topic: str = "order:created", url: str = MARKED, number: int = 1) -> HookBody:
    return HookBody(str(number), topic, url)


def test_the_key_is_the_text_of_the_secret() -> None:
    body = b'{"id": "1"}'
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    assert Printify.verify_webhook(body, {"x-pfy-signature": signature}, SECRET)
    spelt = "sha256=" + hmac.new(bytes.fromhex(SECRET), body, hashlib.sha256).hexdigest()
    assert not Printify.verify_webhook(body, {"x-pfy-signature": spelt}, SECRET)


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256", "ø", "sha1=abc"])
def test_a_body_without_its_signature_is_not_believed(signature: str) -> None:
    assert not Printify.verify_webhook(b"{}", {"x-pfy-signature": signature}, SECRET)
    assert not Printify.verify_webhook(b"{}", {}, SECRET)


def test_an_empty_secret_signs_nothing() -> None:
    signature = "sha256=" + hmac.new(b"", b"{}", hashlib.sha256).hexdigest()

    assert not Printify.verify_webhook(b"{}", {"x-pfy-signature": signature}, "")


@pytest.mark.parametrize(
    ("name", "kind", "known", "order"),
    [
        ("event_order_created", "order:created", True, "5a96f649b2439217d070f507"),
        ("event_order_updated", "order:updated", True, "5a96f649b2439217d070f507"),
        ("event_order_shipment_created", "order:shipment:created", True, "5a96f649b2439217d070f507"),
        ("event_product_publish_started", "product:publish:started", False, None),
        ("event_shop_disconnected", "shop:disconnected", False, None),
    ],
)
def test_a_published_event_says_which_order_to_read(
    name: str, kind: str, known: bool, order: str | None
) -> None:
    (event,) = Printify.read_webhook(msgspec.json.encode(published(name)))

    assert (event.kind, event.known, event.provider_order_id) == (kind, known, order)
    assert event.occurred_at == datetime(2022, 5, 17, 15, tzinfo=UTC)


def test_an_event_is_told_from_another_by_more_than_its_id() -> None:
    """Their examples all have the same one."""
    names = ("event_order_created", "event_order_updated", "event_shop_disconnected")
    events = [Printify.read_webhook(msgspec.json.encode(published(name)))[0] for name in names]

    assert len({event.dedupe_key for event in events}) == 3


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff", b'{"id":"1","type":"order:created"}'])
def test_a_body_of_another_shape_is_unintelligible(body: bytes) -> None:
    with pytest.raises(ProviderUnintelligible):
        Printify.read_webhook(body)


# -- registering -------------------------------------------


def test_the_secret_follows_from_the_token_and_the_connection() -> None:
    first = webhooks.secret_for(Secret("tok-1"), URL)

    assert len(first) == 40
    assert webhooks.secret_for(Secret("tok-1"), URL.replace("vendor", "moved")) == first
    assert webhooks.secret_for(Secret("tok-2"), URL) != first
    assert webhooks.secret_for(Secret("tok-1"), URL + "2") != first


def test_the_address_shows_which_secret_it_goes_with() -> None:
    assert MARKED.startswith(f"{URL}?signed=")
    assert SECRET not in MARKED
    assert webhooks.marked(URL, "another") != MARKED


def test_what_is_registered_already_stays() -> None:
    there = [hook(topic) for topic in webhooks.TOPICS]

    assert webhooks.stale(there, MARKED) == []
    assert webhooks.missing(there, MARKED) == []


@pytest.mark.parametrize(
    "useless",
    [
        hook(url=webhooks.marked(URL, "an older secret")),
        hook(url=MARKED.replace("vendor.example", "moved.example")),
        hook(url=MARKED.replace("/one", "/an-older-connection")),
        hook(url=URL),
        hook("product:deleted"),
    ],
)
def test_ours_that_are_of_no_use_are_removed(useless: HookBody) -> None:
    there = [useless, *(hook(topic, number=2) for topic in webhooks.TOPICS[1:])]

    assert webhooks.stale(there, MARKED) == [useless]
    assert webhooks.missing(there[1:], MARKED) == ["order:created"]


def test_of_two_for_a_topic_one_is_removed() -> None:
    assert webhooks.stale([hook(number=1), hook(number=2)], MARKED) == [hook(number=2)]


def test_those_of_other_programs_are_left_alone() -> None:
    strangers = webhooks.from_hooks(published("webhooks_list_response"))

    assert webhooks.stale(strangers, MARKED) == []
    assert list(webhooks.missing(strangers, MARKED)) == list(webhooks.TOPICS)
    assert [each.host for each in strangers] == ["example.com", "example.com"]
    assert urlsplit(strangers[0].url).path == "/webhooks/order/created"
