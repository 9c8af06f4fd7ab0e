"""Reading an answer."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from printvision.providers.sdk import ProviderUnintelligible, Reply
from printvision.providers.sdk.wire import Answer


def refuse(detail: str) -> ProviderUnintelligible:
    return ProviderUnintelligible(detail, provider="inkwell", payload="")


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (rb'{"name": "A\u0000B"}', {"name": "AB"}),
        (rb'{"name": "\u0000\u0000"}', {"name": ""}),
        (rb'{"name": "A\\u0000"}', {"name": r"A\u0000"}),
        (rb'{"name": "A\\\u0000"}', {"name": "A\\"}),
        (rb'{"name": "A\u00000"}', {"name": "A0"}),
    ],
)
def test_nul_characters_are_left_out_of_what_is_read(body: bytes, read: Any) -> None:
    assert Reply(Answer(200, httpx.Headers(), body), refuse).json() == read


def test_what_is_no_json_is_unintelligible() -> None:
    with pytest.raises(ProviderUnintelligible, match="not JSON"):
        Reply(Answer(200, httpx.Headers(), b"<html>"), refuse).json()
