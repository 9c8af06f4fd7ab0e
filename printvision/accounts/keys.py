"""How an API key is written: `pv_<8 prefix>_<43 secret>_<6 checksum>`, all base62; `pvt_…` is a test key.

The `pv_` and the checksum let secret scanners recognise one without asking us, and let us refuse a mistyped
one without asking the database. The prefix is public: lists show it, and the row is found by it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from typing import Final

from printvision.platform.redaction import Secret

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX_LENGTH: Final = 8
SECRET_LENGTH: Final = 43  # 62^43 > 2^256
CHECKSUM_LENGTH: Final = 6  # 62^6 > 2^32

_FORMAT = re.compile(
    rf"pvt?_([0-9A-Za-z]{{{PREFIX_LENGTH}}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})_([0-9A-Za-z]{{6}})"
)


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """A well-formed key; nothing says yet that it is known."""

    prefix: str
    text: Secret

    @property
    def hash(self) -> str:
        """Hex SHA-256 of the whole key, as it is stored.

        A fast hash is right here: the secret is 256 random bits, so there is no dictionary to try against it,
        and a slow one would only make every request slow.
        """
        return hashlib.sha256(self.text.reveal().encode()).hexdigest()


def make_key(*, test: bool = False) -> PresentedKey:
    """A fresh key from the system's random source."""
    body = f"{'pvt' if test else 'pv'}_{_random(PREFIX_LENGTH)}_{_random(SECRET_LENGTH)}"
    key = read_key(f"{body}_{_checksum(body)}")
    assert key is not None
    return key


def read_key(text: str) -> PresentedKey | None:
    """The key in `text`, or None where it is not of our form or its checksum is wrong."""
    found = _FORMAT.fullmatch(text)
    if found is None or _checksum(text[: -CHECKSUM_LENGTH - 1]) != found[3]:
        return None
    return PresentedKey(found[1], Secret(text))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
