from __future__ import annotations

import dataclasses
import pickle
import time
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.platform.redaction import (
    MASK,
    MAX_DEPTH,
    MAX_ITEMS,
    Secret,
    dec_hook,
    enc_hook,
    redact,
    redact_text,
    revealing_enc_hook,
)

AN_ID = UUID("019a0000-0000-7000-8000-000000000001")
A_TIME = datetime(2026, 3, 1, 12, tzinfo=UTC)

# -- Secret --------------------------------------------------------------------------------------------------


def test_a_secret_shows_only_when_it_is_revealed():
    secret = Secret("hunter2")

    assert [str(secret), repr(secret), f"{secret}", "%s" % secret] == [MASK] * 4  # noqa: UP031
    assert secret.reveal() == "hunter2"
    assert repr({"key": [secret]}) == "{'key': [***]}"


def test_a_secret_equals_only_a_secret_of_the_same_text():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)


def test_a_secret_is_not_pickled_and_not_iterated():
    with pytest.raises(TypeError):
        pickle.dumps(Secret("a"))
    with pytest.raises(TypeError):
        list(Secret("a"))  # pyright: ignore


class _Login(msgspec.Struct):
    user: str
    key: Secret


def test_the_hooks_decode_a_secret_and_encode_its_mask_or_its_text():
    login = msgspec.json.decode(b'{"user": "u", "key": "k"}', type=_Login, dec_hook=dec_hook)

    assert login.key == Secret("k")
    assert msgspec.json.encode(login, enc_hook=enc_hook) == b'{"user":"u","key":"***"}'
    assert msgspec.json.encode(login, enc_hook=revealing_enc_hook) == b'{"user":"u","key":"k"}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"user": "u", "key": 1}', type=_Login, dec_hook=dec_hook)
    with pytest.raises(NotImplementedError):
        msgspec.json.encode({1, object()}, enc_hook=enc_hook)


# -- by key --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [
        "authorization",
        "Authorization",
        "proxy-authorization",
        "api_key",
        "apiKey",
        "X-API-Key",
        "access_token",
        "refreshToken",
        "X-Shopify-Access-Token",
        "client_secret",
        "password",
        "passwd",
        "Cookie",
        "set-cookie",
        "signature",
        "webhook-signature",
        "X-Shopify-Hmac-Sha256",
        "session_id",
        "private_key",
        "X-Amz-Credential",
        "otp",
        b"Authorization",
    ],
)
def test_redact_masks_a_secret_by_the_name_of_its_key(key):
    text = key.decode() if isinstance(key, bytes) else key

    assert redact({key: "v"}) == {text: MASK}
    assert redact({key: {"deep": ["v"]}}) == {text: MASK}
    assert redact({key: 12}) == {text: MASK}


def test_redact_leaves_what_only_speaks_about_a_secret():
    about = {
        "token_type": "Bearer",
        "token_count": 3,
        "api_key_id": "k1",
        "has_token": True,
        "password": None,
    }

    assert redact(about) == about


@pytest.mark.parametrize(
    "key",
    [
        "email",
        "customer_email",
        "phone",
        "line1",
        "address2",
        "firstName",
        "last_name",
        "city",
        "zip",
        "postal_code",
    ],
)
def test_redact_masks_a_person_by_the_name_of_the_key(key: str):
    assert redact({key: "v"}) == {key: MASK}
    assert redact({"deep": [{key: "v"}]}) == {"deep": [{key: MASK}]}


def test_redact_masks_all_of_a_person_but_the_country():
    order = {
        "id": 450789469,
        "shipping_address": {
            "name": "Jane Doe",
            "country_code": "DE",
            "geo": {"lat": 52.5, "known": True},
            "extra": ["Doe", None],
        },
        "items": [{"name": "Unisex T-shirt", "quantity": 2}],
    }

    assert redact(order) == {
        "id": 450789469,
        "shipping_address": {
            "name": MASK,
            "country_code": "DE",
            "geo": {"lat": MASK, "known": True},
            "extra": [MASK, None],
        },
        "items": [{"name": "Unisex T-shirt", "quantity": 2}],
    }


def test_redact_takes_a_name_for_a_persons_where_the_rest_is_a_persons():
    assert redact({"name": "Jane", "email": "j@x.co"}) == {"name": MASK, "email": MASK}
    assert redact({"name": "Inkwell", "url": "https://inkwell.example"})["name"] == "Inkwell"


# -- by shape ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sent Bearer abcdef.ghijk-12 on", "sent Bearer *** on"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: *** ***"),
        ("key pv_live_8Fh2kLmn0 refused", "key *** refused"),
        ("shpat_0123456789abcdef0123", "***"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "***"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!", "jwt ***!"),
        ("the secret 0123456789abcdef0 is", "the secret *** is"),
        ("postgresql://app:s3cr3t@db:5432/pv", "postgresql://***@db:5432/pv"),
        ("https://a:b@c@d/", "https://***@d/"),
        (
            "/files/artwork/ab/abcd?e=1700000000&s=0123456789abcdefgh",
            "/files/artwork/ab/abcd?e=1700000000&s=***",
        ),
        ("GET /x?access_token=abc&page=2", "GET /x?access_token=***&page=2"),
        ("GET https://a.example/x?email=jane%40x.co&page=2", "GET https://a.example/x?email=***&page=2"),
        ("mail to jane.doe+tag@mail.example.com.", "mail to ***."),
        ("call +49 (0)170 1234567 now", "call *** now"),
        ("call (555) 123-4567 now", "call *** now"),
        ('{"api_key":"a \\"b\\" c","n":1}', '{"api_key":***,"n":1}'),
        (r"{\"password\": \"a b\"}", r"{\"password\": ***}"),
        (
            "Recipient(name='Jane Doe', line1='1 Main St', country='DE')",
            "Recipient(name=***, line1=***, country='DE')",
        ),
        ("tokens=['a', 'b'] n=1", "tokens=*** n=1"),
        ("Key (email)=(jane) already exists.", "Key (email)=(***) already exists."),
        ("bad row\nDETAIL:  Failing row contains (1, Jane Doe).\nend", "bad row\n***\nend"),
        ("[SQL: INSERT]\n[parameters: {'a': 'Jane Doe'}]\n(Background)", "[SQL: INSERT]\n***\n(Background)"),
    ],
)
def test_redact_text_masks_by_shape(text: str, shown: str):
    assert redact_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "order 019a0000-0000-7000-8000-000000000001 routed",
        "at 2026-11-23T11:21:59+00:00 took 0.125 s",
        "workflow name=orders.fulfil version=2",
        "GET https://api.printful.com/v2/orders?limit=100&offset=200 200",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "1234567890 and 12.50 EUR",
    ],
)
def test_redact_text_leaves_the_ordinary(text: str):
    assert redact_text(text) == text


# -- bounds and kinds ----------------------------------------------------------------------------------------


class _State(StrEnum):
    HELD = "held"


@dataclasses.dataclass
class _Plain:
    note: str
    token: str


def test_redact_knows_structs_dataclasses_numbers_times_and_tells_the_rest_by_type():
    given_values = {
        "struct": _Login("u", Secret("k")),
        "dataclass": _Plain("n", "t"),
        "scalars": (1, 2.5, Decimal("1.5"), AN_ID, A_TIME, _State.HELD, None, True),
        "bytes": b"abc",
        "object": object(),
        "secret_value": "v",
        "wrapped": Secret("k"),
    }

    assert redact(given_values) == {
        "struct": {"user": "u", "key": MASK},
        "dataclass": {"note": "n", "token": MASK},
        "scalars": [1, 2.5, Decimal("1.5"), AN_ID, A_TIME, "held", None, True],
        "bytes": "<3 bytes>",
        "object": "<object>",
        "secret_value": MASK,
        "wrapped": MASK,
    }


def test_redact_counts_what_it_leaves_out():
    assert redact(list(range(MAX_ITEMS + 5)))[-2:] == [MAX_ITEMS - 1, "<5 more>"]
    assert redact({f"k{n}": n for n in range(MAX_ITEMS + 5)})["…"] == "<5 more>"
    assert redact({"a" * 200: 1}) == {"a" * 128 + "…": 1}
    assert redact_text("word " * 20, max_text=50) == "word " * 9 + "word… (50 more)"


def test_redact_stops_at_its_depth_even_in_a_circle():
    circle: dict[str, object] = {}
    circle["again"] = circle

    shown = redact(circle)

    for _ in range(MAX_DEPTH):
        shown = shown["again"]
    assert shown == "<deeper>"


def test_redact_text_never_shows_the_half_of_a_secret_it_cut():
    text = "x " * 40 + "Bearer " + "abcdefgh" * 30

    assert "abcdefgh" not in redact_text(text, max_text=100)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a@",
        "'",
        '"a":',
        "+1 ",
        "[parameters: ",
        "://@",
        "eyJaaaaaaaa.",
        "a:'",
        "a.-",
        "(555",
        "\nDETAIL",
    ],
)
def test_redact_text_is_linear_in_hostile_text(unit: str):
    started = time.perf_counter()
    redact_text(unit * (40_000 // len(unit)), max_text=40_000)

    assert time.perf_counter() - started < 1


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(), st.lists)
)
def test_redact_never_fails(value: object):
    redact({"value": value, "email": value, "token": value})


@given(st.text(alphabet="abcdefghij0123456789", min_size=6, max_size=40))
def test_redact_never_shows_a_bearer_token(token: str):
    assert token not in redact_text(f"{{'Authorization': 'Bearer {token}'}}")
