"""Who orders in the demo: each name is there once, so that the provider's ledger tells whose print it is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from string import ascii_uppercase

from printvision.cli.demo.places import COUNTRIES, Country
from printvision.platform.address import Recipient


def buyers(chance: random.Random) -> Iterator[Recipient]:
    """Recipients without end, each in the next country of a shuffled round, no two with the same name."""
    around = chance.sample(COUNTRIES, len(COUNTRIES))
    number = 0
    while True:
        country = around[number % len(around)]
        yield _buyer(country, number // len(around), chance)
        number += 1


def _buyer(country: Country, number: int, chance: random.Random) -> Recipient:
    family_turn, given_turn = divmod(number, len(country.given))
    again, family_turn = divmod(family_turn, len(country.family))
    given = " ".join(filter(None, (country.given[given_turn], _middle(again))))
    family = country.family[family_turn]
    town = chance.choice(country.towns)
    return Recipient(
        name=country.name.format(given=given, family=family),
        line1=country.street.format(street=chance.choice(country.streets), number=chance.randint(1, 180)),
        line2=f"c/o No. {chance.randint(1, 40)}" if chance.random() < 0.1 else None,
        city=town.city,
        postal_code=town.postal_code,
        region=town.region,
        country=country.code,
        email=f"buyer{number}.{country.code.lower()}@example.com",
    )


def _middle(again: int) -> str:
    """Nothing for the first round of names, then A., B., … and A. A., …: names stay apart however many there are."""
    letters: list[str] = []
    while again:
        again, letter = divmod(again - 1, len(ascii_uppercase))
        letters.append(f"{ascii_uppercase[letter]}.")
    return " ".join(reversed(letters))
