"""Whatever a provider told of an order ends in the same state, in whichever order it reached us and how often."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import reduce
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printvision.orders.following import take_snapshot
from printvision.orders.holding import release_order
from printvision.orders.progress import Known, merge
from printvision.orders.states import HoldReason, SubmissionState
from printvision.orders.whole import lock_whole
from printvision.platform import clock
from printvision.platform.address import Recipient
from printvision.platform.money import Money
from printvision.providers import open_adapter
from printvision.providers.sdk import (
    Adapter,
    Ending,
    OrderSnapshot,
    ParcelState,
    PrintFile,
    PrintItem,
    PrintOrder,
    Progress,
)
from printvision.providers.simulators.printful import Stages
from tests.factories.workspaces import MadeWorkspace
from tests.orders.carrying import send, settle
from tests.orders.readings import (
    LONG_WAY,
    NINE,
    PRINTIFY_WAYS,
    WAYS,
    Told,
    parcel,
    printify_readings,
    readings,
)
from tests.orders.vendor import BUYER, Vendor
from tests.providers.simulators.running import quick, running
from tests.waiting import until

MOST_PERMUTED = 7
SAMPLED = 5_000
TIMED = pytest.mark.parametrize("timed", [True, False], ids=["their time", "our order"])


def end(arrivals: Iterable[OrderSnapshot]) -> Known:
    return reduce(merge, arrivals, Known())


def with_double(arrivals: Sequence[OrderSnapshot], chance: Random) -> list[OrderSnapshot]:
    """The same, and one of them once more, anywhere."""
    doubled = list(arrivals)
    doubled.insert(chance.randrange(len(doubled) + 1), chance.choice(arrivals))
    return doubled


def arrivals_of(told: Sequence[OrderSnapshot]) -> Iterator[Sequence[OrderSnapshot]]:
    """Every permutation, plain and with a double; of what is too long for that, as many by chance."""
    chance = Random(6)
    if len(told) <= MOST_PERMUTED:
        for order in permutations(told):
            yield order
            yield with_double(order, chance)
        return
    for _ in range(SAMPLED):
        yield with_double(chance.sample(told, len(told)), chance)


def ends_of(told: Sequence[OrderSnapshot]) -> list[Known]:
    """Every different end; one, where the law holds."""
    found: list[Known] = []
    for arrivals in arrivals_of(told):
        known = end(arrivals)
        if known not in found:
            found.append(known)
    return found


# -- written in the published shape ------------------------------------------------------------------------------------


@TIMED
@pytest.mark.parametrize("way", WAYS)
def test_every_order_of_arrival_ends_as_it_was_told(way: str, timed: bool):
    told = readings(WAYS[way], timed=timed)

    assert ends_of(told) == [end(told)]


@TIMED
def test_a_long_way_ends_as_it_was_told(timed: bool):
    told = readings(LONG_WAY, timed=timed)

    assert len(told) > MOST_PERMUTED
    assert ends_of(told) == [end(told)]


@pytest.mark.parametrize(
    ("way", "progress", "ending", "word", "hold", "parcels"),
    [
        (
            "in two parcels",
            Progress.DELIVERED,
            None,
            "fulfilled",
            None,
            {"51": "delivered", "52": "delivered"},
        ),
        ("returned", Progress.DELIVERED, None, "fulfilled", None, {"51": "returned", "52": "delivered"}),
        ("stopped and set going", Progress.SHIPPED, None, "fulfilled", None, {"51": "shipped"}),
        (
            "stopped",
            Progress.ACCEPTED,
            None,
            "onhold",
            "Printful has stopped the order and wants to talk about it",
            {},
        ),
        ("cancelled", Progress.ACCEPTED, Ending.CANCELLED, "canceled", None, {}),
        ("bounced", Progress.ACCEPTED, Ending.FAILED, "failed", None, {}),
        ("bounced and committed again", Progress.DELIVERED, None, "fulfilled", None, {"51": "delivered"}),
        ("bounced twice", Progress.ACCEPTED, Ending.CANCELLED, "canceled", None, {}),
        ("dearer", Progress.ACCEPTED, None, "pending", None, {}),
    ],
)
def test_the_ways_end_where_they_led(
    way: str,
    progress: Progress,
    ending: Ending | None,
    word: str,
    hold: str | None,
    parcels: dict[str, str],
):
    known = end(readings(WAYS[way]))

    assert (known.progress, known.ending, known.status_word, known.hold) == (progress, ending, word, hold)
    assert {name: str(each.state) for name, each in known.parcels.items()} == parcels
    assert known.cost == Money(1_620 if way == "dearer" else 1_495, "USD")


@pytest.mark.parametrize("way", PRINTIFY_WAYS)
def test_every_order_of_arrival_ends_as_printify_told_it(way: str):
    told = printify_readings(PRINTIFY_WAYS[way])

    assert ends_of(told) == [end(told)]


@pytest.mark.parametrize(
    ("way", "progress", "ending", "held", "parcels"),
    [
        ("in two parcels", Progress.DELIVERED, None, False, {"9400A": "delivered", "9400B": "delivered"}),
        ("stopped after sending", Progress.SHIPPED, None, False, {"9400A": "shipped"}),
        ("not paid, then paid", Progress.PRINTING, None, False, {}),
        ("cancelled", Progress.ACCEPTED, Ending.CANCELLED, False, {}),
        ("cannot be made", Progress.ACCEPTED, Ending.FAILED, False, {}),
    ],
)
def test_printify_s_ways_end_where_they_led(
    way: str, progress: Progress, ending: Ending | None, held: bool, parcels: dict[str, str]
):
    known = end(printify_readings(PRINTIFY_WAYS[way]))

    assert (known.progress, known.ending, known.hold is not None) == (progress, ending, held)
    assert {name: str(each.state) for name, each in known.parcels.items()} == parcels
    assert known.cost == Money(1_494, "USD")


# -- which of two readings is the newer one ----------------------------------------------------------------------------


def test_a_failure_read_before_and_written_after_the_commit_that_mended_it_is_over():
    """A process stood still between reading and writing: what it read is history."""
    failed, pending = readings([Told("failed", 2), Told("pending", 3)])

    assert end([pending, failed]).ending is None
    assert end([pending, failed]).status_word == "pending"


def test_what_is_read_later_from_a_copy_that_lags_behind_is_older():
    pending, failed = Told("pending", 3), Told("failed", 2)
    ahead, behind = pending.read(asked_s=60, timed=True), failed.read(asked_s=120, timed=True)

    assert end([ahead, behind]) == end([behind, ahead])
    assert end([ahead, behind]).status_word == "pending"


def test_a_time_of_theirs_that_lies_in_the_future_silences_nobody():
    wrong = Told("onhold", 10**9).read(asked_s=60, timed=True)
    right = Told("pending", 5).read(asked_s=120, timed=True)

    assert end([wrong, right]).hold is None


def test_a_cancel_counts_however_late_it_is_told():
    cancelled, pending = readings([Told("canceled", 1), Told("pending", 2)])

    assert end([pending, cancelled]).ending is Ending.CANCELLED


# -- what is not promised ----------------------------------------------------------------------------------------------


def test_readings_without_any_time_count_in_the_order_in_which_they_come():
    stopped, going = (
        msgspec.structs.replace(each, read_at=None)
        for each in readings([Told("onhold", 1), Told("pending", 2)], timed=False)
    )

    assert (end([stopped, going]).status_word, end([going, stopped]).status_word) == ("pending", "onhold")


def test_of_readings_with_and_without_their_time_the_next_one_mends_what_came_amiss():
    """1 tells a later time than 3, and 2 none: each is newer than the one before it, in a circle."""
    way = (
        Told("pending", 9).read(asked_s=60, timed=True),
        Told("onhold", 0).read(asked_s=120, timed=False),
        Told("failed", 8).read(asked_s=180, timed=True),
    )
    after = Told("inprocess", 10).read(asked_s=240, timed=True)

    assert {end(order).status_word for order in permutations(way)} == {"pending", "onhold", "failed"}
    for order in permutations(way):
        known = end([*order, after])
        assert (known.status_word, known.hold, known.ending) == ("inprocess", None, None)


def test_of_two_costs_and_a_silence_the_next_reading_that_tells_one_counts():
    cheap, dear, silent = readings(
        [Told("draft", 1), Told("draft", 2, cost="16.20"), Told("draft", 3, cost=None)]
    )
    (again,) = readings([Told("pending", 4, cost="16.20")])
    again = msgspec.structs.replace(again, read_at=NINE.replace(hour=10))

    told = {end(order).cost for order in permutations([cheap, dear, silent])}
    assert told == {Money(1_495, "USD"), Money(1_620, "USD")}
    for order in permutations([cheap, dear, silent]):
        assert end([*order, again]).cost == Money(1_620, "USD")


# -- recorded ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def steady_vendor(workspace: MadeWorkspace, tmp_path: Path) -> AsyncGenerator[Vendor]:
    """Her Printful takes its time for every stage, and sends two lines in two parcels."""
    stage = (0.1, 0.2)
    stages = Stages(costs=stage, accept=stage, print=stage, ship=stage, deliver=stage)
    async with running(quick(tmp_path / "steady", stages=stages, split_share=1.0)) as printful:
        yield await Vendor.open(workspace, printful)


async def recorded(
    adapter: Adapter[Any], order: PrintOrder, *, cancelled: bool = False
) -> list[OrderSnapshot]:
    """Everything the provider says of an order from its draft to the door, or until it is cancelled."""
    said: list[OrderSnapshot] = []

    async def ask(call: Awaitable[OrderSnapshot]) -> OrderSnapshot:
        asked_at = clock.now()
        snapshot = msgspec.structs.replace(await call, read_at=asked_at)
        if not said or msgspec.structs.replace(snapshot, read_at=said[-1].read_at) != said[-1]:
            said.append(snapshot)
        return snapshot

    draft = await ask(adapter.prepare(order))
    number = draft.provider_order_id

    async def priced() -> bool:
        return (await ask(adapter.get(number))).cost_ready

    async def over() -> bool:
        snapshot = await ask(adapter.get(number))
        return snapshot.progress is Progress.DELIVERED or snapshot.ending is not None

    await until(priced)
    await ask(adapter.commit(number))
    if cancelled:
        await ask(adapter.cancel(number))
    await until(over)
    return said


def print_order(lines: int) -> PrintOrder:
    file = PrintFile(placement="front", technique="dtg", url="https://files.example/a.png")
    items = tuple(
        PrintItem(line_ref=f"line-{number}", variant_external_id="4012", quantity=1, files=(file,))
        for number in range(lines)
    )
    buyer = msgspec.convert(BUYER, Recipient)
    return PrintOrder(ref=f"{lines:032x}", recipient=buyer, items=items, shipping_method="STANDARD")


@pytest.mark.parametrize(("lines", "parcels"), [(1, ["delivered"]), (2, ["delivered", "delivered"])])
async def test_a_recorded_way_to_the_door_ends_as_it_was_told(
    steady_vendor: Vendor, lines: int, parcels: list[str]
):
    vendor = steady_vendor
    async with open_adapter(vendor.platform, vendor.workspace.id, vendor.connection_id) as adapter:
        told = await recorded(adapter, print_order(lines))

    known = end(told)
    assert {"draft", "pending", "inprocess", "fulfilled"} <= {each.status_word for each in told}
    assert all(each.as_of for each in told)
    assert (known.progress, known.ending, known.hold) == (Progress.DELIVERED, None, None)
    assert [str(each.state) for each in known.parcels.values()] == parcels
    assert ends_of(told) == [known]


async def test_a_recorded_cancel_ends_as_it_was_told(steady_vendor: Vendor):
    vendor = steady_vendor
    async with open_adapter(vendor.platform, vendor.workspace.id, vendor.connection_id) as adapter:
        told = await recorded(adapter, print_order(1), cancelled=True)

    assert [each.status_word for each in told][-2:] == ["pending", "canceled"]
    assert end(told).ending is Ending.CANCELLED
    assert ends_of(told) == [end(told)]


# -- stored ------------------------------------------------------------------------------------------------------------


async def take(vendor: Vendor, order_id: UUID, arrivals: Iterable[OrderSnapshot]) -> None:
    submission, fulfilment = await vendor.submission(order_id), await vendor.fulfilment(order_id)
    for snapshot in arrivals:
        of_it = msgspec.structs.replace(snapshot, provider_order_id=submission.provider_order_id)
        async with vendor.workspace.scope() as scope:
            await take_snapshot(scope, await lock_whole(scope, order_id), fulfilment.id, of_it)


async def stored(vendor: Vendor, order_id: UUID) -> object:
    """What our rows say of the order, its fulfilment and its parcels."""
    order, fulfilment = await vendor.order(order_id), await vendor.fulfilment(order_id)
    return (
        (order.stage, order.hold_reason, (await vendor.submission(order_id)).state),
        (fulfilment.progress, fulfilment.ending, fulfilment.status_word, fulfilment.cost_minor),
        sorted(
            (row.external_id, row.state, row.tracking_number, row.delivered_at, sorted(row.lines))
            for row in await vendor.shipments(order_id)
        ),
    )


@pytest.mark.parametrize("way", ["in two parcels", "returned", "stopped and set going", "cancelled"])
async def test_the_rows_end_the_same_once_the_newest_reading_is_taken_in(vendor: Vendor, way: str):
    """However the readings before it came: a webhook is only a hint, and the order is read again."""
    chance = Random(way)
    told = readings(WAYS[way])
    as_told = await send(vendor, "as-told")
    await take(vendor, as_told, told)

    for number in range(4):
        order_id = await send(vendor, f"shuffled-{number}")
        await take(vendor, order_id, with_double(chance.sample(told, len(told)), chance))
        await take(vendor, order_id, told[-1:])

        assert await stored(vendor, order_id) == await stored(vendor, as_told)


async def test_a_failure_written_after_the_order_was_committed_again_changes_nothing(vendor: Vendor):
    """Its reader stood still meanwhile. Taken at its word, the order in print would be held and committed once more."""
    order_id = await send(vendor)
    async with open_adapter(vendor.platform, vendor.workspace.id, vendor.connection_id) as adapter:
        now = await adapter.get((await vendor.submission(order_id)).provider_order_id or "")
    failed, going = (
        msgspec.structs.replace(
            now,
            status_word=word,
            ending=ending,
            as_of=(now.as_of or NINE) + timedelta(seconds=number),
            read_at=clock.now() + timedelta(seconds=number),
        )
        for number, (word, ending) in enumerate([("failed", Ending.FAILED), ("pending", None)], start=1)
    )
    await take(vendor, order_id, [failed])
    assert (await vendor.order(order_id)).hold_reason == HoldReason.PROVIDER_REJECTED
    async with vendor.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)
    await take(vendor, order_id, [going])
    before = await stored(vendor, order_id)

    await take(vendor, order_id, [failed])

    assert await stored(vendor, order_id) == before
    assert (await vendor.submission(order_id)).state == SubmissionState.COMMITTED


# -- whatever they say -------------------------------------------------------------------------------------------------

STATUSES = ["draft", "pending", "onhold", "failed", "canceled", "inprocess", "partial", "fulfilled"]
PARCEL_WORDS = [
    ("pending", "pre_transit"),
    ("onhold", "pre_transit"),
    ("shipped", "in_transit"),
    ("shipped", "delivered"),
    ("shipped", "return_to_sender"),
    ("canceled", "canceled"),
]
parcels = st.tuples(st.sampled_from([51, 52]), st.sampled_from(PARCEL_WORDS)).map(
    lambda drawn: parcel(drawn[0], *drawn[1])
)
tellings = st.builds(
    Told, st.sampled_from(STATUSES), st.integers(0, 5), st.lists(parcels, max_size=2).map(tuple)
)


@given(st.lists(tellings, min_size=1, max_size=8), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=500, deadline=None)
def test_any_readings_end_the_same_in_any_order(way: list[Told], timed: bool, chance: Random):
    def facts(known: Known) -> object:
        states: dict[str, ParcelState] = {name: each.state for name, each in known.parcels.items()}
        return known.progress, known.ending, known.status_word, known.hold, known.cost, states

    told = readings(way, timed=timed)

    assert facts(end(with_double(chance.sample(told, len(told)), chance))) == facts(end(told))
