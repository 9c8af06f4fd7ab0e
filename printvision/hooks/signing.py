"""Signatures by the Standard Webhooks specification, version 1: HMAC-SHA256 over id, timestamp and body.

While a secret is being replaced both sign, and the receiver takes a call of which one signature is right.

Source: standard-webhooks, spec/standard-webhooks.md, "Signature scheme", read 2026-11.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from printvision.platform.redaction import Secret
from printvision.platform.sealed import Keyring, SealedAt

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32  # the specification wants 24 to 64
MOST_SECRETS: Final = 4


class SigningSecret(msgspec.Struct, frozen=True):
    """`until` None: it signs until it is replaced."""

    secret: Secret
    until: datetime | None = None


def new_secret() -> Secret:
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())


def rotated(known: Sequence[SigningSecret], fresh: Secret, *, until: datetime) -> list[SigningSecret]:
    """The secrets after a rotation, the fresh one first; none of the others signs longer than `until`."""
    old = [SigningSecret(each.secret, min(each.until or until, until)) for each in known]
    return [SigningSecret(fresh), *old][:MOST_SECRETS]


def sign(secret: Secret, message_id: str, timestamp_s: int, body: bytes) -> str:
    """One signature, `v1,` and base64."""
    key = base64.b64decode(secret.reveal().removeprefix(PREFIX), validate=True)
    signed = b".".join((message_id.encode(), str(timestamp_s).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(
    known: Sequence[SigningSecret], delivery_id: UUID, body: bytes, *, now: datetime
) -> dict[str, str]:
    """The three headers of a call, signed by every secret that is still good."""
    message_id, timestamp_s = message_id_of(delivery_id), int(now.timestamp())
    good = [each.secret for each in known if each.until is None or each.until > now]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(sign(secret, message_id, timestamp_s, body) for secret in good),
    }


def message_id_of(delivery_id: UUID) -> str:
    """The same for every try, so that the receiver can tell a repetition."""
    return f"msg_{delivery_id.hex}"


def seal_secrets(
    keyring: Keyring, workspace_id: UUID, endpoint_id: UUID, known: Sequence[SigningSecret]
) -> bytes:
    return keyring.seal_json(list(known), _secrets_at(workspace_id, endpoint_id))


def open_secrets(
    keyring: Keyring, workspace_id: UUID, endpoint_id: UUID, sealed: bytes
) -> list[SigningSecret]:
    """
    Raises:
        CannotOpen
    """
    return keyring.open_json(sealed, _secrets_at(workspace_id, endpoint_id), list[SigningSecret])


def _secrets_at(workspace_id: UUID, endpoint_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "hook_endpoints", "secrets", endpoint_id)
