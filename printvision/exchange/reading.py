"""From the bytes of a file to the rates it says, whichever of the published forms it has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from printvision.exchange.csv_file import read_csv
from printvision.exchange.errors import UnreadableRates
from printvision.exchange.published import Published
from printvision.exchange.xml_file import read_xml

MOST_BYTES: Final = 16 * 1024 * 1024  # their whole history as XML has some 7 MB


def read_rates(data: bytes, *, today: date) -> Published:
    """Read a file of reference rates in one of the ECB's forms: daily or history, CSV or XML.

    Args:
        today: a rate may be of the day after, which has begun somewhere, and not later.

    Raises:
        UnreadableRates: it is too large or not such a file; says where.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableRates(f"It has more than {MOST_BYTES:,} bytes")
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PK\x03\x04"):
        raise UnreadableRates("It is a ZIP archive: load what is in it")
    read = read_xml if start.startswith(b"<") else read_csv
    return read(data, latest=today + timedelta(days=1))
