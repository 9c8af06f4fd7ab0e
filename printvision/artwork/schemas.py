"""What of artwork crosses to other domains and over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.paging import ListInput


class ArtworkView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the workspace.

    Args:
        sha256: 64 hex digits of its content, which never changes.
        filename: what it was called when it first came.
        width_px, height_px: as it is seen, after EXIF rotation.
        dpi: the density the file declares, or None; a print's density follows from the area it is put in.
    """

    id: UUID
    sha256: str
    filename: str
    media_type: str
    width_px: int
    height_px: int
    size_bytes: int
    has_alpha: bool
    dpi: int | None
    uploaded_at: datetime


class UploadArtwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    data: bytes
    filename: Annotated[str, Meta(max_length=255)] = ""


class GetArtwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    artwork_id: UUID


class ListArtworks(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass
