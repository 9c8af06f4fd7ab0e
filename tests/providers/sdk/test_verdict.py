from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine

from printvision.providers.sdk.verdict import Words, delay_s, words_of

NOON = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", 0.0),
        ("1.5", 1.5),
        (" 30 ", 30.0),
        ("-5", 0.0),
        ("999999", 3_600.0),
        ("inf", 3_600.0),
        ("nan", None),
        ("Sun, 01 Mar 2026 12:00:45 GMT", 45.0),
        ("Sun, 01 Mar 2026 11:59:00 GMT", 0.0),
        ("Sunday, 01-Mar-26 12:00:45 GMT", 45.0),
        ("soon", None),
        ("", None),
    ],
)
def test_delay_reads_the_header_in_each_form(header: str, expected: float | None) -> None:
    with time_machine.travel(NOON, tick=False):
        assert delay_s(httpx.Headers({"Retry-After": header}), "") == expected


def test_delay_is_found_in_words_where_there_is_no_header() -> None:
    said = "You've recently sent too many requests. Please try again after 57 seconds."

    assert delay_s(httpx.Headers(), said) == 57.0
    assert delay_s(httpx.Headers({"Retry-After": "3"}), said) == 3.0
    assert delay_s(httpx.Headers(), "Try again later") is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 404, "result": "Not Found", "error": {"reason": "NotFound", "message": "No order"}},
         Words("NotFound", "No order")),
        ({"code": 404, "result": "Not Found"}, Words("404", "Not Found")),
        ({"type": "https://x/#gone", "status": 404, "title": "Gone", "detail": "It left"},
         Words("https://x/#gone", "It left")),
        ({"type": "about:blank", "title": "Broken", "details": "spelt so"}, Words("about:blank", "spelt so")),
        ({"data": "no", "error": {"reason": 403, "message": "no"}}, Words("403", "no")),
        ({"errors": [{"code": "E1", "message": "first"}, {"code": "E2"}]}, Words("E1", "first")),
        ({"code": 5, "message": "Failed", "errors": {"reason": "No zip", "code": 5}}, Words("5", "No zip")),
        ({"error": "invalid_grant"}, Words(None, "invalid_grant")),
        ("plain", Words(None, "plain")),
        (None, Words()),
        (7, Words()),
        ([], Words()),
        ({"error": {"error": {"error": {"error": {"error": {"error": "deep"}}}}}}, Words()),
    ],
)  # fmt: skip
def test_words_are_read_from_every_usual_shape(body: Any, expected: Words) -> None:
    assert words_of(body) == expected
