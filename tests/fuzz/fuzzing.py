"""schemathesis over the whole document, against the whole product behind a real port."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.stock import stock
from tests.path.conftest import Product

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Report:
    """What schemathesis found and saw.

    Args:
        failed: whether it found anything.
        text: its own words.
        seen: of each operation, how often it was answered with which status.
    """

    failed: bool
    text: str
    seen: dict[str, dict[str, int]]
    operations: int

    @property
    def succeeded(self) -> set[str]:
        return {key for key, statuses in self.seen.items() if any(each[0] == "2" for each in statuses)}

    @property
    def share(self) -> float:
        """Of the operations that were answered with a 2xx."""
        return len(self.succeeded) / self.operations


async def fuzz(product: Product, folder: Path, *words: str, within_s: float) -> Report:
    """
    Args:
        words: of its command line, such as `--seed=1`.
    """
    document: dict[str, Any] = (await product.client.get("/api/openapi.json")).json()
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "known.json").write_text(json.dumps(await stock(product)))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(HERE / "schemathesis.toml"), "run", str(folder / "openapi.json")),
        *("--url", str(product.client.base_url)),
        *("--no-color", "--continue-on-failure"),
        *words,
        cwd=folder,
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
            "PYTHONPATH": f"{HERE.parents[1]}:{os.environ.get('PYTHONPATH', '')}",
            "FUZZ_KNOWN": str(folder / "known.json"),
            "FUZZ_SEEN": str(folder / "seen.json"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), within_s)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    seen = json.loads((folder / "seen.json").read_text()) if (folder / "seen.json").exists() else {}
    operations = sum(len(methods) for methods in document["paths"].values())
    return Report(process.returncode != 0, said.decode(), seen, operations)
