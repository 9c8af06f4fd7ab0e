"""Clients of the API, written from the registry: what a call takes and gives is said once."""

from __future__ import annotations

from printvision.api.clients.python import python_client
from printvision.api.clients.typescript import typescript_router

__all__ = ["python_client", "typescript_router"]
