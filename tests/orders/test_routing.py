"""The choice of a route: the cheapest basket that fails nothing, always the same, with every reason written down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from printvision.orders.routing import (
    Basket,
    Bound,
    Candidate,
    Carriage,
    Decision,
    Line,
    Method,
    Part,
    Problem,
    Rate,
    Source,
    choose,
    hopeful,
    makeable,
)
from printvision.platform.money import Money
from tests.orders.problems import (
    CONNECTIONS,
    LINES,
    charge,
    days_ago,
    eur,
    every_basket,
    line,
    method,
    offered,
    problem,
    source,
)


def winner(decision: Decision) -> Basket:
    assert decision.winner is not None
    return decision.winner


def makers(decision: Decision) -> list[tuple[UUID, str, list[int]]]:
    """Who of the winner makes which lines by which method."""
    return [
        (part.connection_id, part.method, sorted(LINES.index(line_id) for line_id in part.offers))
        for part in winner(decision).parts
    ]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


# -- what it costs ---------------------------------------------------------------------------------------------------


def test_the_cheapest_whole_basket_wins_and_its_parts_are_written_down():
    wanted = (line(0, 2), line(1))
    dear = source(0, offered(0, 1_000), offered(1, 1_000))
    cheap = source(
        1, offered(0, 700), offered(1, 900), methods=(method("FAST", charge(0, 1, first=900)), method())
    )

    decision = choose(problem(dear, cheap, lines=wanted))

    assert winner(decision) == Basket(
        parts=(
            Part(
                connection_id=CONNECTIONS[1],
                connection_name="House 1",
                provider="inkwell",
                method="STANDARD",
                method_name="Standard",
                goods=eur(2_300),
                shipping=eur(700),
                total=eur(3_000),
                max_days=None,
                parcels=1,
                offers={LINES[0]: UUID(int=1_000), LINES[1]: UUID(int=1_010)},
            ),
        ),
        goods=eur(2_300),
        shipping=eur(700),
        total=eur(3_000),
        max_days=None,
        parcels=1,
    )
    assert [(each.connection_name, each.method, each.total) for each in decision.candidates] == [
        ("House 1", "STANDARD", eur(3_000)),
        ("House 1", "FAST", eur(3_400)),
        ("House 0", "STANDARD", eur(3_700)),
    ]
    assert (decision.considered, decision.exact) == (3, True)


def test_an_order_is_split_where_that_saves_more_than_another_parcel_costs():
    one = source(0, offered(0, 1_000), offered(1, 3_000))
    other = source(1, offered(0, 3_000), offered(1, 1_000))

    decision = choose(problem(one, other, lines=(line(0), line(1))))

    assert makers(decision) == [(CONNECTIONS[0], "STANDARD", [0]), (CONNECTIONS[1], "STANDARD", [1])]
    assert (winner(decision).total, winner(decision).parcels) == (eur(3_000), 2)
    assert [each.total for each in decision.candidates] == [eur(4_600), eur(4_600)]


def test_an_order_is_split_where_no_connection_makes_all_of_it():
    decision = choose(problem(source(0, offered(0)), source(1, offered(1)), lines=(line(0), line(1))))

    assert makers(decision) == [(CONNECTIONS[0], "STANDARD", [0]), (CONNECTIONS[1], "STANDARD", [1])]
    assert {each.failed for each in decision.candidates} == {Bound.LINE_NOT_OFFERED}


def test_all_lines_that_one_connection_makes_go_by_one_method():
    by_line = (
        method("A", charge(0, first=0, more=0), charge(1, first=900, more=900)),
        method("B", charge(0, first=900, more=900), charge(1, first=0, more=0)),
        method("C", charge(0, 1, first=300, more=300)),
    )

    decision = choose(problem(source(0, offered(0), offered(1), methods=by_line), lines=(line(0), line(1))))

    assert makers(decision) == [(CONNECTIONS[0], "C", [0, 1])]


@pytest.mark.parametrize(
    ("carriage", "shipping", "parcels"),
    [
        ((charge(0, first=500, more=100), charge(1, first=400, more=200)), 500 + 100 + 2 * 200, 1),
        ((charge(0, first=400, more=100), charge(1, first=500, more=200)), 2 * 100 + 500 + 200, 1),
        ((charge(0, first=500, more=200), charge(1, first=500, more=100)), 2 * 200 + 500 + 100, 1),
        ((charge(0, first=0, more=100), charge(1, first=0, more=300)), 0 + 100 + 2 * 300, 1),
        ((charge(0), charge(1, ships_with="mill")), 600 + 600, 2),
    ],
    ids=["dearest", "dearest last", "equal: the smaller additional", "more than the first", "apart"],
)
def test_of_all_that_ships_together_only_the_dearest_piece_pays_the_first(
    carriage: tuple[Carriage, ...], shipping: int, parcels: int
):
    given = problem(
        source(0, offered(0), offered(1), methods=(method("S", *carriage),)), lines=(line(0, 2), line(1, 2))
    )

    found = winner(choose(given))

    assert (found.shipping, found.parcels) == (eur(shipping), parcels)
    assert every_basket(given)[0].total == found.total.amount_minor * 1_000_000


def test_what_a_quote_was_dearer_by_is_charged_once():
    quoted = method("S", charge(0, 1, first=0, more=0), extra=eur(250))

    decision = choose(problem(source(0, offered(0), offered(1), methods=(quoted,)), lines=(line(0), line(1))))

    assert winner(decision).shipping == eur(250)


def test_of_two_offers_for_one_line_the_cheaper_counts():
    twice = source(0, offered(0, 900), offered(0, 100, offer=1))

    assert list(winner(choose(problem(twice))).parts[0].offers.values()) == [UUID(int=1_001)]


def test_an_offer_for_something_else_costs_nothing_and_is_not_told():
    decision = choose(
        problem(source(0, offered(1, usd(5)), offered(0, 900), methods=(method("S", charge(1)),)))
    )

    assert winner(decision).total == eur(1_400)
    assert winner(decision).parts[0].offers == {LINES[0]: UUID(int=1_000)}


# -- what ties -------------------------------------------------------------------------------------------------------


def test_of_equal_costs_the_one_with_fewer_parcels_wins():
    apart = method("A", charge(0, first=0, more=0), charge(1, first=0, more=0, ships_with="mill"))
    together = method("B", charge(0, 1, first=0, more=0))

    decision = choose(
        problem(source(0, offered(0), offered(1), methods=(apart, together)), lines=(line(0), line(1)))
    )

    assert winner(decision).parts[0].method == "B"


def test_then_a_promised_day_breaks_the_tie_and_no_promise_comes_last():
    methods = (method("A"), method("B", max_days=9), method("C", max_days=4), method("D", max_days=4))

    decision = choose(problem(source(0, offered(0), methods=methods)), keep=10)

    assert [basket.parts[0].method for basket in decision.baskets] == ["C", "D", "B", "A"]
    assert [candidate.method for candidate in decision.candidates] == ["C", "D", "B", "A"]


def test_equal_in_everything_the_smaller_key_wins():
    same = [source(number, offered(0)) for number in (3, 1, 2)]

    assert makers(choose(problem(*same))) == [(CONNECTIONS[1], "STANDARD", [0])]


def test_the_slowest_part_is_when_it_is_there():
    slow, fast = method(max_days=9), method(max_days=2)
    decision = choose(
        problem(
            source(0, offered(0), methods=(slow,)),
            source(1, offered(1), methods=(fast,)),
            lines=(line(0), line(1)),
        )
    )

    assert winner(decision).max_days == 9


# -- currencies ------------------------------------------------------------------------------------------------------


def test_costs_in_several_currencies_are_compared_in_that_of_the_order():
    dollars = source(
        0, offered(0, usd(1_000)), methods=(method("S", charge(0, first=usd(500), more=usd(0))),)
    )
    euros = source(1, offered(0, 900), methods=(method("S", charge(0, first=480, more=0)),))

    decision = choose(problem(dollars, euros))

    assert makers(decision) == [(CONNECTIONS[1], "S", [0])]
    assert [each.total for each in decision.candidates] == [eur(1_380), eur(1_382)]  # 1500 / 1.0853
    in_yen = choose(problem(dollars, euros, currency="JPY"))
    assert [each.total for each in in_yen.candidates] == [Money(2_241, "JPY"), Money(2_244, "JPY")]


def test_one_currency_alone_needs_no_rate():
    dollars = source(0, offered(0, usd(1_000)), methods=(method("S", charge(0, first=usd(1), more=usd(0))),))

    assert winner(choose(problem(dollars, rates={}))).total == usd(1_001)


def test_without_rates_those_are_compared_that_tell_the_currency_of_most():
    def told_in(number: int, currency: str) -> Source:
        carriage = charge(0, first=Money(1, currency), more=Money(0, currency))
        return source(number, offered(0, Money(9, currency)), methods=(method("S", carriage),))

    decision = choose(problem(told_in(0, "USD"), told_in(1, "GBP"), told_in(2, "USD"), rates={}))

    assert makers(decision) == [(CONNECTIONS[0], "S", [0])]
    assert [each.failed for each in decision.candidates] == [None, None, Bound.NO_RATE]
    two = choose(problem(told_in(0, "USD"), told_in(1, "GBP"), currency="GBP", rates={}))
    assert makers(two) == [(CONNECTIONS[1], "S", [0])]


def test_an_order_in_a_currency_without_a_rate_is_compared_in_euro():
    dollars = source(0, offered(0, usd(1_000)), methods=(method("S", charge(0, first=0, more=0)),))

    assert winner(choose(problem(dollars, currency="GBP"))).total == eur(921)


def test_costs_that_differ_by_less_than_a_cent_are_told_apart():
    rates = {"JPY": msgspec.structs.replace(problem().rates["JPY"], per_euro=Decimal("100.01"))}
    free = (method("S", charge(0, first=0, more=0)),)
    yen = source(0, offered(0, Money(1_000, "JPY")), methods=free)  # 999.90 cents
    euros = source(1, offered(0, 1_000), methods=free)

    decision = choose(problem(euros, yen, rates=rates))

    assert [each.total for each in decision.candidates] == [eur(1_000), eur(1_000)]
    assert makers(decision) == [(CONNECTIONS[0], "S", [0])]


def test_amounts_beyond_what_a_machine_word_holds_are_compared_exactly():
    largest = 2**63 - 1
    free = (method("S", charge(0, first=0, more=0)),)
    sources = [source(number, offered(0, eur(largest - number)), methods=free) for number in (0, 1)]

    assert winner(choose(problem(*sources, lines=(line(0, 10),)))).total == eur((largest - 1) * 10)


# -- bounds ----------------------------------------------------------------------------------------------------------

FREE = charge(0, first=0, more=0)
STALE = Rate(day=days_ago(8).date(), per_euro=Decimal("1.1"))
SLOW = method(max_days=12)
MAPPED = {"services": [{"asked": " Express ", "methods": {"inkwell": ["FAST"]}}]}


@pytest.mark.parametrize(
    ("given", "bound", "detail"),
    [
        (problem(source(0, offered(), paused="key revoked")), Bound.CONNECTION_PAUSED, "key revoked"),
        (problem(source(0, offered(), unavailable="timed out")), Bound.UNAVAILABLE, "timed out"),
        (problem(source(0, offered(), excluded="it cancelled")), Bound.EXCLUDED, "it cancelled"),
        (
            problem(source(0, offered(), address="line1 is too long")),
            Bound.ADDRESS_LIMIT,
            "line1 is too long",
        ),
        (problem(source(0)), Bound.LINE_NOT_OFFERED, "no offer for SKU-0"),
        (problem(source(0, offered(1))), Bound.LINE_NOT_OFFERED, "no offer for SKU-0"),
        (
            problem(source(0, offered(exact=False)), rules={"exact_only": True}),
            Bound.NOT_EXACT,
            "only a blank of the same grade for SKU-0",
        ),
        (
            problem(source(0, offered(unready="its product is being made"))),
            Bound.NOT_READY,
            "SKU-0: its product is being made",
        ),
        (problem(source(0, offered(in_stock=False))), Bound.OUT_OF_STOCK, "out of stock: SKU-0"),
        (
            problem(source(0, offered(seen_at=days_ago(31)))),
            Bound.STALE,
            "price or stock is older than 30 days for SKU-0; sync the catalogue",
        ),
        (
            problem(source(0, offered(price=None))),
            Bound.NO_PRICE,
            "no price known for SKU-0; sync the catalogue",
        ),
        (
            problem(source(0, offered(price=-1))),
            Bound.NO_PRICE,
            "no price known for SKU-0; sync the catalogue",
        ),
        (problem(source(0, offered(), methods=())), Bound.NO_METHOD, "no shipping method to this address"),
        (
            problem(source(0, offered(), methods=(), no_method="refused: not to Cuba")),
            Bound.NO_METHOD,
            "refused: not to Cuba",
        ),
        (
            problem(source(0, offered(), methods=(method("S", charge(1)),))),
            Bound.NO_METHOD,
            "S does not carry SKU-0",
        ),
        (
            problem(source(0, offered(), methods=(method("S", charge(0, first=-900)),))),
            Bound.NO_METHOD,
            "S does not carry SKU-0",
        ),
        (
            problem(source(0, offered(), methods=(method(gone="not offered today"),))),
            Bound.NO_METHOD,
            "not offered today",
        ),
        (
            problem(source(0, offered()), rules=MAPPED, service="EXPRESS"),
            Bound.SERVICE,
            "none of its methods serves EXPRESS",
        ),
        (
            problem(source(0, offered(), methods=(SLOW,)), rules={"max_days": 7}),
            Bound.TOO_SLOW,
            "up to 12 days, more than 7",
        ),
        (
            problem(source(0, offered(price=Money(1, "GBP")))),
            Bound.NO_RATE,
            "no fresh exchange rate for GBP",
        ),
        (
            problem(source(0, offered(price=usd(1))), rates={"USD": STALE}),
            Bound.NO_RATE,
            "no fresh exchange rate for USD",
        ),
        (
            problem(
                source(0, offered(0), offered(1), methods=(method("S", FREE, charge(1, ships_with="mill")),)),
                lines=(line(0), line(1)),
                rules={"most_parcels": 1},
            ),
            Bound.TOO_MANY_PARCELS,
            "2 parcels are more than 1",
        ),
        (
            problem(source(0, offered()), rules={"margin_floor_percent": 20}, paid=eur(1_874)),
            Bound.MARGIN_FLOOR,
            "15.00 EUR leaves less than 20 % of what was paid: 14.99 EUR at most",
        ),
    ],
)
def test_a_connection_that_cannot_make_it_says_the_first_thing_that_is_wrong(
    given: Problem, bound: Bound, detail: str
):
    decision = choose(given)

    [candidate] = decision.candidates
    assert decision.winner is None
    assert (candidate.failed, candidate.failed_detail) == (bound, detail)
    assert f"House 0: {detail}" in decision.why_not


def test_what_is_just_within_its_bounds_wins():
    rules = {
        "max_days": 12,
        "margin_floor_percent": 20,
        "most_parcels": 1,
        "most_extra_percent": 0,
        "exact_only": True,
    }
    given = problem(source(0, offered(seen_at=days_ago(30)), methods=(SLOW,)), rules=rules, paid=eur(1_875))

    assert winner(choose(given)).total == eur(1_500)


def test_a_route_may_be_only_so_much_dearer_than_the_cheapest_that_cannot_be_had_now():
    cheap, dear = source(0, offered(0, 1_000), excluded="it cancelled"), source(1, offered(0, 1_301))

    decision = choose(problem(cheap, dear, rules={"most_extra_percent": 20}))

    assert [(each.failed, each.failed_detail) for each in decision.candidates] == [
        (Bound.EXCLUDED, "it cancelled"),
        (Bound.MOST_EXTRA, "18.01 EUR is over 20 % more than the cheapest: 18.00 EUR at most"),
    ]
    assert decision.winner is None
    assert makers(choose(problem(cheap, source(1, offered(0, 1_300)), rules={"most_extra_percent": 20})))


def test_only_the_methods_for_the_service_that_the_buyer_chose_are_used():
    methods = (method("FAST", charge(0, first=900)), method("SLOW"))
    given = problem(source(0, offered(), methods=methods), rules=MAPPED, service="express")

    assert winner(choose(given)).parts[0].method == "FAST"
    assert winner(choose(msgspec.structs.replace(given, service="pigeon"))).parts[0].method == "SLOW"


def test_a_method_that_promises_no_day_is_not_too_slow():
    assert winner(choose(problem(source(0, offered()), rules={"max_days": 1}))).max_days is None


def test_of_a_line_with_several_offers_that_fail_the_one_that_came_furthest_is_told():
    twice = source(0, offered(in_stock=False), offered(offer=1, price=None))

    assert choose(problem(twice)).candidates[0].failed is Bound.NO_PRICE


def test_the_cost_is_told_also_of_what_may_not_win():
    decision = choose(problem(source(0, offered(in_stock=False), paused="key revoked"), source(1, offered())))

    assert [(each.failed, each.total) for each in decision.candidates] == [
        (None, eur(1_500)),
        (Bound.CONNECTION_PAUSED, eur(1_500)),
    ]


def test_the_cost_of_a_part_is_not_told_as_that_of_the_whole():
    [candidate] = choose(problem(source(0, offered(0)), lines=(line(0), line(1)))).candidates

    assert (candidate.goods, candidate.shipping, candidate.total) == (None, None, None)


def test_where_only_a_split_is_possible_and_it_is_too_dear_it_says_so():
    decision = choose(
        problem(
            source(0, offered(0)),
            source(1, offered(1)),
            lines=(line(0), line(1)),
            rules={"most_parcels": 1},
        )
    )

    assert decision.winner is None
    assert decision.baskets[0].failed is Bound.TOO_MANY_PARCELS
    assert decision.why_not == (
        "the best basket of all: 2 parcels are more than 1; House 0: no offer for SKU-1; House 1: no offer for SKU-0"
    )


@pytest.mark.parametrize("sources", [(), (source(0, offered()),)])
def test_nothing_to_make_is_made_by_nobody(sources: tuple[Source, ...]):
    decision = choose(msgspec.structs.replace(problem(*sources), lines=()))

    assert decision.winner is None
    assert decision.candidates == ()


def test_where_nobody_offers_anything_it_says_so():
    assert choose(problem()).why_not == "No connection offers any line of this order."


def test_every_connection_that_cannot_is_named_once_with_its_reason():
    twice = source(0, offered(price=None), methods=(method("A"), method("B")))

    decision = choose(problem(twice, source(1, offered(), paused="key revoked")))

    assert decision.why_not == "House 1: key revoked; House 0: no price known for SKU-0; sync the catalogue"


# -- the search ------------------------------------------------------------------------------------------------------


def hard(lines: int, sources: int) -> Problem:
    """Every split is about as good as any other."""

    def offers(number: int) -> Any:
        return [offered(at, 1_000 + (at * 37 + number * 53) % 97) for at in range(lines)]

    dear = (method("S", charge(*range(lines), first=130, more=20)),)
    return problem(
        *[source(number, *offers(number), methods=dear) for number in range(sources)],
        lines=tuple(line(at) for at in range(lines)),
    )


def test_a_search_that_is_ended_by_its_budget_says_so_and_has_a_basket_all_the_same():
    given = hard(8, 5)

    ended, whole = choose(given, budget=20), choose(given)

    assert (ended.exact, whole.exact) == (False, True)
    assert winner(whole).total <= winner(ended).total


def test_many_lines_are_no_reason_to_fail():
    wanted = tuple(Line(line_id=UUID(int=at + 1), sku=str(at), quantity=1) for at in range(1_000))

    def house(number: int) -> Source:
        offers = [
            msgspec.structs.replace(offered(0, 1_000 + (at * (number + 1)) % 7), line_id=each.line_id)
            for at, each in enumerate(wanted)
        ]
        return source(number, *offers, methods=(method("S", charge(*range(1_000))),))

    decision = choose(problem(house(0), house(1), lines=wanted), budget=5_000)

    assert sum(len(part.offers) for part in winner(decision).parts) == 1_000


def test_as_many_of_the_best_are_kept_as_were_asked_for():
    many = tuple(
        Method(key=f"M{number:02}", name="", carriage=(charge(0, first=number),))
        for number in range(25, 0, -1)
    )

    decision = choose(problem(source(0, offered(), methods=many)), keep=10)

    assert decision.considered == 25
    assert [basket.parts[0].method for basket in decision.baskets] == [
        f"M{number:02}" for number in range(1, 11)
    ]


# -- whom to ask -----------------------------------------------------------------------------------------------------


def test_only_offers_that_fail_nothing_themselves_are_worth_asking_about():
    given = problem(
        source(0, offered(0), offered(1, in_stock=False), methods=()),
        source(1, offered(0), paused="key revoked"),
        source(2, offered(0, price=None)),
        lines=(line(0), line(1)),
    )

    assert hopeful(given) == {CONNECTIONS[0]: (0,)}
    assert not makeable(given)
    assert makeable(msgspec.structs.replace(given, lines=(line(0),)))


def test_a_line_of_nothing_is_not_read():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"line_id": str(LINES[0]), "sku": "A", "quantity": 0}, Line)


def test_a_candidate_reads_back():
    [candidate] = choose(problem(source(0, offered()))).candidates

    assert msgspec.convert(msgspec.to_builtins(candidate, str_keys=True), Candidate) == candidate
