from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from itertools import islice

import msgspec
import pytest

from printvision.channels.shopify import from_shopify_delivery, read_headers, verify
from printvision.cli.demo.assortment import PRODUCTS, articles
from printvision.cli.demo.buyers import buyers
from printvision.cli.demo.orders import ODD, DemoOrder, Door, Fate, make_orders
from printvision.cli.demo.shop import deliveries
from printvision.orders.address import check_address
from printvision.orders.gate import Outcome, decide

SKUS = {article.sku for _, article in articles()}
ORDERS = make_orders(200, seed=1)


def test_the_same_seed_makes_the_same_orders():
    assert make_orders(50, seed=4) == make_orders(50, seed=4)
    assert make_orders(50, seed=4) != make_orders(50, seed=5)


def test_recipients_live_in_twenty_countries_and_are_told_apart():
    people = list(islice(buyers(random.Random(1)), 5_000))

    assert len({person.name for person in people}) == 5_000
    assert Counter(person.country for person in people).keys() == {person.country for person in people[:20]}
    assert len({person.country for person in people}) == 20


def test_every_parcel_can_be_delivered():
    for person in islice(buyers(random.Random(2)), 2_000):
        assert check_address(person).name == person.name


def test_most_orders_come_by_the_shop_and_a_small_share_is_odd():
    doors = Counter(order.door for order in ORDERS)
    fates = Counter(order.fate for order in ORDERS)

    assert 0.6 < doors[Door.SHOP] / len(ORDERS) < 0.8
    assert fates[Fate.PLAIN] == 172
    assert all(fates[fate] in (3, 4) for fate in ODD)


@pytest.mark.parametrize(
    "order", [order for order in ORDERS if order.door is Door.SHOP], ids=lambda order: str(order.number)
)
def test_the_gate_prints_what_the_sender_calls_printable(order: DemoOrder):
    delivery = deliveries(order, "secret")[-1]
    told = read_headers(delivery.headers)
    assert verify(delivery.body, told.signature, ["secret"])
    read = from_shopify_delivery(told.topic, delivery.body)
    assert read is not None

    verdict = decide(read, mapped_skus=SKUS, started_at=datetime(2020, 1, 1, tzinfo=UTC), live=True)

    assert (verdict.outcome is Outcome.PRINT) is order.printable
    assert [line.printable_quantity for line in verdict.lines] == [
        line.quantity if line.printable else 0 for line in order.lines
    ]


def test_an_order_that_is_paid_later_is_first_told_unpaid():
    order = next(order for order in ORDERS if order.fate is Fate.PAID_LATER)

    created, paid = deliveries(order, "secret")

    assert msgspec.json.decode(created.body)["financial_status"] == "pending"
    assert msgspec.json.decode(paid.body)["financial_status"] == "paid"
    assert created.headers["x-shopify-webhook-id"] != paid.headers["x-shopify-webhook-id"]


def test_the_vendor_sells_twelve_products_with_skus_of_their_own():
    assert len(PRODUCTS) == 12
    assert len(SKUS) == sum(len(product.articles) for product in PRODUCTS)
    assert len({product.picture.name for product in PRODUCTS}) == 12


def test_most_of_it_can_be_made_by_either_provider_and_some_by_one_alone():
    ways = Counter(tuple(article.variants) for _, article in articles())

    assert ways == {("printful", "printify"): 19, ("printful",): 2, ("printify",): 1}
