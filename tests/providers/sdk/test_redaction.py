from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from printvision.providers.sdk import (
    Effect,
    MemoryRecorder,
    ProviderHttp,
    ProviderRejected,
    attempt,
)
from printvision.providers.sdk.redaction import Redactor
from tests.providers.scripted import ScriptedProvider, answer
from tests.providers.sdk.conftest import TOKEN

ORDER = {
    "external_id": "ab12",
    "recipient": {
        "name": "Ilse Ångström",
        "address1": 'Gate "7" 12',
        "city": "Mora",
        "zip": "79230",
        "country_code": "SE",
        "email": "ilse@mail.example",
        "phone": "+46 250 555 01",
    },
    "order_items": [{"name": "SKU-1", "quantity": 2, "url": "https://files.example/a.png?sig=abc123&e=9"}],
}
PERSONAL = ("Ilse", "Ångström", 'Gate "7" 12', "Mora", "79230", "ilse@mail.example", "250 555")


def value_of(value: Any) -> Any:
    return Redactor().value(value)


def test_value_hides_people_secrets_and_signed_links_and_keeps_the_rest() -> None:
    shown = value_of(ORDER | {"secret_key": "00ff", "access_token": "x", "public_key": "shown", "total": 12})

    assert shown == {
        "external_id": "ab12",
        "recipient": "***",
        "order_items": [{"name": "SKU-1", "quantity": 2, "url": "https://files.example/a.png?***"}],
        "secret_key": "***",
        "access_token": "***",
        "public_key": "shown",
        "total": 12,
    }


def test_value_keeps_a_missing_personal_field_as_missing() -> None:
    assert value_of({"email": None, "phone": "1"}) == {"email": None, "phone": "***"}


def test_value_is_cut_in_every_direction() -> None:
    deep: Any = "bottom"
    for _ in range(50):
        deep = [deep]

    assert value_of(list(range(9))) == [0, 1, 2, 3, 4, "… 4 more"]
    assert len(value_of("x" * 100_000)) == 1_000
    assert len(value_of({str(i): i for i in range(1_000)})) == 60
    assert "bottom" not in str(value_of(deep))


def test_text_hides_learned_words_addresses_and_userinfo() -> None:
    redactor = Redactor(["tok-1"])
    redactor.learn_body(ORDER)

    shown = redactor.text(
        "tok-1 for Ilse Ångström (ilse@mail.example) via https://u:p@host.example/x?token=1"
    )

    assert shown == "*** for *** (***) via https://***@host.example/x?***"


def test_text_hides_the_longer_of_two_words_whole() -> None:
    redactor = Redactor()
    redactor.learn(["Anna", "Anna Berg"])

    assert redactor.text("Anna Berg") == "***"


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"{", b"[" * 5_000, b"null"])
def test_body_takes_anything(raw: bytes) -> None:
    assert len(Redactor().body(raw, limit=100)) <= 100


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"id":7,"recipient":{"name":"Ilse","zip"', '{"id":7,"recipient":{"name":"***","***"'),
        (b'["Ilse","Mora \\" x', '["***","***"'),
        (b'{"a" : "b" , "c":"d', '{"a" : "***" , "c":"***"'),
        (b"<html>Bad gateway</html>", "<html>Bad gateway</html>"),
    ],
)
def test_body_hides_every_value_of_json_that_is_broken(raw: bytes, expected: str) -> None:
    assert Redactor().body(raw, limit=100) == expected


def test_body_does_not_parse_what_is_huge() -> None:
    assert Redactor().body(b" " * 300_000, limit=100) == "(300000 bytes)"


async def test_nothing_kept_of_a_call_shows_credential_or_buyer(
    http: ProviderHttp,
    provider: ScriptedProvider,
    recorder: MemoryRecorder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    quoted = f'No such address: Ilse Ångström, Gate "7" 12, 79230 Mora (token {TOKEN})'
    provider.then(
        answer(500, {"message": quoted}), answer(400, {"error": {"message": quoted, "reason": TOKEN}})
    )

    with pytest.raises(ProviderRejected) as caught:
        await http.call(
            "POST", "/orders", json=ORDER, params={"access_token": "q-secret"}, effect=Effect.REPEATABLE
        )

    error = caught.value
    kept = [msgspec.json.encode(call).decode() for call in recorder.calls]
    kept += [caplog.text, str(error), repr(error), str(error.fields), str(error.note), repr(http)]
    for word in (*PERSONAL, TOKEN):
        assert word not in "\n".join(kept).replace('\\"', '"')
    assert [(call.status, call.error, call.attempt) for call in recorder.calls] == [
        (500, "providers/outcome-unknown", 1),
        (400, "providers/rejected", 2),
    ]
    assert error.detail == "No such address: ***, ***, *** *** (token ***)"


async def test_a_call_is_one_span_with_its_template_and_without_its_body(
    http: ProviderHttp, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    tracing = TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(attempt, "_tracer", tracing.get_tracer("test"))
    provider.then(answer(503), answer(body={"secret": "s"}))

    await http.get("/orders/{order}", ids={"order": "@ab12"}, params={"q": "1"})

    first, second = exporter.get_finished_spans()
    assert (first.name, second.name) == ("provider.call", "provider.call")
    assert dict(first.attributes or {}) == {
        "provider": "inkwell",
        "http.request.method": "GET",
        "url.template": "/orders/{order}",
        "http.request.resend_count": 0,
        "http.response.status_code": 503,
        "error.type": "providers/unavailable",
    }
    assert dict(second.attributes or {})["http.response.status_code"] == 200
    assert (first.events, second.events) == ((), ())
