"""The ECB's XML: a `Cube` that holds a `Cube time=` a day, which holds a `Cube currency= rate=` a currency.

Read with expat itself, event by event. All that makes foreign XML dangerous (entities that grow, entities that fetch)
is declared in a DOCTYPE, which these files do not have: one that has is refused before anything of it is read. So no
further library is needed, no tree is built, and expat tells line and column of every fault.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from xml.parsers import expat

from printvision.exchange.published import Gatherer, Place, Published

CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
MOST_DEEP: Final = 8  # theirs are 4
AT_ONCE: Final = 65_536
LONGEST_TAG: Final = (
    2 * AT_ONCE
)  # of a tag nothing is heard before its end, so it must not hold the whole file


def read_xml(data: bytes, *, latest: date) -> Published:
    """
    Raises:
        UnreadableRates: says where.
    """
    reader = _Reader(Gatherer(latest))
    try:
        reader.read(data)
    except expat.ExpatError as error:
        raise Place(error.lineno, error.offset + 1).refuse(
            expat.ErrorString(error.code).capitalize()
        ) from None
    except (LookupError, ValueError):  # an encoding that expat has to ask Python for
        raise reader.place.refuse("It says an encoding that is not known") from None
    return reader.gatherer.published()


class _Reader:
    """What expat tells, turned into days and rates."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self._depth = 0
        self._day: date | None = None
        self._day_depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def read(self, data: bytes) -> None:
        for start in range(0, len(data), AT_ONCE):
            self.parser.Parse(data[start : start + AT_ONCE], False)
            if start - self.parser.CurrentByteIndex > LONGEST_TAG:
                raise self.place.refuse("This is too long for one tag")
        self.parser.Parse(b"", True)

    @property
    def place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _refuse_doctype(self, *_: object) -> None:
        raise self.place.refuse("A DOCTYPE is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise self.place.refuse(f"More than {MOST_DEEP} elements within one another")
        if name != CUBE:
            return
        if attributes.keys() == {"time"} and self._day is None:
            self._day = self.gatherer.begin_day(attributes["time"], self.place)
            self._day_depth = self._depth
        elif attributes.keys() == {"currency", "rate"} and self._day is not None:
            currency = self.gatherer.meet_currency(attributes["currency"], self.place)
            self.gatherer.add(self._day, currency, attributes["rate"], self.place)
        elif attributes:
            raise self.place.refuse("Expected a Cube with a time, and within it Cubes with currency and rate")

    def _end(self, _: str) -> None:
        if self._depth == self._day_depth:
            self._day, self._day_depth = None, 0
        self._depth -= 1
