"""Which pages of other origins a browser lets read the API (the Fetch standard, CORS): those that the operator lists.

Never with credentials: such a page brings a key of its own, and no cookie of ours counts for it.
"""

from __future__ import annotations

from typing import Final

from litestar.types import HTTPScope, Send

from printvision.api.fields import Fields

PATHS: Final = ("/api/", "/trpc")
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What a page may send and read beyond what every page may.
SENT: Final = (
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
    "trpc-accept",
    "x-request-id",
)
READ: Final = (
    "etag",
    "idempotent-replayed",
    "link",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "x-request-id",
)
MAX_AGE_S: Final = 600

_VARY: Final = (b"vary", b"origin")
_EXPOSE: Final = (b"access-control-expose-headers", ", ".join(READ).encode())
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", ", ".join(METHODS).encode()),
    (b"access-control-allow-headers", ", ".join(SENT).encode()),
    (b"access-control-max-age", str(MAX_AGE_S).encode()),
)


class Cors:
    """
    Args:
        origins: `scheme://host:port` as browsers write them; each is compared whole.
    """

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def fields(self, scope: HTTPScope) -> Fields:
        """What every answer to this request says, so that a browser shows it to the page that asked."""
        if not (self._origins and scope["path"].startswith(PATHS)):
            return ()
        origin = _header(scope, b"origin")
        if origin not in self._origins:
            return (_VARY,)
        return (_VARY, (b"access-control-allow-origin", origin), _EXPOSE)

    def asks(self, scope: HTTPScope) -> bool:
        """Whether a browser asks ahead if a listed origin's page may call."""
        return (
            bool(self._origins)
            and scope["method"] == "OPTIONS"
            and scope["path"].startswith(PATHS)
            and _header(scope, b"origin") in self._origins
            and bool(_header(scope, b"access-control-request-method"))
        )


async def answer_preflight(send: Send) -> None:
    """What a page of a listed origin may send; the origin itself is in the fields of every answer."""
    await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
