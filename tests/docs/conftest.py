"""The running product and the TypeScript package, as the examples of the guides need them."""

from __future__ import annotations

from tests.clients.test_typescript import client
from tests.path.conftest import product

__all__ = ["client", "product"]
