"""The parts of the Python client that send nothing: addresses, retries, streams, models."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision_client import (
    Changed,
    Event,
    MadeLater,
    NoAnswer,
    NotFound,
    PrintVision,
    Refused,
    Retries,
    TooManyRequests,
    UnreadableAnswer,
    answer_of,
)
from printvision_client.attempts import Outcome, Pause, Send, Step, attempts
from printvision_client.following import Following
from printvision_client.models import OrderHeld, OrderView, Stage
from printvision_client.operations import ORDERS_CREATE, ORDERS_GET, ORDERS_LIST, WORKSPACES_UPDATE
from printvision_client.sse import Message, Parser
from printvision_client.wire import Received, base_of, request_of

BASE = "https://desk.example"
ORDER = {
    "id": "01980000-0000-7000-8000-000000000001",
    "shop_id": "01980000-0000-7000-8000-000000000002",
    "external_id": "A-1",
    "number": "A-1",
    "stage": "received",
    "reason": None,
    "hold": None,
    "country": "US",
    "test": False,
    "placed_at": "2026-03-01T12:00:00Z",
    "received_at": "2026-03-01T12:00:00Z",
    "stage_at": "2026-03-01T12:00:00Z",
}
STILL = Retries(first_wait_s=1, longest_wait_s=8)
LOST = httpx.ReadTimeout("lost")


# -- where and with what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example",
        "http://127.0.0.1.desk.example",
        "ftp://desk.example",
        "https://",
        "https://me@x",
        "x",
    ],
)
def test_a_key_is_not_sent_where_it_can_be_read(url: str):
    with pytest.raises(ValueError, match="url"):
        PrintVision(url, key="pv_x")


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1:8000/", "http://[::1]", "https://x/desk/"]
)
def test_this_machine_needs_no_https(url: str):
    assert base_of(url, allow_http=False) == url.rstrip("/")


def test_http_elsewhere_is_had_by_saying_so():
    assert base_of("http://desk.example", allow_http=True) == "http://desk.example"


def test_the_key_is_in_no_representation_and_follows_no_redirect():
    asked: list[httpx.Request] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(307, headers={"location": "https://elsewhere.example/"})

    with PrintVision(BASE, key="pv_secret", transport=httpx.MockTransport(redirect)) as client:
        with pytest.raises(Refused) as refused:
            client.workspaces.get()
        shown = f"{client!r} {vars(client)!r} {refused.value!r}"

    assert [each.url.host for each in asked] == ["desk.example"]
    assert asked[0].headers["authorization"] == "Bearer pv_secret"
    assert "pv_secret" not in shown
    with pytest.raises(ValueError, match="printable") as wrong:
        PrintVision(BASE, key="pv_secret\nx: y")
    assert "pv_secret" not in str(wrong.value)


def test_a_request_has_its_words_in_their_places():
    options: Any = {"headers": {"Prefer": "wait=5", "Authorization": "Bearer other"}}

    listed = request_of(BASE, ORDERS_LIST, {"held": True, "stage": Stage.SHIPPED, "limit": None}, options)
    shown = request_of(BASE, ORDERS_GET, {"order_id": "a/b?c"}, {})

    assert listed.url == BASE + "/api/v1/orders?held=true&stage=shipped"
    assert (listed.headers["prefer"], "authorization" in listed.headers) == ("wait=5", False)
    assert shown.url == BASE + "/api/v1/orders/a%2Fb%3Fc"


@pytest.mark.parametrize("key", ["é", "a\nb", "x" * 256])
def test_a_key_that_is_none_is_refused_before_it_is_sent(key: str):
    with pytest.raises(ValueError, match="idempotency_key"):
        request_of(BASE, ORDERS_CREATE, {}, {"idempotency_key": key})


def test_what_is_not_an_answer_has_no_version():
    order = msgspec.convert(ORDER, OrderView)

    with pytest.raises(ValueError, match="not what a call answered"):
        request_of(BASE, WORKSPACES_UPDATE, {}, {"if_match": order})
    with pytest.raises(ValueError, match="not what a call answered"):
        answer_of(order)


# -- models ------------------------------------------------------------------------------------------------------------


def test_what_a_newer_server_adds_harms_nobody():
    order = msgspec.convert(ORDER | {"stage": "teleported", "colour": "red"}, OrderView)

    assert (order.stage, order.stage.known, Stage.SHIPPED.known) == ("teleported", False, True)
    assert isinstance(order.stage, Stage)
    assert "teleported" not in [str(each) for each in Stage]


# -- again, or not -----------------------------------------------------------------------------------------------------


def answered(status: int, body: bytes = b"{}", **headers: str) -> Received:
    return Received(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def told(
    story: Generator[Step, Outcome, Any], outcomes: list[Outcome], clock: list[float]
) -> tuple[Any, int]:
    """What comes of a story, and how often it sent; its pauses pass at once."""
    sent = 0
    step = next(story)
    while True:
        outcome = None
        if isinstance(step, Pause):
            clock[0] += step.seconds
        else:
            sent += 1
            outcome = outcomes[min(sent, len(outcomes)) - 1]
        try:
            step = story.send(outcome)
        except StopIteration as end:
            return end.value, sent
        except (NoAnswer, Refused) as error:
            return error, sent


def call(
    operation: Any, outcomes: list[Outcome], options: Any = None, **retries: Any
) -> tuple[Any, int, float]:
    clock = [0.0]
    request = request_of(BASE, operation, {"order_id": "x"}, options or {})
    story = attempts(
        operation, request, Retries(**retries) if retries else STILL, timeout_s=5, clock=lambda: clock[0]
    )
    end, sent = told(story, outcomes, clock)
    return end, sent, clock[0]


@pytest.mark.parametrize(
    ("operation", "options", "outcome", "kind", "sent"),
    [
        (ORDERS_GET, {}, LOST, NoAnswer, 4),
        (ORDERS_CREATE, {}, LOST, NoAnswer, 4),
        (WORKSPACES_UPDATE, {}, answered(503), Refused, 4),
        (WORKSPACES_UPDATE, {"if_match": '"x"'}, LOST, NoAnswer, 1),
        (WORKSPACES_UPDATE, {"if_match": '"x"'}, answered(503), Refused, 1),
        (WORKSPACES_UPDATE, {"if_match": '"x"'}, answered(429), TooManyRequests, 4),
        (WORKSPACES_UPDATE, {"if_match": '"x"'}, httpx.ConnectError("no"), NoAnswer, 4),
        (ORDERS_CREATE, {}, answered(409, b'{"code":"idempotency/in-flight"}'), Refused, 4),
        (ORDERS_CREATE, {}, answered(409, b'{"code":"orders/not-cancellable"}'), Refused, 1),
        (ORDERS_GET, {}, answered(404), NotFound, 1),
        (WORKSPACES_UPDATE, {}, answered(412), Changed, 1),
        (ORDERS_GET, {}, answered(500), Refused, 1),
    ],
)
def test_only_what_is_safe_is_tried_again(
    operation: Any, options: Any, outcome: Outcome, kind: type, sent: int
):
    end, tries, _ = call(operation, [outcome], options)

    assert (type(end) if kind is not Refused else Refused, tries) == (kind, sent)
    assert isinstance(end, kind)


@given(
    outcomes=st.lists(
        st.sampled_from([LOST, answered(503), answered(429, retry_after="3"), answered(502, b"<html>")]),
        min_size=1,
    ),
    tries=st.integers(1, 9),
    deadline_s=st.floats(0.1, 100),
)
def test_tries_and_time_are_bounded(outcomes: list[Outcome], tries: int, deadline_s: float):
    end, sent, took_s = call(ORDERS_GET, outcomes, tries=tries, deadline_s=deadline_s)

    assert isinstance(end, NoAnswer | Refused)
    assert 1 <= sent <= tries
    assert took_s < deadline_s


@given(failed=st.integers(1, 1_000))
def test_pauses_grow_to_a_bound_and_are_never_in_step(failed: int):
    whole = min(2.0 ** min(failed - 1, 30), 8)

    assert whole / 2 <= STILL.wait_s(failed) <= whole


def test_each_try_has_what_is_left_of_the_time():
    clock = [0.0]
    request = request_of(BASE, ORDERS_GET, {"order_id": "x"}, {})
    story = attempts(ORDERS_GET, request, Retries(deadline_s=7), timeout_s=5, clock=lambda: clock[0])
    first = next(story)
    clock[0] = 6.0
    pause = story.send(LOST)
    second = next(story)

    assert isinstance(first, Send)
    assert isinstance(pause, Pause)
    assert isinstance(second, Send)
    assert (first.timeout_s, second.timeout_s, second.by) == (5, 1.0, 7.0)
    assert first.request is second.request


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"items":5}', b"\xff", b"[" * 100_000])
def test_an_answer_that_cannot_be_read_is_told_so(body: bytes):
    def garble(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body)

    with (
        PrintVision(BASE, key="pv_x", transport=httpx.MockTransport(garble)) as client,
        pytest.raises(UnreadableAnswer),
    ):
        client.orders.list()


def test_a_call_that_a_task_makes_names_its_task():
    def begin(request: httpx.Request) -> httpx.Response:
        assert request.headers["prefer"] == "respond-async"
        told = {
            "preference-applied": "respond-async",
            "location": "/api/v1/tasks/01980000-0000-7000-8000-000000000009",
        }
        return httpx.Response(202, json={"id": "01980000-0000-7000-8000-000000000009"}, headers=told)

    with (
        PrintVision(BASE, key="pv_x", transport=httpx.MockTransport(begin)) as client,
        pytest.raises(MadeLater) as later,
    ):
        client.orders.retry(order_id="x", headers={"Prefer": "respond-async"})

    assert later.value.task_id == "01980000-0000-7000-8000-000000000009"


# -- streams -----------------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]))


@given(
    messages=st.lists(st.tuples(TEXTS.filter(bool), st.lists(TEXTS, min_size=1)), max_size=5),
    end=st.sampled_from(["\n", "\r", "\r\n"]),
    cuts=st.lists(st.integers(1, 7), min_size=1),
)
def test_a_stream_reads_the_same_however_it_is_cut_into_pieces(
    messages: list[tuple[str, list[str]]], end: str, cuts: list[int]
):
    lines = ["\ufeff: hello"]
    for number, (name, data) in enumerate(messages):
        lines += [f"id: {number}", f"event: {name}", *(f"data: {each}" for each in data), ""]
    # A CR at the very end could be half of a CR LF: what follows says that it is not.
    whole = (end.join(lines) + end + ":").encode()

    parser, found, place = Parser(), list[Message](), 0
    while place < len(whole):
        size = cuts[place % len(cuts)]
        found += parser.feed(whole[place : place + size])
        place += size

    assert found == [
        Message(name, "\n".join(data), str(number)) for number, (name, data) in enumerate(messages)
    ]


def test_a_stream_keeps_no_more_than_its_bounds():
    with pytest.raises(UnreadableAnswer, match="line"):
        list(Parser(max_line=10).feed(b"data: 12345678"))
    with pytest.raises(UnreadableAnswer, match="message"):
        list(Parser(max_message=10).feed(b"data: 12345\n" * 3))


def following(clock: list[float]) -> Following:
    return Following(BASE, ["orders"], None, STILL, silence_s=30, give_up_after_s=60, clock=lambda: clock[0])


def test_a_stream_goes_on_after_the_last_whole_message():
    stream = following([0.0])
    first = stream.request()

    events = list(
        stream.take(
            b"event: connected\nid: 1\ndata: {}\n\nid: 2\ndata: "
            b'{"kind":"orders.held","subject_id":"01980000-0000-7000-8000-000000000001",'
            b'"at":"2026-03-01T12:00:00Z","data":{"reason":"person","new":1}}\n\nid: 3\ndata: {"kin'
        )
    )

    assert events[0] is None
    assert isinstance(events[1], OrderHeld)
    assert (events[1].id, events[1].data.reason) == ("2", "person")
    assert ("last-event-id" in first.headers, stream.request().headers["last-event-id"]) == (False, "2")


def test_an_event_of_a_kind_that_is_not_known_is_an_event():
    (event,) = following([0.0]).take(
        b'data: {"kind":"moons.rose","subject_id":"01980000-0000-7000-8000-000000000001",'
        b'"at":"2026-03-01T12:00:00Z","data":{"over":"Leeds"}}\n\n'
    )

    assert event is not None
    assert (type(event), event.kind, event.data) == (Event, "moons.rose", {"over": "Leeds"})


def test_a_stream_gives_up_after_its_time_without_a_message():
    clock = [0.0]
    stream = following(clock)

    def come_again() -> None:
        while True:
            clock[0] += stream.again_after(LOST)

    with pytest.raises(NoAnswer):
        come_again()

    assert 60 - 8 <= clock[0] < 60


def test_a_stream_that_ends_with_a_problem_says_which():
    with pytest.raises(Refused) as refused:
        list(following([0.0]).take(b'event: problem\ndata: {"status":401,"code":"access/bad-key"}\n\n'))

    assert (refused.value.status, refused.value.code) == (401, "access/bad-key")
    with pytest.raises(Refused):
        following([0.0]).again_after(refused.value)
