"""The running product, as the whole path's tests have it."""

from __future__ import annotations

from tests.path.conftest import product

__all__ = ["product"]
