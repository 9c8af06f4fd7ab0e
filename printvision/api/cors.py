"""Which pages of other origins a browser lets read the API (the Fetch standard, CORS): those that the operator lists,
and for the keys of a workspace those that the workspace lists.

Never with credentials: such a page brings a key of its own, and no cookie of ours counts for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Final

import structlog
from litestar.types import HTTPScope, Send

from printvision.accounts import SignedIn
from printvision.api.fields import Fields
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.workspaces import origins_of_all

log = structlog.get_logger(__name__)

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
    "prefer",
    "trpc-accept",
    "x-request-id",
)
READ: Final = (
    "etag",
    "idempotent-replayed",
    "link",
    "location",
    "preference-applied",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "x-request-id",
)
MAX_AGE_S: Final = 600
KEPT_S: Final = 3.0
LOOK_LIMIT_S: Final = 1.0

_VARY: Final = (b"vary", b"origin")
_NOBODY: Final = (_VARY,)
_EXPOSE: Final = (b"access-control-expose-headers", ", ".join(READ).encode())
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", ", ".join(METHODS).encode()),
    (b"access-control-allow-headers", ", ".join(SENT).encode()),
    (b"access-control-max-age", str(MAX_AGE_S).encode()),
)


class WhoseKey:
    """Which workspace's key a request turned out to bring; None until then, and for a session: that is of our pages."""

    def __init__(self) -> None:
        self.workspace_id: WorkspaceId | None = None

    def hear(self, who: SignedIn | None) -> None:
        self.workspace_id = who.workspace_id if who and who.session_id is None else None


class Cors:
    """
    Args:
        origins: those of the operator's list, allowed with every key and none: `scheme://host:port` as browsers write
            them; each is compared whole.
    """

    def __init__(self, origins: frozenset[str]) -> None:
        self._listed = frozenset(origin.encode() for origin in origins)
        self._of_workspaces: dict[bytes, set[WorkspaceId]] = {}
        self._looked_s = float("-inf")
        self._lock = asyncio.Lock()

    def may_allow(self, scope: HTTPScope) -> bool:
        """Whether it is for the workspaces to say if the page that asks may read the answer."""
        origin = _header(scope, b"origin")
        return bool(origin) and origin not in self._listed and scope["path"].startswith(PATHS)

    async def look(self, platform: Platform) -> None:
        """Read what the workspaces allow, once in `KEPT_S`; what was read last stays while the database fails."""
        async with self._lock:
            if time.monotonic() - self._looked_s < KEPT_S:
                return
            try:
                async with (
                    asyncio.timeout(LOOK_LIMIT_S),
                    system_scope(platform, "cors", atomic=False) as system,
                ):
                    found = await origins_of_all(system)
            except Exception as error:  # noqa: BLE001 - whatever it is, the request that waits for it goes on
                log.warning("cors.origins_not_read", error=type(error).__name__)
            else:
                self._of_workspaces = _by_origin(found)
            self._looked_s = time.monotonic()

    def fields(self, scope: HTTPScope, whose: WhoseKey) -> Fields:
        """What the answer says, so that a browser shows it to the page that asked: a page that the workspace allows
        whose key it brought, or the operator. What a page may send is told to every page that any workspace allows."""
        if not scope["path"].startswith(PATHS):
            return ()
        origin = _header(scope, b"origin")
        if not origin:
            return _NOBODY
        if not (origin in self._listed or self._allows(whose, origin) or self.asks(scope)):
            return (_VARY,)
        return (_VARY, (b"access-control-allow-origin", origin), _EXPOSE)

    def asks(self, scope: HTTPScope) -> bool:
        """Whether a browser asks ahead, without a key, if a page may call whose origin anybody allows."""
        origin = _header(scope, b"origin")
        return (
            scope["method"] == "OPTIONS"
            and scope["path"].startswith(PATHS)
            and (origin in self._listed or origin in self._of_workspaces)
            and bool(_header(scope, b"access-control-request-method"))
        )

    def _allows(self, whose: WhoseKey, origin: bytes) -> bool:
        return whose.workspace_id is not None and whose.workspace_id in self._of_workspaces.get(origin, ())


def _by_origin(found: Iterable[tuple[str, WorkspaceId]]) -> dict[bytes, set[WorkspaceId]]:
    made: dict[bytes, set[WorkspaceId]] = {}
    for origin, workspace_id in found:
        made.setdefault(origin.encode(), set()).add(workspace_id)
    return made


async def answer_preflight(send: Send) -> None:
    """What a page of a listed origin may send; the origin itself is in the fields of every answer."""
    await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
