"""The ECB's CSV: a line of currencies, then a line a day, the newest first.

The daily file writes `23 November 2026, 1.0543, …`, the history `2026-11-23,1.0543,N/A,…`; both end each line with a
comma. Nothing in them is ever quoted, so a line is split at its commas and every fault is told by its character.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from datetime import date
from typing import Final

from printvision.exchange.published import Gatherer, Place, Published

MISSING: Final = "N/A"
LONGEST_LINE: Final = 10_000  # bytes; theirs have some 300

Cell = tuple[str, Place]


def read_csv(data: bytes, *, latest: date) -> Published:
    """
    Raises:
        UnreadableRates: says where.
    """
    gatherer = Gatherer(latest)
    lines = _lines(data)
    header = next(lines, None)
    if header is None or header[0][0] != "Date":
        raise Place(1, 1).refuse("Expected the word Date, then currencies")
    currencies = [gatherer.meet_currency(*cell) for cell in header[1:]]
    for index, currency in enumerate(currencies):
        if currency in currencies[:index]:
            raise header[index + 1][1].refuse(f"{currency} is named twice")
    for cells in lines:
        day = gatherer.begin_day(*cells[0])
        if len(cells) != len(header):
            raise cells[-1][1].refuse(f"Expected {len(header)} values, not {len(cells)}")
        for currency, (text, place) in zip(currencies, cells[1:], strict=True):
            if text != MISSING:
                gatherer.add(day, currency, text, place)
    return gatherer.published()


def _lines(data: bytes) -> Iterator[list[Cell]]:
    """The cells of each line that has any, without the empty one after the last comma."""
    for number, raw in enumerate(io.BytesIO(data.removeprefix(codecs.BOM_UTF8)), start=1):
        if len(raw) > LONGEST_LINE:
            raise Place(number, LONGEST_LINE).refuse("The line is too long")
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            raise Place(number, error.start + 1).refuse("This is neither CSV nor XML") from None
        if line.strip():
            yield _cells(line, number)


def _cells(line: str, number: int) -> list[Cell]:
    cells: list[Cell] = []
    column = 1
    for raw in line.split(","):
        cells.append((raw.strip(), Place(number, column + len(raw) - len(raw.lstrip()))))
        column += len(raw) + 1
    if len(cells) > 1 and not cells[-1][0]:
        cells.pop()
    return cells
