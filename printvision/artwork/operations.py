"""What the outside may ask of artwork."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.artwork import queries, service
from printvision.artwork.features import ARTWORK
from printvision.artwork.schemas import ArtworkView, GetArtwork, ListArtworks, UploadArtwork
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "artworks.upload",
    title="Upload a picture",
    feature=ARTWORK,
    permission=Permission.ARTWORK_UPLOAD,
    rest=Rest("POST", "/artworks", status=201, body="raw"),
    idempotent=True,
    audit=True,
    rate_cost=5,
    meter="artworks_uploaded",
)
async def upload(scope: WorkspaceScope, input: UploadArtwork) -> ArtworkView:
    """The body is the PNG or JPEG itself. The same content again is the same artwork.

    Raises:
        ArtworkUnsupportedType, ArtworkTooLarge, ArtworkUnreadable, ArtworkBusy
    """
    return await service.store_artwork(scope, input.data, input.filename)


@operation(
    "artworks.list",
    title="List pictures",
    feature=ARTWORK,
    permission=Permission.ARTWORK_READ,
    rest=Rest("GET", "/artworks"),
)
async def list_all(scope: WorkspaceScope, input: ListArtworks) -> Page[ArtworkView]:
    """The newest first."""
    scope.require(Permission.ARTWORK_READ)
    return await queries.list_artworks(scope, input)


@operation(
    "artworks.get",
    title="Show a picture's size and type",
    feature=ARTWORK,
    permission=Permission.ARTWORK_READ,
    rest=Rest("GET", "/artworks/{artwork_id}"),
)
async def get(scope: WorkspaceScope, input: GetArtwork) -> ArtworkView:
    scope.require(Permission.ARTWORK_READ)
    return await queries.get_artwork(scope, input.artwork_id)
