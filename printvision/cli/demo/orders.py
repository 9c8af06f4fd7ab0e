"""The demo's orders: who wants what, by which door it comes, and whether it may be printed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from printvision.cli.demo.assortment import Article, articles
from printvision.cli.demo.buyers import buyers
from printvision.platform.address import Recipient

SHOP_SHARE: Final = 0.7
ODD_SHARE: Final = 0.14
FIRST_SHOP_ID: Final = 820_982_911_946_154_500  # beyond 2^53, as theirs are


class Door(StrEnum):
    SHOP = "shop"
    API = "api"


class Fate(StrEnum):
    """What is special about an order; what comes by the API is always plain."""

    PLAIN = "plain"
    PAID_LATER = "paid-later"  # unpaid at first: held until the shop says that it is paid
    WITH_GIFT_CARD = "with-gift-card"  # one of its lines is nothing to print
    TEST = "test"
    UNPAID = "unpaid"
    VOIDED = "voided"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    SENT_ALREADY = "sent-already"
    NO_SHIPPING = "no-shipping"

    @property
    def printable(self) -> bool:
        return self in (Fate.PLAIN, Fate.PAID_LATER, Fate.WITH_GIFT_CARD)


ODD: Final = tuple(fate for fate in Fate if fate is not Fate.PLAIN)
GIFT_CARD: Final = Article("GIFT-CARD", "Gift card", 2500)
DOWNLOAD: Final = Article("WALLPAPER-DOWNLOAD", "Wallpaper to download", 300)


@dataclass(frozen=True)
class DemoLine:
    article: Article
    title: str
    quantity: int
    printable: bool


@dataclass(frozen=True)
class DemoOrder:
    """`number` counts from 1; `external_id` is its id in the shop, or the caller's own."""

    number: int
    door: Door
    fate: Fate
    recipient: Recipient
    lines: tuple[DemoLine, ...]
    external_id: str

    @property
    def printable(self) -> bool:
        return self.fate.printable


def make_orders(count: int, seed: int) -> list[DemoOrder]:
    """The same orders for the same seed, with recipients in twenty countries, each name once."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose, protects nothing
    people = buyers(chance)
    fates = _fates(count, chance)
    return [_order(number, fates[number - 1], next(people), seed, chance) for number in range(1, count + 1)]


def _fates(count: int, chance: random.Random) -> Sequence[Fate]:
    """A small share is odd, each kind in turn, spread over all orders."""
    odd = [ODD[number % len(ODD)] for number in range(round(count * ODD_SHARE))]
    fates = odd + [Fate.PLAIN] * (count - len(odd))
    chance.shuffle(fates)
    return fates


def _order(number: int, fate: Fate, recipient: Recipient, seed: int, chance: random.Random) -> DemoOrder:
    by_shop = fate is not Fate.PLAIN or chance.random() < SHOP_SHARE
    return DemoOrder(
        number=number,
        door=Door.SHOP if by_shop else Door.API,
        fate=fate,
        recipient=recipient,
        lines=_lines(fate, chance),
        external_id=str(FIRST_SHOP_ID + seed * 1_000_000 + number) if by_shop else f"demo-{seed}-{number}",
    )


def _lines(fate: Fate, chance: random.Random) -> tuple[DemoLine, ...]:
    if fate is Fate.NO_SHIPPING:
        return (DemoLine(DOWNLOAD, DOWNLOAD.title, 1, printable=False),)
    wanted = chance.sample(list(articles()), 2 if chance.random() < 0.2 else 1)
    lines = [
        DemoLine(
            article,
            f"{product.title} - {article.title}",
            2 if chance.random() < 0.15 else 1,
            printable=fate.printable,
        )
        for product, article in wanted
    ]
    if fate is Fate.WITH_GIFT_CARD:
        lines.append(DemoLine(GIFT_CARD, GIFT_CARD.title, 1, printable=False))
    return tuple(lines)
