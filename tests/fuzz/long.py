"""The long run of `make fuzz`; no part of `make test`."""

from __future__ import annotations

import os
from pathlib import Path

from tests.fuzz.fuzzing import fuzz
from tests.path.conftest import Product

SHARE = 0.7


async def test_the_api_is_as_its_document_says(product: Product, tmp_path: Path):
    seed, examples, seconds = os.environ["FUZZ"].split()
    words = (f"--seed={seed}", f"--max-examples={examples}", "--request-timeout=30")

    report = await fuzz(product, tmp_path, *words, within_s=float(seconds))

    print(report.text)
    for key, statuses in sorted(report.seen.items()):
        print(f"{key:28} " + "  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    print(f"{len(report.succeeded)} of {report.operations} calls were answered with a 2xx; seed {seed}")
    assert not report.failed
    assert report.share >= SHARE
