"""What a provider says may come late, doubled and in any order: nothing that was once told is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from itertools import permutations
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printvision.orders.progress import Known, furthest, least, merge, merge_parcel
from printvision.orders.standing import STAGE_OF
from printvision.orders.states import Stage
from printvision.platform.money import Money
from printvision.providers.sdk import Ending, OrderSnapshot, Parcel, ParcelState, Progress

SHIPPED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DELIVERED_AT = datetime(2026, 3, 6, 15, tzinfo=UTC)
COST = Money(1_495, "USD")


def seen(
    progress: Progress,
    *parcels: Parcel,
    word: str | None = None,
    cost: Money | None = COST,
    ending: Ending | None = None,
    hold: str | None = None,
) -> OrderSnapshot:
    return OrderSnapshot(
        provider_order_id="901",
        ref="a" * 32,
        progress=progress,
        status_word=word or progress.value,
        cost=cost,
        ending=ending,
        hold=hold,
        parcels=parcels,
    )


def parcel(
    external_id: str = "P1",
    state: ParcelState = ParcelState.SHIPPED,
    number: str | None = "TRACK-1",
    *,
    delivered_at: datetime | None = None,
    lines: dict[str, int] | None = None,
    raw: dict[str, str] | None = None,
) -> Parcel:
    return Parcel(
        external_id=external_id,
        state=state,
        carrier="DHL" if number else None,
        tracking_number=number,
        shipped_at=SHIPPED_AT if number else None,
        delivered_at=delivered_at,
        lines=lines if lines is not None else {"line-1": 1},
        raw=raw or {},
    )


FIRST_PACKED = parcel("P1", ParcelState.PENDING, None)
FIRST_SENT = parcel("P1")
FIRST_THERE = parcel("P1", ParcelState.DELIVERED, delivered_at=DELIVERED_AT)
SECOND_SENT = parcel("P2", number="TRACK-2", lines={"line-2": 2})
SECOND_BACK = parcel("P2", ParcelState.RETURNED, None, lines={})

RECORDED = (
    seen(Progress.DRAFT, cost=None),
    seen(Progress.ACCEPTED, word="pending"),
    seen(Progress.PRINTING, FIRST_PACKED, word="inprocess"),
    seen(Progress.PRINTING, FIRST_SENT, word="partial"),
    seen(Progress.SHIPPED, FIRST_SENT, SECOND_SENT, word="fulfilled"),
    seen(Progress.DELIVERED, FIRST_THERE, SECOND_SENT, word="fulfilled"),
    seen(Progress.DELIVERED, FIRST_THERE, SECOND_BACK, word="fulfilled"),
)
"""An order of two parcels from its draft until the second came back, as seven readings told it."""


def told(snapshots: Iterable[OrderSnapshot], known: Known | None = None) -> Known:
    return reduce(merge, snapshots, known or Known())


def stage(known: Known) -> Stage | None:
    reached = least([known.progress])
    return STAGE_OF.get(reached) if reached else None


def without_registers(known: Known) -> Known:
    """What has to be the same in every order: the words, the hold and the cost are those of the last reading."""
    return msgspec.structs.replace(known, status_word=None, hold=None, cost=None)


END = Known(
    progress=Progress.DELIVERED,
    parcels={
        "P1": FIRST_THERE,
        "P2": msgspec.structs.replace(SECOND_SENT, state=ParcelState.RETURNED),
    },
)


def test_a_recorded_way_ends_the_same_in_every_order():
    for order in permutations(RECORDED):
        known = told(order)

        assert without_registers(known) == END
        assert stage(known) is Stage.DELIVERED
        assert (known.status_word, known.cost) == (order[-1].status_word, COST)


@pytest.mark.parametrize("doubled", range(len(RECORDED)))
def test_a_doubled_reading_changes_nothing_wherever_it_comes(doubled: int):
    for at in range(len(RECORDED) + 1):
        order = (*RECORDED[:at], RECORDED[doubled], *RECORDED[at:])

        assert without_registers(told(order)) == END


def test_the_stage_never_goes_back_on_the_way():
    stages = [stage(told(RECORDED[: count + 1])) for count in range(len(RECORDED))]

    assert stages == [
        None,
        Stage.SENT,
        Stage.PRINTING,
        Stage.PRINTING,
        Stage.SHIPPED,
        Stage.DELIVERED,
        Stage.DELIVERED,
    ]


def test_a_reading_older_than_what_is_known_takes_nothing_back():
    known = told(RECORDED)

    for snapshot in RECORDED:
        assert without_registers(merge(known, snapshot)) == END


# -- registers: the last reading counts --------------------------------------------------------------------------------


def test_a_hold_is_there_as_long_as_the_last_reading_tells_it():
    held = seen(Progress.ACCEPTED, hold="address unclear")

    assert told([held]).hold == "address unclear"
    assert told([held, seen(Progress.ACCEPTED)]).hold is None


def test_a_cost_is_replaced_by_a_newer_one_and_never_by_silence():
    dearer = Money(1_600, "USD")

    assert told([seen(Progress.ACCEPTED), seen(Progress.ACCEPTED, cost=None)]).cost == COST
    assert told([seen(Progress.ACCEPTED), seen(Progress.ACCEPTED, cost=dearer)]).cost == dearer


def test_a_failure_ends_when_they_go_on_and_a_cancel_never_does():
    failed = seen(Progress.ACCEPTED, ending=Ending.FAILED)
    cancelled = seen(Progress.ACCEPTED, ending=Ending.CANCELLED)
    going_on = seen(Progress.ACCEPTED)

    assert told([failed]).ending is Ending.FAILED
    assert told([failed, going_on]).ending is None
    for order in permutations([failed, cancelled, going_on]):
        assert told(order[: order.index(cancelled) + 1]).ending is Ending.CANCELLED
        assert told(order).ending is Ending.CANCELLED


def test_a_corrected_tracking_number_replaces_the_first_and_lands_on_one_of_those_told():
    wrong, right = parcel(number="WRONG"), parcel(number="RIGHT")

    assert merge_parcel(wrong, right).tracking_number == "RIGHT"
    assert merge_parcel(right, wrong).tracking_number == "WRONG"


def test_of_two_numbers_the_one_told_of_the_further_state_stays():
    sent, there = parcel(number="FIRST"), parcel(number="SECOND", state=ParcelState.DELIVERED)

    assert merge_parcel(sent, there).tracking_number == "SECOND"
    assert merge_parcel(there, sent).tracking_number == "SECOND"


# -- parcels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [
        (ParcelState.PENDING, ParcelState.SHIPPED, ParcelState.SHIPPED),
        (ParcelState.SHIPPED, ParcelState.DELIVERED, ParcelState.DELIVERED),
        (ParcelState.DELIVERED, ParcelState.RETURNED, ParcelState.RETURNED),
        (ParcelState.SHIPPED, ParcelState.RETURNED, ParcelState.RETURNED),
        (ParcelState.PENDING, ParcelState.CANCELLED, ParcelState.CANCELLED),
    ],
)
def test_a_parcel_only_moves_on(first: ParcelState, second: ParcelState, end: ParcelState):
    before, after = parcel(state=first), parcel(state=second)

    assert merge_parcel(before, after).state is end
    assert merge_parcel(after, before).state is end


def test_a_number_told_late_is_kept_with_the_state_reached_before():
    there = parcel(state=ParcelState.DELIVERED, number=None, delivered_at=DELIVERED_AT)

    merged = merge_parcel(there, parcel(number="TRACK-1"))

    assert (merged.state, merged.tracking_number, merged.carrier) == (ParcelState.DELIVERED, "TRACK-1", "DHL")
    assert (merged.shipped_at, merged.delivered_at) == (SHIPPED_AT, DELIVERED_AT)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_number_says_nothing(nothing: str | None):
    assert merge_parcel(parcel(), parcel(number=nothing)).tracking_number == "TRACK-1"


def test_a_parcel_that_a_reading_leaves_out_stays():
    known = told([seen(Progress.SHIPPED, FIRST_SENT, SECOND_SENT), seen(Progress.SHIPPED, FIRST_SENT)])

    assert set(known.parcels) == {"P1", "P2"}


def test_their_own_words_are_those_of_the_furthest_reading():
    early, late = (
        parcel(raw={"state": "shipped"}),
        parcel(state=ParcelState.DELIVERED, raw={"state": "delivered"}),
    )

    assert merge_parcel(early, late).raw == merge_parcel(late, early).raw == {"state": "delivered"}


def test_what_was_known_is_left_as_it_was():
    known = told([seen(Progress.SHIPPED, FIRST_SENT)])

    merge(known, seen(Progress.SHIPPED, SECOND_SENT))

    assert set(known.parcels) == {"P1"}


# -- orders of several parts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "reached"),
    [
        ([], None),
        ([None], None),
        ([Progress.DELIVERED, None], None),
        ([Progress.DELIVERED], Progress.DELIVERED),
        ([Progress.DELIVERED, Progress.PRINTING, Progress.SHIPPED], Progress.PRINTING),
    ],
)
def test_an_order_is_as_far_as_its_least_advanced_part(
    parts: list[Progress | None], reached: Progress | None
):
    assert least(parts) is reached


@pytest.mark.parametrize("now", list(Progress))
def test_the_first_reading_says_how_far_it_is(now: Progress):
    assert furthest(None, now) is now


# -- whatever they say -------------------------------------------------------------------------------------------------

parcels = st.builds(
    parcel,
    st.sampled_from(["P1", "P2"]),
    st.sampled_from(list(ParcelState)),
    st.sampled_from([None, "", "A", "B"]),
    lines=st.sampled_from([{}, {"line-1": 1}]),
)
snapshots = st.builds(
    lambda progress, found, ending, cost: seen(progress, *found, ending=ending, cost=cost),
    st.sampled_from(list(Progress)),
    st.lists(parcels, max_size=3),
    st.none() | st.sampled_from(list(Ending)),
    st.none() | st.just(COST),
)
RANK = list(ParcelState).index


@given(st.lists(snapshots, max_size=6), snapshots)
@settings(max_examples=300, deadline=None)
def test_no_reading_takes_back_what_was_told(before: list[OrderSnapshot], now: OrderSnapshot):
    known = told(before)
    after = merge(known, now)

    assert known.progress is None or (after.progress and after.progress.rank >= known.progress.rank)
    assert after.cost is not None or known.cost is None
    assert known.ending is not Ending.CANCELLED or after.ending is Ending.CANCELLED
    for external_id, old in known.parcels.items():
        new = after.parcels[external_id]
        assert RANK(new.state) >= RANK(old.state)
        for field in ("tracking_number", "carrier", "shipped_at", "lines"):
            assert getattr(new, field) or not getattr(old, field)


@given(st.lists(snapshots, max_size=6), snapshots)
@settings(max_examples=300, deadline=None)
def test_the_same_reading_again_changes_nothing(before: list[OrderSnapshot], now: OrderSnapshot):
    once = merge(told(before), now)

    assert merge(once, now) == once


def test_a_blank_number_is_none_and_hides_no_other():
    blank = Parcel(external_id="1", state=ParcelState.SHIPPED, tracking_number="")
    silent = Parcel(external_id="1", state=ParcelState.SHIPPED)
    told_once = Parcel(external_id="1", state=ParcelState.PENDING, tracking_number="TN")

    assert merge_parcel(None, blank).tracking_number is None
    assert merge_parcel(blank, silent) == merge_parcel(silent, blank) == silent
    assert merge_parcel(told_once, blank).tracking_number == "TN"


@given(st.lists(snapshots, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_in_any_order_progress_parcels_and_their_states_are_the_same(
    readings: list[OrderSnapshot], rng: Random
):
    def facts(known: Known) -> object:
        return known.progress, {external_id: each.state for external_id, each in known.parcels.items()}

    shuffled = rng.sample(readings, len(readings))

    first, second = told(readings), told(shuffled)

    assert facts(first) == facts(second)
    assert (first.cost is None) == (second.cost is None)
    for external_id, each in first.parcels.items():
        numbers = {
            own.tracking_number
            for reading in readings
            for own in reading.parcels
            if own.external_id == external_id and own.tracking_number
        }
        for number in (each.tracking_number, second.parcels[external_id].tracking_number):
            assert number in numbers or not (number or numbers)
