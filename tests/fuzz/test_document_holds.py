"""Whatever the document allows is served as it says, and whatever it does not allow is refused as it says."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.fuzzing import fuzz
from tests.path.conftest import Product

WITHIN_S = 110
SHORT = ("--generation-deterministic", "--max-examples=5", "--no-shrink", "--request-timeout=20")


async def test_the_api_is_as_its_document_says(product: Product, tmp_path: Path):
    """Every check of schemathesis on every call, the same requests each time; `make fuzz` looks longer."""
    report = await fuzz(product, tmp_path, *SHORT, within_s=WITHIN_S)

    assert not report.failed, report.text
    assert report.share >= 0.7, f"only {sorted(report.succeeded)} were answered with a 2xx"
