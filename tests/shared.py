"""The published data that lives beside the project, not in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(name: str) -> Path:
    """The path of a shared file or folder; skips the test, naming what is missing, where it is absent."""
    base = Path(os.environ.get("PRINTVISION_SHARED", ROOT / ".." / "shared"))
    path = (base / name).resolve()
    if not path.exists():
        pytest.skip(f"missing shared data: {name}")
    return path
