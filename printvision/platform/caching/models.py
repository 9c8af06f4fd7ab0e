"""The versions of what is cached."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model


class CacheVersionRow(Model):
    """What is kept under a tag counts while this is its version.

    Versions are random: one that was left never comes back, not even with a backup.

    Args:
        workspace_id: all zeros for what is the same for everybody.
    """

    __tablename__ = "cache_versions"
    __system__: ClassVar[str] = "each process asks for the versions of all workspaces in one statement"

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[UUID]
