"""The API told to machines and to people: an OpenAPI 3.1 document made from the registry, and a page made from that."""

from __future__ import annotations

from printvision.api.openapi.document import openapi_document
from printvision.api.openapi.routes import openapi_routes

__all__ = ["openapi_document", "openapi_routes"]
