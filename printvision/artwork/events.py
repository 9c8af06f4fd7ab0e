"""Facts about artwork; the subject is the picture."""

from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class ArtworkStored(Event, frozen=True, kw_only=True):
    """A picture whose content was not here before."""

    kind: ClassVar[str] = "artwork.stored"
    sha256: str
