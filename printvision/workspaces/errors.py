from __future__ import annotations

from printvision.platform.errors import PrintVisionError


class SlugTaken(PrintVisionError):
    """Another workspace is called that in addresses."""

    status = 409
    code = "workspaces/slug-taken"
    title = "Another workspace has this short name"
    action = "Choose another short name."
    slug: str
