"""Signatures, against the published vectors, and the change from one secret to the next."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from printvision.hooks.signing import SigningSecret, new_secret, rotated, sign, signed_headers
from printvision.platform.redaction import Secret
from tests.shared import shared

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
TOLERANCE_S: Final = 300
DELIVERY = UUID("0198f000-0000-7000-8000-000000000001")


def receives(case: dict[str, Any]) -> bool:
    """A receiver as the specification wants it, which knows no other signature than ours."""
    headers, secret = case["headers"], Secret(case["secret"])
    said = [headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    if not all(said) or not said[1].isdigit() or not secret.reveal().removeprefix("whsec_"):
        return False
    late_s = abs(case["now"] - int(said[1]))
    return (
        late_s <= TOLERANCE_S
        and sign(secret, said[0], int(said[1]), case["body"].encode()) in said[2].split()
    )


def test_a_receiver_that_knows_our_signature_takes_and_refuses_as_published():
    cases = json.loads(shared("vectors/webhook-signing/standard_webhooks.json").read_text())["cases"]

    assert len(cases) == 12
    assert [case["name"] for case in cases if receives(case) is not (case["expect"] == "accept")] == []


def test_a_secret_is_as_long_as_the_specification_wants_it():
    one, other = new_secret().reveal(), new_secret().reveal()

    assert one.startswith("whsec_")
    assert len(one) == len("whsec_") + 44  # 32 bytes in base64
    assert one != other


def test_while_a_secret_is_replaced_both_sign_and_later_the_new_one_alone():
    old, fresh = new_secret(), new_secret()
    known = rotated([SigningSecret(old)], fresh, until=NOW + timedelta(hours=1))

    during = signed_headers(known, DELIVERY, b"{}", now=NOW + timedelta(minutes=59))
    after = signed_headers(known, DELIVERY, b"{}", now=NOW + timedelta(hours=1))

    stamp = int((NOW + timedelta(minutes=59)).timestamp())
    message_id = "msg_0198f000000070008000000000000001"
    assert during == {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": f"{sign(fresh, message_id, stamp, b'{}')} {sign(old, message_id, stamp, b'{}')}",
    }
    assert hmac.compare_digest(after["webhook-signature"], sign(fresh, message_id, stamp + 60, b"{}"))


def test_a_second_rotation_does_not_lengthen_the_life_of_the_first_secret():
    one, two, three = new_secret(), new_secret(), new_secret()
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=24)

    known = rotated(rotated([SigningSecret(one)], two, until=soon), three, until=later)

    assert known == [SigningSecret(three), SigningSecret(two, later), SigningSecret(one, soon)]


@pytest.mark.parametrize("rotations", [3, 4, 20])
def test_never_more_than_four_secrets_sign(rotations: int):
    known = [SigningSecret(new_secret())]
    for _ in range(rotations):
        known = rotated(known, new_secret(), until=NOW)
    assert len(known) == 4
