"""An ID token that breaks one rule of OpenID Connect Core, section 3.1.3.7, is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from printvision.accounts.openid.tokens import LEEWAY_S, BadToken, kid_of, read_token

OURS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
OTHERS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
KEYS = KeySet.import_key_set({"keys": [OURS.as_dict(private=False)]})


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": "https://id.example",
        "sub": "ada",
        "aud": "us",
        "iat": now,
        "exp": now + 300,
        "nonce": "n",
    } | changed
    return {name: value for name, value in whole.items() if value is not None}


def signed(given: dict[str, Any], *, alg: str = "RS256", key: Any = OURS) -> str:
    return jwt.encode({"alg": alg, "kid": "one"}, given, key, algorithms=[alg])


def read(token: str) -> dict[str, Any]:
    return read_token(
        token, KEYS, issuer="https://id.example", client_id="us", nonce="n", access_token="an access token"
    )


# SHA-256 of the access token, its left half
AT_HASH = urlsafe_b64encode(hashlib.sha256(b"an access token").digest()[:16]).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "changed", [{}, {"aud": ["us"]}, {"aud": ["us", "them"], "azp": "us"}, {"at_hash": AT_HASH}]
)
def test_a_token_that_holds(changed: dict[str, Any]):
    token = signed(claims(**changed))

    assert kid_of(token) == "one"
    assert read(token)["sub"] == "ada"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://id.example/"},
        {"iss": None},
        {"aud": "them"},
        {"aud": None},
        {"aud": []},
        {"aud": ["us", "them"]},
        {"aud": ["us", "them"], "azp": "them"},
        {"azp": "them"},
        {"exp": int(time.time()) - LEEWAY_S - 30},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": int(time.time()) + 10_000},
        {"nonce": "other"},
        {"nonce": None},
        {"nonce": ["n"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 256},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"at_hash": 1},
    ],
)
def test_a_token_that_does_not(changed: dict[str, Any]):
    with pytest.raises(BadToken):
        read(signed(claims(**changed)))


def by_hand(alg: str) -> str:
    """Signed by nobody, or by HMAC with the public key for its secret: no library would make it."""
    parts = [
        urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": alg, "kid": "one"}, claims())
    ]
    made = b".".join(parts)
    mac = b"" if alg == "none" else hmac.digest(OURS.as_pem(private=False), made, "sha256")
    return (made + b"." + urlsafe_b64encode(mac).rstrip(b"=")).decode()


@pytest.mark.parametrize(
    "token",
    [
        signed(claims(), key=OTHERS),
        by_hand("HS256"),
        by_hand("none"),
        signed(claims())[:-6] + "AAAAAA",
        "a.b.c",
        "",
    ],
)
def test_a_token_signed_by_another_or_by_nobody(token: str):
    with pytest.raises(BadToken):
        read(token)
