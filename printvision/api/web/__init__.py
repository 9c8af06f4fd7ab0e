"""The pages of `web/` as they were built: the shell at its addresses, and what it is made of.

`page_routes` gives the handlers; where nothing was built they say so.
"""

from printvision.api.web.build import DIST, Pages, load_pages
from printvision.api.web.routes import page_routes

__all__ = ["DIST", "Pages", "load_pages", "page_routes"]
