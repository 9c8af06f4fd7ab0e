"""The verbs of artwork."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.artwork import queries
from printvision.artwork.events import ArtworkStored
from printvision.artwork.inspect import (
    ArtworkInfo,
    ArtworkLimits,
    ColourSpace,
    PrintCheck,
    inspect,
    require_printable,
)
from printvision.artwork.links import file_key
from printvision.artwork.models import ArtworkRow
from printvision.artwork.schemas import ArtworkView
from printvision.artwork.slots import slots_of
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import PrintArea

# A transaction is open meanwhile, and the database ends one that is idle for a minute.
INSPECTION_S: Final = 20.0

MAX_FILENAME: Final = 120
_ENDINGS: Final = {"image/png": ".png", "image/jpeg": ".jpg"}
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f]+")


async def store_artwork(scope: WorkspaceScope, data: bytes, filename: str = "") -> ArtworkView:
    """Keep a picture; the same content again is the same artwork, under its first name.

    The file is in the store before the row is, so that no row is without its file; a file whose row was rolled back
    is found again by its content.

    Raises:
        ArtworkUnsupportedType, ArtworkTooLarge, ArtworkUnreadable, ArtworkBusy: nothing was stored.
    """
    scope.require(Permission.ARTWORK_UPLOAD)
    sha256 = await asyncio.to_thread(_sha256, data)
    known = await queries.find_artwork_by_content(scope, sha256)
    if known is None:
        info = await _inspect(scope, data)
        await _put(scope, sha256, data)
        return await _add(scope, info, filename)
    await _put(scope, sha256, data)
    return known


def require_fit(artwork: ArtworkView, area: PrintArea) -> PrintCheck:
    """How a stored picture comes out in a print area.

    Raises:
        ArtworkTooSmall: it would look coarse; carries how many pixels are needed.
    """
    info = ArtworkInfo(
        media_type=artwork.media_type,
        width_px=artwork.width_px,
        height_px=artwork.height_px,
        has_alpha=artwork.has_alpha,
        colour_space=ColourSpace.RGB,  # plays no part in whether it fits
        pages=1,
        dpi=artwork.dpi,
        size_bytes=artwork.size_bytes,
        sha256=artwork.sha256,
    )
    return require_printable(info, area)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def _inspect(scope: WorkspaceScope, data: bytes) -> ArtworkInfo:
    most = scope.platform.settings.server.max_upload_bytes
    limits = ArtworkLimits(file_bytes=most, seconds=INSPECTION_S)
    async with slots_of(scope.platform).one():
        return await asyncio.to_thread(inspect, data, limits=limits)


async def _put(scope: WorkspaceScope, sha256: str, data: bytes) -> None:
    key = file_key(sha256)
    if not await scope.platform.files.exists(key):
        await scope.platform.files.put(key, data)


async def _add(scope: WorkspaceScope, info: ArtworkInfo, filename: str) -> ArtworkView:
    artwork_id = new_id()
    statement = (
        insert(ArtworkRow)
        .values(
            id=artwork_id,
            workspace_id=scope.workspace_id,
            sha256=info.sha256,
            filename=_filename(filename, info),
            media_type=info.media_type,
            width_px=info.width_px,
            height_px=info.height_px,
            size_bytes=info.size_bytes,
            has_alpha=info.has_alpha,
            dpi=info.dpi,
            uploaded_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "sha256"])
        .returning(ArtworkRow.id)
    )
    if (await scope.session.execute(statement)).scalar_one_or_none() is not None:
        publish(scope, ArtworkStored(subject_id=artwork_id, sha256=info.sha256))
    stored = await queries.find_artwork_by_content(scope, info.sha256)
    assert stored is not None, "it was there or has just been added"
    return stored


def _filename(given: str, info: ArtworkInfo) -> str:
    """The last part of the given name, with the ending of what the content is."""
    last = _NOT_IN_NAMES.sub("", given).replace("\\", "/").rpartition("/")[2].strip(" .")
    stem = last.rpartition(".")[0] or last or "artwork"
    return stem[:MAX_FILENAME] + _ENDINGS[info.media_type]
