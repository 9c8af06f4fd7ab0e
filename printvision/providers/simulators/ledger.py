"""What a simulated provider really did, one line for each item: the file that tests and people ask.

The product never reads it. A line is in the kernel's hands before the provider answers, so that killing the
simulator loses no line that a client was told of.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec


class LedgerEvent(StrEnum):
    """What happened to an item.

    `accepted`: the order is stored, nothing is printed yet. `confirmed`: its printing is ordered and charged;
    an order that failed and was confirmed again has two. `printed`, `shipped`, `delivered`: as it says.
    `cancelled`: cancelled or, while a draft, deleted.
    """

    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    PRINTED = "printed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of one item.

    Args:
        our_ref: the order reference that the client chose.
        recipient: the recipient's name as it was sent.
        sku: the client's word for the item; each simulator says which field that is.
        quantity: pieces, as ordered.
        title: what the client calls the item for people, where that is another word than `sku`.
        line_ref: the client's reference of the item.
    """

    at: datetime
    event: LedgerEvent
    our_ref: str | None
    recipient: str | None
    sku: str
    quantity: int
    order_id: str
    title: str | None = None
    line_ref: str | None = None


class Ledger:
    """An append-only file of JSON lines. One process writes it, any number may read."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._encoder = msgspec.json.Encoder()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._end_torn_line()

    def append(self, lines: Iterable[LedgerLine]) -> None:
        """Write the lines together, in order, before returning."""
        block = b"".join(self._encoder.encode(line) + b"\n" for line in lines)
        while block:
            block = block[os.write(self._file, block) :]

    def read(self) -> Sequence[LedgerLine]:
        return read_ledger(self.path)

    def close(self) -> None:
        os.close(self._file)

    def _end_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")


def read_ledger(path: Path) -> list[LedgerLine]:
    """Every whole line of a ledger; none where there is no file. A line torn by a full disk is left out."""
    if not path.exists():
        return []
    decoder = msgspec.json.Decoder(LedgerLine)
    lines: list[LedgerLine] = []
    for raw in path.read_bytes().splitlines():
        try:
            lines.append(decoder.decode(raw))
        except msgspec.DecodeError:
            continue
    return lines
