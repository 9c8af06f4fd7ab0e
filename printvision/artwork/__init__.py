"""Pictures: stored by content, looked at before they are trusted, lent out by short-lived links."""

from printvision.artwork.links import artwork_link, artwork_links
from printvision.artwork.queries import find_artworks
from printvision.artwork.schemas import ArtworkView
from printvision.artwork.service import require_fit, store_artwork

__all__ = ["ArtworkView", "artwork_link", "artwork_links", "find_artworks", "require_fit", "store_artwork"]
