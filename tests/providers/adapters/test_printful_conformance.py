from __future__ import annotations

from tests.contracts.adapter import AdapterConformance
from tests.contracts.printful import PrintfulBench


class TestPrintful(AdapterConformance):
    bench = PrintfulBench()
