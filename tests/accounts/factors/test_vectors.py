"""The published vectors of one-time codes and of WebAuthn, all of them, by our own functions."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from printvision.accounts.factors.ceremonies import (
    Credential,
    Party,
    check_new,
    check_use,
    read_id,
)
from printvision.accounts.factors.codes import DIGITS, ISSUER, STEP_S, address_of, code_at, find_step
from printvision.accounts.factors.errors import BadPasskey
from printvision.platform.redaction import Secret
from tests.shared import shared


def vectors(name: str) -> Any:
    return json.loads(shared(f"vectors/otp-webauthn/{name}").read_bytes())


def base32(text: str) -> Secret:
    return Secret(base64.b32encode(text.encode()).decode())


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# -- one-time codes ------------------------------------------------------------------------------------------


def test_codes_are_those_of_rfc_4226():
    rows = vectors("otp.json")["hotp"]

    assert len(rows) == 6
    for row in rows:
        assert row["digits"] == DIGITS
        assert code_at(base32(row["secret_ascii"]), row["counter"]) == row["otp"]


def test_codes_are_those_of_rfc_6238():
    rows = vectors("otp.json")["totp"]
    # Ours are of SHA-1 alone: what else an address says is passed over by apps in use.
    ours = [row for row in rows if row["algorithm"] == "SHA1"]
    others = [row for row in rows if row["algorithm"] in ("SHA256", "SHA512")]

    assert (len(ours), len(others), len(rows)) == (3, 6, 9)
    for row in ours:
        assert row["step"] == STEP_S
        secret, code = (
            base32(row["secret_ascii"]),
            row["otp"][-DIGITS:],
        )  # of eight digits the last six are ours
        at = datetime.fromtimestamp(row["time"], UTC)
        assert code_at(secret, row["time"] // STEP_S) == code
        assert find_step(secret, code, at) == row["time"] // STEP_S
    for row in others:  # and are refused, not taken for ours
        at = datetime.fromtimestamp(row["time"], UTC)
        assert find_step(base32(row["secret_ascii"]), row["otp"][-DIGITS:], at) is None


def test_a_code_of_the_step_before_is_taken():
    window = vectors("otp.json")["verify_window"]

    assert len(window["cases"]) == 2
    for row in window["cases"]:
        at = datetime.fromtimestamp(row["time"], UTC)
        assert row["window"] == 1
        assert row["valid"]
        assert find_step(Secret(window["secret_base32"]), row["otp"], at) == row["timecode"]


def test_an_address_is_as_apps_read_it():
    rows = vectors("otp.json")["provisioning_uri"]
    # Ours always says whose it is; one that does not is of no use in a list of many.
    ours = [row for row in rows if "issuer" in row["query"]]

    assert (len(ours), len(rows)) == (1, 2)
    for row in ours:
        issuer = row["query"]["issuer"]
        made = urlsplit(address_of(Secret(row["query"]["secret"]), "mark@percival"))
        assert (made.scheme, made.netloc) == (row["scheme"], row["netloc"])
        assert made.path == row["path"].replace(issuer.replace("!", "%21"), ISSUER)
        assert parse_qs(made.query) == {
            "secret": [row["query"]["secret"].upper()],
            "issuer": [ISSUER],
            "algorithm": ["SHA1"],
            "digits": ["6"],
            "period": ["30"],
        }


# -- WebAuthn ------------------------------------------------------------------------------------------


def use(row: Any, *, alone: bool) -> tuple[int, bool]:
    party = Party(row["rp_id"], row["origin"])
    shown = check_use(
        party, octets(row["challenge"]), row["credential"], octets(row["public_key"]), alone=alone
    )
    assert shown.sign_count > row["stored_sign_count"]
    return shown.sign_count, shown.verified


def test_what_a_kept_library_takes_and_refuses_we_do():
    rows = vectors("webauthn_duo.json")["vectors"]
    uses = [row for row in rows if row["kind"] == "authentication"]
    news = [row for row in rows if row["kind"] == "registration"]

    assert (len(uses), len(news), len(rows)) == (4, 4, 8)
    for row in uses:
        alone = row.get("require_user_verification", False)
        if row["expect"] == "reject":
            with pytest.raises(BadPasskey) as refused:
                use(row, alone=alone)
            assert row["reason_in_reference_library"] in str(refused.value.note)
            continue
        assert use(row, alone=alone) == (row["new_sign_count"], row["user_verified"])
        if not row["user_verified"]:
            with pytest.raises(BadPasskey):
                use(row, alone=True)
    for row in news:
        party, challenge = Party(row["rp_id"], row["origin"]), octets(row["challenge"])
        if row["expect"] == "reject":
            with pytest.raises(BadPasskey):
                check_new(party, challenge, row["credential"])
            continue
        made = check_new(party, challenge, row["credential"])
        assert made.id == octets(row["credential"]["id"])
        assert made.public_key == octets(row["credential_public_key"])
        assert made.sign_count == row["sign_count"]


# Algorithms that we do not offer to devices, for the library does not know them.
NOT_OFFERED = ("ES384", "ES512", "Ed448")
# The specification leaves it to us; our pages are shown in no frame.
IN_A_FRAME = ("crossOrigin", "topOrigin")


def as_json(kind: str, row: Any, name: str) -> Credential:
    members = {
        "registration": ("clientDataJSON", "attestationObject"),
        "authentication": ("clientDataJSON", "authenticatorData", "signature"),
    }[kind]
    response = {member: base64url(bytes.fromhex(row[kind][member])) for member in members}
    return {"id": name, "rawId": name, "type": "public-key", "response": response}


def test_the_examples_of_the_specification_are_taken_whatever_the_maker_says():
    rows = vectors("webauthn_w3c.json")["vectors"]
    taken: list[str] = []
    for row in rows:
        party = Party(row["rp_id"], row["origin"])
        name = base64url(bytes.fromhex(row["registration"]["credential_id"]))
        new, used = as_json("registration", row, name), as_json("authentication", row, name)
        first, second = (bytes.fromhex(row[kind]["challenge"]) for kind in ("registration", "authentication"))
        if any(word in row["name"] for word in (*NOT_OFFERED, *IN_A_FRAME)):
            with pytest.raises(BadPasskey):
                check_new(party, first, new)
            continue
        made = check_new(party, first, new)
        assert made.id == read_id(used) == octets(name)
        shown = check_use(party, second, used, made.public_key, alone=False)
        assert made.sign_count == shown.sign_count == 0  # these do not count
        for wrong in (Party("example.com", party.origin), Party(party.id, "https://example.com")):
            with pytest.raises(BadPasskey):
                check_use(wrong, second, used, made.public_key, alone=False)
            with pytest.raises(BadPasskey):
                check_new(wrong, first, new)
        with pytest.raises(BadPasskey):
            check_use(party, first, used, made.public_key, alone=False)
        taken.append(row["name"])

    assert len(rows) == 8
    assert taken == [
        "ES256 Credential with No Attestation",
        "ES256 Credential with very long credential ID",
        "Packed Attestation with RS256 Credential",
        "Android Key Attestation with ES256 Credential",
        "FIDO U2F Attestation with ES256 Credential",
    ]
