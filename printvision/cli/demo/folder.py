"""The demo's data folder: a fresh one each time, and the files it tells others by."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psutil

from printvision.cli.errors import DemoFolderInUse
from printvision.platform import clock
from printvision.platform.bundled_postgres import BundledPostgres

if TYPE_CHECKING:
    from printvision.cli.demo.orders import DemoOrder

MARK: Final = ".printvision-demo"
OURS: Final = (
    *("database", "files", "ledger", "logs", "state", "keyring.json", "first-api-key"),
    *("sent.jsonl", "processes.json", "demo.json", "evidence.json", MARK),
)
"""What a demo makes; whatever else is in its folder stays there."""


class SentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order, as the senders sent it; written before its first try."""

    at: str
    recipient: str
    sku: str
    quantity: int
    printable: bool


@dataclass(frozen=True)
class DemoFolder:
    """`temporary` folders go away with a demo that went well."""

    path: Path
    temporary: bool

    @property
    def sent(self) -> Path:
        return self.path / "sent.jsonl"

    def ledger(self, provider: str) -> Path:
        """What that provider's simulator really did."""
        return self.path / "ledger" / f"{provider}.jsonl"

    @property
    def evidence(self) -> Path:
        """What is known of orders that did not end well; not there where all did."""
        return self.path / "evidence.json"

    @property
    def processes(self) -> Path:
        return self.path / "processes.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def tell(self, **members: Any) -> None:
        """Write `demo.json`, for its owner's eyes, whole or not at all."""
        partial = self.path / ".demo.json"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(members) + b"\n")
        partial.replace(self.path / "demo.json")

    def remove(self) -> None:
        """Delete everything. The demo's processes have ended."""
        shutil.rmtree(self.path, ignore_errors=True)


def fresh_folder(wanted: Path | None) -> DemoFolder:
    """A folder without a demo: a temporary one, or the wanted one, from which an earlier demo is cleared away.

    Raises:
        DemoFolderInUse: another demo runs there, or another installation has its data there.
    """
    if wanted is None:
        folder = DemoFolder(Path(tempfile.mkdtemp(prefix="printvision-demo-")), temporary=True)
    else:
        folder = DemoFolder(wanted.expanduser().resolve(), temporary=False)
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(folder)
    (folder.path / MARK).touch(0o600)
    return folder


def _clear(folder: DemoFolder) -> None:
    there = [folder.path / name for name in OURS if (folder.path / name).exists()]
    if not there:
        return
    if not (folder.path / MARK).exists():
        detail = f"{folder.path} holds {there[0].name}, and no demo made it"
        raise DemoFolderInUse(detail, folder=str(folder.path))
    if (pid := _running(folder.processes)) is not None:
        raise DemoFolderInUse(f"The demo of process {pid} runs in {folder.path}", folder=str(folder.path))
    if (folder.path / "database").exists():
        BundledPostgres(folder.path).remove()
    for path in there:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _running(processes: Path) -> int | None:
    """The pid of the supervisor that wrote the file, while it lives."""
    try:
        pid = int(msgspec.json.decode(processes.read_bytes())["supervisor"])
        return pid if "printvision" in " ".join(psutil.Process(pid).cmdline()) else None
    except (OSError, KeyError, TypeError, ValueError, psutil.Error):
        return None


class Diary:
    """Appends to `sent.jsonl`; each line is in the kernel's hands when `note` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, order: DemoOrder) -> None:
        """The lines of an order that is about to be sent for the first time."""
        at = clock.now().isoformat()
        lines = [
            SentLine(
                at=at,
                recipient=order.recipient.name,
                sku=line.article.sku,
                quantity=line.quantity,
                printable=line.printable,
            )
            for line in order.lines
        ]
        os.write(self._file, b"".join(msgspec.json.encode(line) + b"\n" for line in lines))

    def close(self) -> None:
        os.close(self._file)


def read_sent(path: Path) -> Iterable[SentLine]:
    """All lines of a `sent.jsonl`."""
    decoder = msgspec.json.Decoder(SentLine)
    return [decoder.decode(line) for line in path.read_bytes().splitlines()]
