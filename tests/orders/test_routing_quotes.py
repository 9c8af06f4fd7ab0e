"""What a live quote changes of a route that was chosen by tariffs."""

from __future__ import annotations

from uuid import UUID

import pytest

from printvision.orders.routing import Basket, Problem, Quoted, by_quote, choose, weigh
from printvision.platform.money import Money
from tests.orders.problems import CONNECTIONS, charge, eur, line, method, offered, problem, source

TWO = problem(source(0, offered(0, 1_000)), source(1, offered(0, 1_200)))  # 15.00 and 17.00 with shipping


def quoted(price: Money | int, key: str = "STANDARD", **days: int) -> Quoted:
    return Quoted(method=key, name=key, price=eur(price) if isinstance(price, int) else price, **days)


def chosen(given: Problem) -> Basket:
    winner = choose(given).winner
    assert winner is not None
    return winner


def asked(given: Problem, *answers: Quoted, connection: UUID = CONNECTIONS[0]) -> tuple[Problem, bool]:
    return weigh(given, chosen(given), {connection: answers})


@pytest.mark.parametrize("price", [500, 530, 100, 0])
def test_what_is_no_dearer_than_is_tolerated_stands(price: int):
    assert asked(TWO, quoted(price))[1]


def test_what_is_dearer_is_charged_once_from_then_on():
    weighed, stands = asked(TWO, quoted(531))

    assert not stands
    assert chosen(weighed).total == eur(1_531)
    assert asked(weighed, quoted(531))[1]


def test_it_loses_where_another_is_cheaper_then():
    weighed, _ = asked(TWO, quoted(701))

    assert chosen(weighed).parts[0].connection_id == CONNECTIONS[1]
    assert asked(weighed, quoted(500), connection=CONNECTIONS[1])[1]


def test_a_second_quote_that_is_higher_takes_the_place_of_the_first():
    once, _ = asked(TWO, quoted(600))

    twice, stands = asked(once, quoted(690))

    assert not stands
    assert chosen(twice).total == eur(1_690)


def test_a_method_that_is_not_quoted_is_gone():
    weighed, stands = asked(TWO, quoted(1, "EXPRESS"))

    assert not stands
    assert chosen(weighed).parts[0].connection_id == CONNECTIONS[1]
    [loser] = [each for each in choose(weighed).candidates if each.failed]
    assert loser.failed_detail == "Standard is not offered for this address and these lines"


@pytest.mark.parametrize("price", [Money(1, "GBP"), eur(-1)], ids=["no rate", "it would pay us"])
def test_a_quote_that_says_nothing_to_us_is_none(price: Money):
    assert not asked(TWO, quoted(price))[1]


def test_a_quote_in_another_currency_is_compared_by_its_rate():
    assert asked(TWO, quoted(Money(575, "USD")))[1]  # 5.30 EUR
    assert not asked(TWO, quoted(Money(577, "USD")))[1]


def test_a_quote_that_takes_longer_than_the_rules_allow_does_not_stand():
    given = problem(source(0, offered(0)), source(1, offered(0, 2_000)), rules={"max_days": 5})

    weighed, stands = asked(given, quoted(500, min_days=3, max_days=6))

    assert not stands
    assert chosen(weighed).parts[0].connection_id == CONNECTIONS[1]
    assert asked(given, quoted(500, max_days=5))[1]


def test_the_quotes_of_all_parts_count_together():
    parts = problem(
        source(0, offered(0, 1_000)), source(1, offered(1, 1_000)), lines=(line(0), line(1))
    )  # 30.00, of which 2 % are 0.60
    dearer, cheaper = (quoted(580),), (quoted(480),)

    assert weigh(parts, chosen(parts), dict(zip(CONNECTIONS, (dearer, cheaper), strict=False)))[1]
    assert not weigh(parts, chosen(parts), {CONNECTIONS[0]: dearer, CONNECTIONS[1]: (quoted(481),)})[1]


def test_a_part_that_nobody_was_asked_about_stands_as_it_is():
    assert weigh(TWO, chosen(TWO), {}) == (TWO, True)


def test_where_a_quote_is_all_there_is_to_know_its_methods_carry_just_these_lines():
    given = problem(
        source(
            0,
            offered(0, 1_000),
            offered(1, 1_000),
            methods=by_quote((0, 1), (quoted(450), quoted(900, "FAST", max_days=2))),
        ),
        lines=(line(0, 3), line(1)),
    )

    assert chosen(given).shipping == eur(450)
    assert chosen(given).parcels == 1
    assert asked(given, quoted(450))[1]


def test_what_a_quote_adds_is_not_lost_where_another_method_is_quoted():
    both = problem(source(0, offered(0), methods=(method("A", charge(0)), method("B", charge(0, first=550)))))
    once, _ = asked(both, quoted(700, "A"))

    again, stands = asked(once, quoted(800, "B"))

    assert not stands
    assert chosen(again).total == eur(1_700)
