from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from printvision.channels.shopify import verify
from printvision.cli.demo.folder import Diary, read_sent
from printvision.cli.demo.orders import Door, Fate, make_orders
from printvision.cli.demo.senders import Habits, Senders

ORDERS = make_orders(60, seed=9)
BY_SHOP = next(order for order in ORDERS if order.door is Door.SHOP and order.fate is Fate.PLAIN)
BY_API = next(order for order in ORDERS if order.door is Door.API)
SECRET, KEY = "shop-secret", "pv_key"
HURRIED = Habits(shop_pauses_s=(0,) * 8, api_pauses_s=(0,) * 3, paid_after_s=0, shop_doubles=0)


class Doors(httpx.AsyncBaseTransport):
    """Our doors as a sender meets them: each answer in turn (None: the line is dead), then 200 for ever."""

    def __init__(self, *answers: int | None) -> None:
        self.answers = list(answers)
        self.came: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.came.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if answer is None:
            raise httpx.ConnectError("nobody listens")
        return httpx.Response(answer)


@pytest.fixture
def diary(tmp_path: Path) -> Generator[Diary]:
    made = Diary(tmp_path / "sent.jsonl")
    yield made
    made.close()


def senders(diary: Diary, doors: Doors, habits: Habits = HURRIED) -> Senders:
    return Senders(
        diary,
        url="http://here",
        shop_path="/webhooks/shopify/1",
        shop_secret=SECRET,
        api_key=KEY,
        a_second=10_000,
        seed=1,
        habits=habits,
        transport=doors,
    )


async def test_the_shop_retries_the_same_bytes_until_they_are_taken(diary: Diary):
    doors = Doors(None, 503, 500)
    sending = senders(diary, doors)

    await sending.send([BY_SHOP])

    assert len(doors.came) == 4
    assert len({request.content for request in doors.came}) == 1
    assert len({request.headers["x-shopify-webhook-id"] for request in doors.came}) == 1
    assert verify(doors.came[0].content, doors.came[0].headers["x-shopify-hmac-sha256"], [SECRET])
    assert dict(sending.counts) == {"sent": 1, "accepted": 1, "retried": 3, "doubled": 0}


async def test_the_shop_gives_up_after_eight_retries(diary: Diary):
    doors = Doors(*[None] * 20)
    sending = senders(diary, doors)

    await sending.send([BY_SHOP])

    assert len(doors.came) == 9
    assert (sending.counts["given_up"], sending.counts["accepted"]) == (1, 0)


async def test_a_doubled_delivery_carries_one_id(diary: Diary):
    doors = Doors()
    sending = senders(diary, doors, replace(HURRIED, shop_doubles=1.0))

    await sending.send([BY_SHOP])

    assert len(doors.came) == 2
    assert doors.came[0].headers["x-shopify-webhook-id"] == doors.came[1].headers["x-shopify-webhook-id"]


async def test_our_api_is_asked_again_with_the_same_external_id(diary: Diary):
    doors = Doors(None, 429, 503)
    sending = senders(diary, doors)

    await sending.send([BY_API])

    assert [msgspec.json.decode(request.content)["external_id"] for request in doors.came] == [
        BY_API.external_id
    ] * 4
    assert {request.headers["authorization"] for request in doors.came} == {f"Bearer {KEY}"}
    assert sending.counts["accepted"] == 1


async def test_what_our_api_refuses_is_not_sent_again(diary: Diary):
    doors = Doors(422)
    sending = senders(diary, doors)

    await sending.send([BY_API])

    assert len(doors.came) == 1
    assert (sending.counts["refused"], sending.counts["accepted"]) == (1, 0)


async def test_what_is_sent_was_written_down_before(diary: Diary, tmp_path: Path):
    doors = Doors(*[None] * 20)

    await senders(diary, doors).send([BY_SHOP, BY_API])

    written = list(read_sent(tmp_path / "sent.jsonl"))
    assert {line.recipient for line in written} == {BY_SHOP.recipient.name, BY_API.recipient.name}
    assert len(written) == len(BY_SHOP.lines) + len(BY_API.lines)
