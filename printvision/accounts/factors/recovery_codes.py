"""Recovery codes: for whoever has lost their authenticator. Each works once.

A code is 100 random bits, kept as its SHA-256 alone: there is no dictionary to try against it. It is written in an
alphabet without letters that look like others, and read as people copy it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

CODES: Final = 10
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: five bits a character
_CHARACTERS: Final = 20
_GROUP: Final = 5
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_codes() -> list[str]:
    """Ten fresh ones, such as `7K3QM-0ZP4T-XW9HB-2CRD6`."""
    return [_grouped("".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))) for _ in range(CODES)]


def fold_code(typed: str) -> str:
    """A code as it was made, without its hyphens, from what somebody typed: in either case, O for 0, I or l for 1."""
    return typed.strip().upper().translate(_READ_AS)


def hash_code(typed: str) -> bytes:
    """SHA-256 of a code, by which it is stored."""
    return hashlib.sha256(fold_code(typed).encode()).digest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
