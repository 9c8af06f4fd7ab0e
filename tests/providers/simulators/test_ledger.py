"""The ledger holds whole lines, one an item."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from printvision.providers.simulators.ledger import Ledger, LedgerEvent, LedgerLine, read_ledger

LINE = LedgerLine(
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    event=LedgerEvent.CONFIRMED,
    our_ref="ref",
    recipient="Ann Example",
    sku="TEE-S",
    quantity=2,
    order_id="7",
)


def test_a_line_is_json_with_the_agreed_fields(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger" / "printful.jsonl")

    ledger.append([LINE])

    assert ledger.path.read_text() == (
        '{"at":"2026-03-01T12:00:00Z","event":"confirmed","our_ref":"ref","recipient":"Ann Example",'
        '"sku":"TEE-S","quantity":2,"order_id":"7"}\n'
    )
    assert ledger.read() == [LINE]


def test_a_torn_line_spoils_neither_those_before_nor_those_after(tmp_path: Path) -> None:
    path = tmp_path / "printful.jsonl"
    Ledger(path).append([LINE])
    path.write_bytes(path.read_bytes() + b'{"at":"2026-')

    Ledger(path).append([LINE])

    assert read_ledger(path) == [LINE, LINE]


def test_there_is_nothing_to_read_before_the_first_line(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "none.jsonl") == []
