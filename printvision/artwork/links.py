"""Links by which a provider fetches a picture without a credential.

Providers fetch when it suits them, hours after the order came, and Printful never fetches the same address twice but
takes a different one for a different picture. So a link lives for a day and is the same for every try in the same
quarter of a day: its expiry lies on a full six hours, at least `expires_in` ahead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from printvision.artwork.queries import find_artworks
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope

LINK_LIFE: Final = timedelta(hours=24)
LINK_STEP: Final = timedelta(hours=6)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def artwork_link(scope: WorkspaceScope, artwork_id: UUID, expires_in: timedelta = LINK_LIFE) -> str:
    """An address that answers the picture to whoever has it, until it expires.

    Args:
        expires_in: how long it must live at least; up to `LINK_STEP` longer, and no more than six days.

    Raises:
        NotFound
    """
    return (await artwork_links(scope, [artwork_id], expires_in))[artwork_id]


async def artwork_links(
    scope: WorkspaceScope, artwork_ids: Collection[UUID], expires_in: timedelta = LINK_LIFE
) -> Mapping[UUID, str]:
    """An address for each, as `artwork_link` makes it, by one statement.

    Raises:
        NotFound: one of them is not the workspace's.
    """
    found = await find_artworks(scope, artwork_ids)
    if missing := set(artwork_ids) - set(found):
        raise NotFound(kind="artwork", id=str(min(missing)))
    now = clock.now()
    # the store adds this to a moment a little later than `now` and drops the fraction of the second
    lasts = _full_step(now + expires_in) - now
    return {
        artwork.id: scope.platform.files.signed_link(
            file_key(artwork.sha256),
            expires_in=lasts,
            filename=artwork.filename,
            media_type=artwork.media_type,
        )
        for artwork in found.values()
    }


def file_key(sha256: str) -> str:
    """Where a picture lies in the file store."""
    return f"artwork/{sha256[:2]}/{sha256}"


def _full_step(moment: datetime) -> datetime:
    """The next moment on a full step."""
    return _EPOCH + -((_EPOCH - moment) // LINK_STEP) * LINK_STEP
