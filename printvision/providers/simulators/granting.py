"""What the simulated authorization servers share: codes, and a ledger of what became of every refresh token."""

from __future__ import annotations

import hmac
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec

CODE_LASTS_S: Final = 60.0
MOST_CODES: Final = 1_000


class TokenEvent(StrEnum):
    """`issued`: it was given out; `used`: another pair was given for it; `refused`: it was sent and worth nothing;
    `revoked`: whoever granted it took that back."""

    ISSUED = "issued"
    USED = "used"
    REFUSED = "refused"
    REVOKED = "revoked"


class TokenLine(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to a refresh token; `token` is a part of its hash."""

    at: datetime
    event: TokenEvent
    token: str


@dataclass(frozen=True)
class Asked:
    """What a code was given out for."""

    client: str
    redirect: str
    until: float


class Granting:
    """Codes that are good once, for whom they were given out to, and the ledger of refresh tokens."""

    def __init__(self, ledger: Path) -> None:
        ledger.parent.mkdir(parents=True, exist_ok=True)
        self.path = ledger
        self._codes: dict[str, Asked] = {}

    def code(self, client: str, redirect: str) -> str:
        """A code for whoever allowed it."""
        now = time.time()
        self._codes = {code: asked for code, asked in self._codes.items() if asked.until > now}
        while len(self._codes) >= MOST_CODES:
            del self._codes[next(iter(self._codes))]
        code = secrets.token_urlsafe(16)
        self._codes[code] = Asked(client, redirect, now + CODE_LASTS_S)
        return code

    def take(self, code: str, client: str) -> bool:
        """Whether a code was this client's, and not used yet; it is now."""
        asked = self._codes.pop(code, None)
        return asked is not None and asked.until > time.time() and is_same(client, asked.client)

    def note(self, event: TokenEvent, token: str) -> None:
        line = TokenLine(at=datetime.now(UTC), event=event, token=sha256(token.encode()).hexdigest()[:16])
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.write(file, msgspec.json.encode(line) + b"\n")
        finally:
            os.close(file)

    def read(self) -> Sequence[TokenLine]:
        if not self.path.exists():
            return []
        return [msgspec.json.decode(line, type=TokenLine) for line in self.path.read_bytes().splitlines()]


def back_to(address: str, query: Mapping[str, str]) -> str:
    """Where a browser is sent back to, with the answer; the empty text where that is no address of the web."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return f"{address}{'&' if parts.query else '?'}{urlencode(query)}"


def is_same(told: str | None, known: str) -> bool:
    return told is not None and hmac.compare_digest(told.encode(), known.encode())
