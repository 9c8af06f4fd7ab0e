"""Payloads for the tests of Printful's adapter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tests.shared import shared

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "printful"


def fixture(name: str) -> Any:
    """One of ours, written in the published shape."""
    return msgspec.json.decode((FIXTURES / f"{name}.json").read_bytes())


def published(name: str) -> bytes:
    """One of Printful's own examples, as published."""
    return shared(f"providers/printful/{name}.json").read_bytes()
