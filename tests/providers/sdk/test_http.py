from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import msgspec
import pytest

from printvision.providers.sdk import (
    CursorPaging,
    Effect,
    Limits,
    MemoryBudget,
    MemoryRecorder,
    NumberPaging,
    OffsetPaging,
    ProviderConflict,
    ProviderError,
    ProviderHttp,
    ProviderNeedsAttention,
    ProviderNotFound,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    Reply,
    open_client,
)
from tests.providers.scripted import (
    ScriptedProvider,
    Turn,
    answer,
    hang_up,
    keep_silent,
    never_end,
    stop_half_way,
)
from tests.providers.sdk.conftest import QUICK, TOKEN

Connect = Callable[..., ProviderHttp]


PACKED = answer(body=gzip.compress(b" " * 5_000_000), headers={"Content-Encoding": "gzip"})


class Thing(msgspec.Struct):
    id: int


async def test_get_sends_the_credential_and_the_query_and_reads_json(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(body={"id": 7, "extra": "kept in json"}))

    reply = await http.get("/things/{thing}", ids={"thing": "a/b?c"}, params={"limit": 5, "colour": None})

    assert reply.decode(Thing) == Thing(7)
    assert reply.json() == {"id": 7, "extra": "kept in json"}
    assert provider.seen[0].target == "/things/a%2Fb%3Fc?limit=5"
    assert provider.seen[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("hostile", ["", ".", ".."])
async def test_get_refuses_an_id_that_would_name_another_path(
    http: ProviderHttp, provider: ScriptedProvider, hostile: str
) -> None:
    with pytest.raises(ProviderNotFound):
        await http.get("/things/{thing}", ids={"thing": hostile})

    assert provider.seen == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ProviderUnintelligible),
        (400, ProviderRejected),
        (401, ProviderNeedsAttention),
        (402, ProviderNeedsAttention),
        (403, ProviderNeedsAttention),
        (404, ProviderNotFound),
        (409, ProviderConflict),
        (410, ProviderNotFound),
        (422, ProviderRejected),
    ],
)
async def test_a_refusal_is_sorted_by_who_acts_next_and_not_repeated(
    http: ProviderHttp, provider: ScriptedProvider, status: int, kind: type[ProviderError]
) -> None:
    provider.then(answer(status, {"error": {"reason": "OR-5", "message": "Bad item"}}, {"Location": "/x"}))

    with pytest.raises(kind) as caught:
        await http.post("/orders", json={}, effect=Effect.REPEATABLE)

    assert type(caught.value) is kind
    assert caught.value.provider == "inkwell"
    assert len(provider.seen) == 1


async def test_a_refusal_carries_the_providers_code_and_words(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    body = {"code": 400, "result": "x", "error": {"reason": "OR-5", "message": "Bad item"}}
    provider.then(answer(400, body))

    with pytest.raises(ProviderRejected) as caught:
        await http.get("/things")

    assert (caught.value.provider_code, caught.value.detail) == ("OR-5", "Bad item")


# -- retries ----------------------------------------


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(502), answer(503), answer(504), hang_up, stop_half_way]
)
async def test_a_read_is_repeated_after_trouble(
    http: ProviderHttp, provider: ScriptedProvider, trouble: Turn
) -> None:
    provider.then(trouble, answer(body={"id": 1}))

    assert (await http.get("/things/1")).decode(Thing) == Thing(1)
    assert len(provider.seen) == 2


async def test_a_read_is_given_up_after_its_attempts(http: ProviderHttp, provider: ScriptedProvider) -> None:
    provider.then(answer(500))

    with pytest.raises(ProviderUnavailable) as caught:
        await http.get("/things")

    assert type(caught.value) is ProviderUnavailable
    assert len(provider.seen) == 3


async def test_a_repeatable_write_is_repeated(http: ProviderHttp, provider: ScriptedProvider) -> None:
    provider.then(hang_up, answer(503), answer(body={"id": 1}))

    assert (await http.post("/orders", json={}, effect=Effect.REPEATABLE)).decode(Thing) == Thing(1)
    assert len(provider.seen) == 3


async def test_a_repeatable_write_without_any_answer_has_an_unknown_outcome(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(hang_up)

    with pytest.raises(ProviderOutcomeUnknown):
        await http.post("/orders", json={}, effect=Effect.REPEATABLE)

    assert len(provider.seen) == 3


async def test_a_write_stays_unknown_when_a_later_try_is_turned_away(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(hang_up, answer(429, headers={"Retry-After": "60"}))

    with pytest.raises(ProviderOutcomeUnknown) as caught:
        await http.post("/orders", json={}, effect=Effect.REPEATABLE)

    assert caught.value.retry_after_s == 60


@pytest.mark.parametrize(
    ("first", "after_unknown"), [(hang_up, True), (answer(429, headers={"Retry-After": "0"}), False)]
)
async def test_a_refusal_says_whether_an_earlier_try_may_have_worked(
    http: ProviderHttp, provider: ScriptedProvider, first: Turn, after_unknown: bool
) -> None:
    provider.then(first, answer(422, {"message": "sold out"}))

    with pytest.raises(ProviderRejected) as caught:
        await http.post("/orders", json={}, effect=Effect.REPEATABLE)

    assert caught.value.after_unknown is after_unknown


@pytest.mark.parametrize(
    "trouble", [answer(500), answer(503), hang_up, keep_silent, stop_half_way, never_end]
)
async def test_a_write_that_may_not_be_repeated_is_sent_once(
    http: ProviderHttp, provider: ScriptedProvider, trouble: Turn
) -> None:
    provider.then(trouble)

    with pytest.raises(ProviderOutcomeUnknown):
        await http.post("/orders/1/confirmation", effect=Effect.ONCE)

    assert len(provider.seen) == 1


async def test_a_write_that_may_not_be_repeated_is_repeated_where_it_was_turned_away(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(429, headers={"Retry-After": "0"}), answer(body={"id": 1}))

    assert (await http.post("/confirmation", effect=Effect.ONCE)).decode(Thing) == Thing(1)
    assert len(provider.seen) == 2


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
async def test_a_method_the_transport_repeats_is_not_promised_to_be_sent_once(
    http: ProviderHttp, method: str
) -> None:
    with pytest.raises(ValueError, match=method):
        await http.call(method, "/orders/1", effect=Effect.ONCE)


async def test_nothing_listening_is_unavailable_and_never_unknown(connect: Connect) -> None:
    http = connect(base_url="http://127.0.0.1:9")

    with pytest.raises(ProviderUnavailable) as caught:
        await http.post("/confirmation", effect=Effect.ONCE)

    assert type(caught.value) is ProviderUnavailable


# -- delays ----------------------------------------


async def test_a_long_delay_is_carried_out_and_not_waited_for(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(429, headers={"Retry-After": "60"}))
    begun = monotonic()

    with pytest.raises(ProviderThrottled) as caught:
        await http.get("/things")

    assert caught.value.retry_after_s == 60
    assert len(provider.seen) == 1
    assert monotonic() - begun < 1


async def test_a_lockout_holds_back_the_next_call_too(http: ProviderHttp, provider: ScriptedProvider) -> None:
    provider.then(answer(429, headers={"Retry-After": "60"}), answer(body={}))

    with pytest.raises(ProviderThrottled):
        await http.get("/things")
    with pytest.raises(ProviderThrottled) as caught:
        await http.get("/other")

    assert caught.value.retry_after_s == pytest.approx(60, abs=1)
    assert len(provider.seen) == 1


async def test_what_they_say_is_left_lowers_the_budget(
    http: ProviderHttp, provider: ScriptedProvider, budget: MemoryBudget
) -> None:
    provider.then(answer(body={}, headers={"X-Ratelimit-Remaining": "0"}))
    await http.get("/things")

    with pytest.raises(ProviderThrottled):
        await budget.acquire(cost=900, patience_s=0.1)


@pytest.mark.parametrize("status", [200, 429])
async def test_a_tighter_limit_on_some_calls_does_not_hold_back_the_others(
    connect: Connect, provider: ScriptedProvider, status: int
) -> None:
    said = {"X-Ratelimit-Limit": "5", "X-Ratelimit-Remaining": "0", "Retry-After": "60"}
    provider.then(answer(status, {}, said), answer(body={"id": 1}))
    http = connect(whole_limit=120)

    with suppress(ProviderThrottled):
        await http.get("/rates")

    assert (await http.get("/orders/1")).decode(Thing) == Thing(1)


async def test_a_dear_call_takes_more_of_the_budget(http: ProviderHttp, provider: ScriptedProvider) -> None:
    provider.then(answer(body={}))
    await http.get("/catalogue", cost=1_000)

    with pytest.raises(ProviderThrottled):
        await http.get("/catalogue", cost=1_500)  # alone it would be waited for
    assert len(provider.seen) == 1


# -- bounds ----------------------------------------


async def test_silence_is_bounded(connect: Connect, provider: ScriptedProvider) -> None:
    provider.then(keep_silent)
    http = connect(limits=msgspec.structs.replace(QUICK, attempts=1))
    begun = monotonic()

    with pytest.raises(ProviderUnavailable):
        await http.get("/things")

    assert monotonic() - begun < 1


async def test_a_trickle_is_bounded_by_the_whole_time(connect: Connect, provider: ScriptedProvider) -> None:
    provider.then(never_end)
    http = connect(limits=msgspec.structs.replace(QUICK, attempts=1, total_s=0.3, max_bytes=10**12))
    begun = monotonic()

    with pytest.raises(ProviderUnavailable):
        await http.get("/things")

    assert monotonic() - begun < 2


@pytest.mark.parametrize("huge", [never_end, PACKED])
async def test_a_huge_answer_is_cut_off_packed_or_not(
    http: ProviderHttp, provider: ScriptedProvider, huge: Turn
) -> None:
    provider.then(huge)

    with pytest.raises(ProviderUnintelligible):
        await http.get("/things")

    assert len(provider.seen) == 1


async def test_a_packing_we_did_not_ask_for_is_refused(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(body=b"x", headers={"Content-Encoding": "zstd"}))

    with pytest.raises(ProviderUnintelligible):
        await http.get("/things")


async def test_a_private_address_is_not_called(connect: Connect, provider: ScriptedProvider) -> None:
    provider.then(answer(body={}))
    async with open_client() as public:
        with pytest.raises(ProviderUnavailable):
            await connect(client=public).get("/things")

    assert provider.seen == []


async def test_cookies_are_not_kept(http: ProviderHttp, provider: ScriptedProvider) -> None:
    provider.then(answer(body={}, headers={"Set-Cookie": "account=1"}))

    await http.get("/things")
    await http.get("/things")

    assert "Cookie" not in provider.seen[1].headers


# -- reading ----------------------------------------


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe", b"[" * 100_000])
async def test_an_answer_that_is_not_json_is_unintelligible_and_kept(
    http: ProviderHttp, provider: ScriptedProvider, recorder: MemoryRecorder, body: bytes
) -> None:
    provider.then(answer(body=body))

    reply = await http.get("/things")
    with pytest.raises(ProviderUnintelligible) as caught:
        reply.decode(Thing)

    assert recorder.calls[-1].error == "providers/unintelligible"
    assert recorder.calls[-1].response == caught.value.payload


async def test_an_answer_of_another_shape_is_unintelligible_and_names_the_place(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(body={"id": "seven"}))

    reply = await http.get("/things")
    with pytest.raises(ProviderUnintelligible) as caught:
        reply.decode(Thing)

    assert "$.id" in str(caught.value)
    assert caught.value.payload == '{"id":"seven"}'


async def test_classify_has_the_last_word(connect: Connect, provider: ScriptedProvider) -> None:
    def classify(reply: Reply, error: ProviderError) -> ProviderError:
        assert reply.status == 400
        return ProviderConflict(error.detail, provider="inkwell", provider_code="OR-13")

    provider.then(answer(400, {"message": "in use"}))

    with pytest.raises(ProviderConflict) as caught:
        await connect(classify=classify).get("/things")

    assert caught.value.detail == "in use"


# -- paging ----------------------------------------


async def test_pages_walks_offsets_to_the_total_even_when_pages_are_short(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    for ids, offset in (([1, 2], 0), ([3], 2), ([4], 3)):
        things = [{"id": number} for number in ids]
        provider.then(answer(body={"data": things, "paging": {"total": 4, "offset": offset, "limit": 2}}))

    found = [item async for item in http.pages("/things", OffsetPaging(limit=2), lambda raw: raw["id"])]

    assert found == [1, 2, 3, 4]
    assert [seen.target for seen in provider.seen] == [
        "/things?offset=0&limit=2",
        "/things?offset=2&limit=2",
        "/things?offset=3&limit=2",
    ]


async def test_pages_ends_at_an_empty_page_whatever_the_total_says(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(body={"data": [], "paging": {"total": 100, "offset": 0, "limit": 100}}))

    assert [item async for item in http.pages("/things", OffsetPaging(), lambda raw: raw)] == []


async def test_pages_follows_cursors_and_is_not_led_in_circles(
    http: ProviderHttp, provider: ScriptedProvider
) -> None:
    provider.then(answer(body={"data": [1], "next": "b"}), answer(body={"data": [2], "next": "b"}))

    found = [item async for item in http.pages("/things", CursorPaging(), lambda raw: raw)]

    assert found == [1, 2]


@pytest.mark.parametrize(
    "bodies",
    [
        [{"data": [1, 2], "last_page": 2}, {"data": [3], "last_page": 2}],
        [{"data": [1, 2]}, {"data": [3]}, {"data": []}],
    ],
)
async def test_pages_walks_numbers_to_the_last_told_or_an_empty_one(
    http: ProviderHttp, provider: ScriptedProvider, bodies: list[object]
) -> None:
    provider.then(*(answer(body=body) for body in bodies))

    found = [item async for item in http.pages("/things", NumberPaging(limit=50), lambda raw: raw)]

    assert found == [1, 2, 3]
    assert [seen.target for seen in provider.seen] == [
        f"/things?page={number}&limit=50" for number in range(1, len(bodies) + 1)
    ]


async def test_pages_has_an_end(connect: Connect, provider: ScriptedProvider) -> None:
    provider.then(answer(body={"data": [1], "paging": {"total": 10**9}}))
    http = connect(limits=Limits(max_pages=3))

    with pytest.raises(ProviderUnintelligible):
        [item async for item in http.pages("/things", OffsetPaging(), lambda raw: raw)]

    assert len(provider.seen) == 3


@pytest.mark.parametrize("body", [{}, {"data": {}}, [], None, {"data": [{"no": "id"}]}])
async def test_a_page_of_another_shape_is_unintelligible(
    http: ProviderHttp, provider: ScriptedProvider, body: object
) -> None:
    provider.then(answer(body=body))

    with pytest.raises(ProviderUnintelligible):
        [item async for item in http.pages("/things", OffsetPaging(), lambda raw: raw["id"])]
