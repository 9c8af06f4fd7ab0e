"""Every SELECT of artwork. Each starts from a scope; a row of another workspace is not found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, cast
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Select, Table, Uuid, any_, bindparam, select

from printvision.artwork.models import ArtworkRow
from printvision.artwork.schemas import ArtworkView, ListArtworks
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.platform.statements import written

# Every order asks for its pictures: written out once, and as plain columns.
_TABLE: Final = cast("Table", ArtworkRow.__table__)
_FIELDS: Final = ArtworkView.__struct_fields__
_THESE: Final = written(
    select(*(_TABLE.c[name] for name in _FIELDS)).where(
        _TABLE.c.workspace_id == bindparam("workspace_id", type_=Uuid()),
        _TABLE.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    )
)


def _artworks(scope: WorkspaceScope) -> Select[ArtworkRow]:
    return select(ArtworkRow).where(ArtworkRow.workspace_id == scope.workspace_id)


async def get_artwork(scope: WorkspaceScope, artwork_id: UUID) -> ArtworkView:
    """
    Raises:
        NotFound
    """
    found = await find_artworks(scope, [artwork_id])
    if artwork_id not in found:
        raise NotFound(kind="artwork", id=str(artwork_id))
    return found[artwork_id]


async def find_artworks(scope: WorkspaceScope, ids: Collection[UUID]) -> Mapping[UUID, ArtworkView]:
    """Those of `ids` that are the workspace's."""
    key = {"workspace_id": scope.workspace_id, "ids": list(ids)}
    found = [
        ArtworkView(**dict(zip(_FIELDS, row, strict=True))) for row in await run(scope.session, _THESE, key)
    ]
    return {artwork.id: artwork for artwork in found}


async def find_artwork_by_content(scope: WorkspaceScope, sha256: str) -> ArtworkView | None:
    query = _artworks(scope).where(ArtworkRow.sha256 == sha256)
    row = (await scope.session.execute(query)).scalar_one_or_none()
    return None if row is None else _view(row)


async def list_artworks(scope: WorkspaceScope, asked: ListArtworks) -> Page[ArtworkView]:
    rows, next_cursor = await fetch_page(scope, _artworks(scope), ArtworkRow.id, asked)
    return Page([_view(row) for row in rows], next_cursor)


def _view(row: ArtworkRow) -> ArtworkView:
    return msgspec.convert(row, ArtworkView, from_attributes=True)
