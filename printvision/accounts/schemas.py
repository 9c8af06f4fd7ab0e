from __future__ import annotations

from datetime import datetime
from typing import NewType
from uuid import UUID

import msgspec

from printvision.accounts.models import ApiKeyRow

KeyId = NewType("KeyId", UUID)


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a key; `prefix` is its public part, `permissions` `["*"]` for all."""

    id: KeyId
    name: str
    prefix: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKeyRow) -> KeyView:
        return cls(
            id=KeyId(row.id),
            name=row.name,
            prefix=row.prefix,
            permissions=row.permissions,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
