"""What a simulated provider must not forget when its process is killed.

Records live in memory; each change is appended to one file as `[shelf, key, record or null]`. At start the
file is read back, last word wins, and is rewritten once most of it is out of date. There is one writer, no
query, and all of it fits into memory, so that a database would bring nothing but another way to wait.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

Record = TypeVar("Record", bound=msgspec.Struct)

_NUMBERS = "#"
_NUMBERS_AT_ONCE = 1000
_REWRITE_FROM = 20_000  # lines; below, reading the file back takes well under a second


class Shelf(Mapping[str, Record], Generic[Record]):
    """Records of one type by key. Read it as a mapping; `put` and `remove` last beyond the process."""

    def __init__(self, journal: Journal, name: str, type: type[Record]) -> None:
        self._journal = journal
        self._name = name
        self._decoder = msgspec.json.Decoder(type)
        self._records: dict[str, Record] = {}

    def put(self, key: str, record: Record) -> None:
        """Keep the record; to be called again after each change of it."""
        self._records[key] = record
        self._journal.write(self._name, key, record)

    def remove(self, key: str) -> None:
        if self._records.pop(key, None) is not None:
            self._journal.write(self._name, key, None)

    def recall(self, key: str, raw: msgspec.Raw) -> None:
        """Take one line of the journal back."""
        if bytes(raw) == b"null":
            self._records.pop(key, None)
        else:
            self._records[key] = self._decoder.decode(raw)

    def __getitem__(self, key: str) -> Record:
        return self._records[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


class Journal:
    """The file behind the shelves, for one process at a time. Make the shelves, then `open` it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shelves: dict[str, Shelf[Any]] = {}
        self._encoder = msgspec.json.Encoder()
        self._file = -1
        self._lock = -1
        self._lines = 0
        self._number = 0
        self._reserved = 0

    def shelf(self, name: str, type: type[Record]) -> Shelf[Record]:
        shelf = Shelf(self, name, type)
        self._shelves[name] = shelf
        return shelf

    def open(self, first_number: int = 1) -> None:
        """Read back what was written; `first_number` is where `next_number` begins in a fresh journal.

        Raises:
            BlockingIOError: another process has it open.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._number = self._reserved = first_number - 1
        if self.path.exists():
            self._recall()
        self._rewrite()

    def close(self) -> None:
        self._close_file()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def next_number(self) -> int:
        """A whole number that was never given before, also not before a restart."""
        if self._number >= self._reserved:
            self._reserved = self._number + _NUMBERS_AT_ONCE
            self.write(_NUMBERS, _NUMBERS, self._reserved)
        self._number += 1
        return self._number

    def write(self, shelf: str, key: str, record: msgspec.Struct | int | None) -> None:
        """Append one change; it outlives a kill of the process once this returns."""
        self._append(self._encoder.encode((shelf, key, record)) + b"\n")
        self._lines += 1
        if self._lines > _REWRITE_FROM + 4 * self._live():
            self._rewrite()

    def _append(self, block: bytes) -> None:
        while block:
            block = block[os.write(self._file, block) :]

    def _live(self) -> int:
        return sum(len(shelf) for shelf in self._shelves.values())

    def _recall(self) -> None:
        decoder = msgspec.json.Decoder(tuple[str, str, msgspec.Raw])
        for line in self.path.read_bytes().splitlines():
            try:
                name, key, raw = decoder.decode(line)
            except msgspec.DecodeError:
                continue  # the one line that a full disk cut short
            if name == _NUMBERS:
                self._number = self._reserved = int(bytes(raw))
            elif name in self._shelves:
                self._shelves[name].recall(key, raw)

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _rewrite(self) -> None:
        """Put a file with only the living records in the place of the old one, at one instant."""
        fresh = self.path.with_suffix(".new")
        self._close_file()
        self._file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        lines = [self._encoder.encode((_NUMBERS, _NUMBERS, self._reserved))]
        for name, shelf in self._shelves.items():
            lines.extend(self._encoder.encode((name, key, record)) for key, record in shelf.items())
        self._append(b"\n".join(lines) + b"\n")
        os.fsync(self._file)
        fresh.replace(self.path)
        self._lines = len(lines)
