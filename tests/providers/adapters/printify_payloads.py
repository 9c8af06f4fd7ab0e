"""Payloads for the tests of Printify's adapter."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.shared import shared


def published(name: str) -> Any:
    """One of Printify's own examples, as published."""
    return msgspec.json.decode(shared(f"providers/printify/{name}.json").read_bytes())
