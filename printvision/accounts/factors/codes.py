"""Codes of authenticator apps: RFC 6238, six digits, SHA-1, a new one every 30 seconds.

No other kind: apps in use pass over what an address says of another algorithm or length, and would then show codes that
are never right.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from printvision.platform.redaction import Secret

STEP_S: Final = 30
DIGITS: Final = 6
# A clock that is wrong by a step, or somebody who types slowly.
STEPS_ASIDE: Final = 1
ISSUER: Final = "PrintVision"


def new_secret() -> Secret:
    """160 random bits, 32 characters of base32."""
    return Secret(base64.b32encode(secrets.token_bytes(20)).decode())


def code_at(secret: Secret, step: int) -> str:
    """
    Args:
        step: since 1970, each of `STEP_S` seconds; 0 or more.
    """
    # Secrets are ours and long; published examples of codes have short ones.
    return HOTP(_octets(secret), DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()  # noqa: S303 - RFC 6238


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_S


def find_step(secret: Secret, code: str, now: datetime, *, after: int | None = None) -> int | None:
    """Of which step a code is: of this one or its neighbours, the latest where it is of several.

    Args:
        code: whatever was typed.
        after: the step of the last code that was taken: none up to it is taken again (RFC 6238, 5.2).
    """
    this = step_of(now)
    steps = range(max(this - STEPS_ASIDE, 0), this + STEPS_ASIDE + 1)
    given = code.encode()
    # all of them, so that the time it takes tells nothing
    right = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
    return max((step for step in right if after is None or step > after), default=None)


def address_of(secret: Secret, account: str) -> str:
    """What an authenticator app is given: `otpauth://totp/PrintVision:<account>?secret=…&issuer=PrintVision…`."""
    totp = TOTP(_octets(secret), DIGITS, SHA1(), STEP_S, enforce_key_length=False)  # noqa: S303 - as above
    return totp.get_provisioning_uri(account, ISSUER)


def picture_of(address: str) -> str:
    """A QR code of it, as an `<svg>` that fits its container, black on white whatever the page's colours."""
    return segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff"
    )


def _octets(secret: Secret) -> bytes:
    text = secret.reveal()
    return base64.b32decode(text + "=" * (-len(text) % 8), casefold=True)
