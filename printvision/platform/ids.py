"""Keys: UUIDv7, so that rows born together lie together; one `NewType` per thing lives in its own domain."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

PersonId = NewType("PersonId", UUID)
WorkspaceId = NewType("WorkspaceId", UUID)


def new_id() -> UUID:
    """A fresh time-ordered key (RFC 9562, version 7)."""
    return uuid7()
