"""The doors as the outside finds them: a problem document for everything that is not let in."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx
import pytest

from printvision.app import create_app
from printvision.platform.settings import Settings
from printvision.webhooks.batches import Bounds
from printvision.webhooks.receiving import ArrivalBatches
from tests.api.conftest import opener, running
from tests.webhooks.conftest import Doors, order, printful_event, printful_headers, shopify_headers

JSON = {"content-type": "application/json"}


@pytest.fixture
async def outside(doors: Doors, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(settings, opener=opener(doors.platform))
    async with (
        running(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://printvision.test") as client,
    ):
        yield client


def shop_door(doors: Doors) -> str:
    return f"/webhooks/shopify/{doors.shop_id}"


def printful_door(doors: Doors) -> str:
    return f"/webhooks/printful/{doors.connection_id}"


async def test_a_delivery_is_answered_once_it_is_stored(outside: httpx.AsyncClient, doors: Doors):
    body = order()
    headers = JSON | shopify_headers(body, webhook_id="w-1")

    first = await outside.post(shop_door(doors), content=body, headers=headers)
    again = await outside.post(shop_door(doors), content=body, headers=headers)

    [row] = await doors.messages()
    assert (first.status_code, first.json()) == (200, {"status": "stored", "id": str(row.id)})
    assert (again.status_code, again.json()) == (200, {"status": "known", "id": str(row.id)})
    assert row.deliveries == 2


async def test_a_providers_delivery_is_answered_the_same_way(outside: httpx.AsyncClient, doors: Doors):
    body = printful_event()

    answer = await outside.post(printful_door(doors), content=body, headers=JSON | printful_headers(body))

    assert (answer.status_code, answer.json()["status"]) == (200, "stored")
    assert len(await doors.messages()) == 1


async def test_the_body_is_taken_as_it_is_whatever_type_it_claims(outside: httpx.AsyncClient, doors: Doors):
    body = order()

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"content-type": kind} | shopify_headers(body)
        assert (await outside.post(shop_door(doors), content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("door", "code"),
    [(shop_door, "webhooks/shop-signature"), (printful_door, "webhooks/bad-signature")],
    ids=["shop", "provider"],
)
async def test_a_call_that_nobody_signed_is_refused(outside: httpx.AsyncClient, doors: Doors, door, code):
    answer = await outside.post(door(doors), content=order(), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert await doors.messages() == []


async def test_a_signed_call_that_is_no_event_is_refused(outside: httpx.AsyncClient, doors: Doors):
    body = b'{"type":'

    answer = await outside.post(printful_door(doors), content=body, headers=JSON | printful_headers(body))

    assert answer.json()["code"] == "providers/unintelligible"
    assert await doors.messages() == []


@pytest.mark.parametrize(
    "path", ["/webhooks/shopify/{id}", "/webhooks/printful/{id}", "/webhooks/nobody/{id}"]
)
async def test_a_door_that_is_not_there_is_not_found(outside: httpx.AsyncClient, doors: Doors, path: str):
    body = order()

    answer = await outside.post(
        path.format(id=uuid4()), content=body, headers=shopify_headers(body) | printful_headers(body)
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert await doors.messages() == []


@pytest.mark.parametrize("door", [shop_door, printful_door], ids=["shop", "provider"])
async def test_ten_megabytes_are_refused_though_they_are_signed(
    outside: httpx.AsyncClient, doors: Doors, door
):
    body = order(note="x" * 10_000_000)
    headers = JSON | shopify_headers(body) | printful_headers(body)

    answer = await outside.post(door(doors), content=body, headers=headers)

    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert await doors.messages() == []


async def test_nothing_of_a_refused_call_is_repeated_to_its_sender(outside: httpx.AsyncClient, doors: Doors):
    body = order(note="Jane Doe")

    answer = await outside.post(shop_door(doors), content=body, headers=JSON)

    assert "Jane" not in answer.text


async def test_what_finds_no_room_is_told_to_come_again(outside: httpx.AsyncClient, doors: Doors):
    doors.platform.extras[ArrivalBatches] = ArrivalBatches(doors.platform, Bounds(waiting=0))
    body = order()

    answer = await outside.post(shop_door(doors), content=body, headers=JSON | shopify_headers(body))

    assert (answer.status_code, answer.json()["code"]) == (503, "webhooks/too-busy")
    assert answer.headers["retry-after"] == "5"
    assert await doors.messages() == []
