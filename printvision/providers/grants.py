"""Tokens of connections that were granted by OAuth 2: renewed by one process at a time, and never burnt by two.

A provider takes a refresh token once. So who renews holds a lock of the database that dies with its session, reads
the tokens again, writes down that it is about to use them, and only then calls; no transaction is open meanwhile.
Whoever finds such a note has come after a process that died on the way, or whose answer was lost: after a while, in
which that one could still be at it, the same token is tried once more. Either the provider took nothing, or it allows
for that; else it says no, and somebody has to sign in again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec
import psycopg

from printvision.oauth import Tokens, tokens_as_json
from printvision.platform import clock
from printvision.platform.db import libpq_url
from printvision.platform.events import publish
from printvision.platform.ids import WorkspaceId
from printvision.platform.redaction import dec_hook
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.sealed import SealedAt
from printvision.providers import events
from printvision.providers.models import ConnectionRow, ConnectionState
from printvision.providers.queries import get_connection
from printvision.providers.sdk import ProviderNeedsAttention, ProviderOutcomeUnknown, ProviderUnavailable
from printvision.providers.sdk.auth import SIGN_IN_AGAIN

if TYPE_CHECKING:
    from printvision.providers.sdk.auth import Ask

LOCK_WAIT: Final = timedelta(seconds=25)  # longer than a renewal may take
AGAIN_AFTER: Final = timedelta(seconds=30)  # by then whoever began a renewal has ended it, or is dead
CONNECT_LIMIT_S: Final = 10
LOCKS_AT_ONCE: Final = 4  # connections of the database that one process takes for it

_LOCK: Final = "SELECT pg_advisory_lock(hashtextextended('grant of ' || %s, 0))"


class Renewals:
    """What a process shares among the grants that it uses; closed when no renewal is under way."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._places = asyncio.Semaphore(LOCKS_AT_ONCE)
        self._here: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._under_way: set[asyncio.Task[Tokens]] = set()

    async def run(self, task: asyncio.Task[Tokens]) -> Tokens:
        """Wait for a renewal, which goes on where whoever waits is cancelled: what the provider gave must be kept."""
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        await asyncio.gather(*self._under_way, return_exceptions=True)

    @asynccontextmanager
    async def turn(self, connection_id: UUID, provider: str) -> AsyncGenerator[None]:
        """Be the only one, of all processes, who renews this connection's tokens.

        Raises:
            ProviderUnavailable: another is at it for longer than a renewal may take.
        """
        here = self._here.setdefault(connection_id, asyncio.Lock())
        async with here, self._places:
            # A session of its own, past a pooler: the lock is the session's, and no transaction is held by it.
            direct = await psycopg.AsyncConnection.connect(
                libpq_url(self.platform.urls.direct), autocommit=True, connect_timeout=CONNECT_LIMIT_S
            )
            try:
                await direct.execute(
                    "SELECT set_config('lock_timeout', %s, false)",
                    (f"{LOCK_WAIT.total_seconds():.0f}s",),
                )
                try:
                    await direct.execute(_LOCK, (str(connection_id),))
                except psycopg.errors.LockNotAvailable:
                    raise _later(provider) from None
                yield
            finally:
                await direct.close()


class Whose(NamedTuple):
    """One connection."""

    workspace_id: WorkspaceId
    connection_id: UUID
    provider: str


class Grant:
    """The `TokenStore` of one connection, as one process knows it."""

    def __init__(self, renewals: Renewals, whose: Whose, tokens: Tokens) -> None:
        self._renewals = renewals
        self._whose = whose
        self._tokens = tokens

    async def load(self) -> Tokens:
        return self._tokens

    async def renew(self, stale: Tokens, ask: Ask) -> Tokens:
        """
        Raises:
            ProviderNeedsAttention: somebody has to sign in again.
            ProviderUnavailable, ProviderOutcomeUnknown
        """
        renewing = asyncio.create_task(self._renew(stale, ask), name="renew tokens")
        self._tokens = await self._renewals.run(renewing)
        return self._tokens

    async def _renew(self, stale: Tokens, ask: Ask) -> Tokens:
        async with self._renewals.turn(self._whose.connection_id, self._whose.provider):
            async with self._scope() as scope:
                row = await get_connection(scope, self._whose.connection_id, for_update=True)
                current = read_tokens(scope, row)
                if current.access != stale.access:
                    return current
                if row.renewing_since is not None and clock.now() < row.renewing_since + AGAIN_AFTER:
                    raise _later(self._whose.provider)
                row.renewing_since, sealed = clock.now(), row.tokens
            try:
                fresh = await ask(current)
            except ProviderNeedsAttention as refused:
                detail = refused.detail or refused.title
                await self._end(sealed, lambda scope, row: sign_out(scope, row, detail))
                raise
            except ProviderOutcomeUnknown:
                raise  # the note stays
            except ProviderUnavailable:
                await self._end(sealed, lambda _, row: _take_note_back(row))
                raise
            await self._end(sealed, lambda scope, row: keep_tokens(scope, row, fresh))
            return fresh

    async def _end(
        self, sealed: bytes | None, write: Callable[[WorkspaceScope, ConnectionRow], None]
    ) -> None:
        """Write what came of a renewal, unless the tokens are others by now, or none: somebody was there meanwhile."""
        async with self._scope() as scope:
            row = await get_connection(scope, self._whose.connection_id, for_update=True)
            if row.tokens == sealed:
                write(scope, row)

    @asynccontextmanager
    async def _scope(self) -> AsyncGenerator[WorkspaceScope]:
        principal = Principal.work("renew tokens")
        async with workspace_scope(self._renewals.platform, self._whose.workspace_id, principal) as scope:
            yield scope


def tokens_at(workspace_id: UUID, connection_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "connections", "tokens", connection_id)


def keep_tokens(scope: WorkspaceScope, row: ConnectionRow, tokens: Tokens) -> None:
    """Replace the tokens of a connection; a renewal that was under way is over."""
    row.oauth = True
    row.tokens = scope.platform.keyring.seal(tokens_as_json(tokens), tokens_at(scope.workspace_id, row.id))
    row.renewing_since = None


def _take_note_back(row: ConnectionRow) -> None:
    row.renewing_since = None


def forget_tokens(row: ConnectionRow) -> None:
    row.tokens = None
    row.renewing_since = None


def sign_out(scope: WorkspaceScope, row: ConnectionRow, detail: str) -> None:
    """The provider ended what it granted: nothing is sent until somebody signs in there again."""
    forget_tokens(row)
    if row.state == ConnectionState.SIGNED_OUT:
        return
    row.state = ConnectionState.SIGNED_OUT
    row.state_detail = detail[:500]
    publish(scope, events.ConnectionSignedOut(subject_id=row.id))


def read_tokens(scope: WorkspaceScope, row: ConnectionRow) -> Tokens:
    """
    Raises:
        ProviderNeedsAttention: there are none any more.
    """
    if row.tokens is None:
        raise ProviderNeedsAttention(row.state_detail or SIGN_IN_AGAIN, provider=row.provider)
    return open_tokens(scope.platform, scope.workspace_id, row.id, row.tokens)


def open_tokens(platform: Platform, workspace_id: UUID, connection_id: UUID, sealed: bytes) -> Tokens:
    plain = platform.keyring.open(sealed, tokens_at(workspace_id, connection_id))
    return msgspec.json.decode(plain, type=Tokens, dec_hook=dec_hook)


def _later(provider: str) -> ProviderUnavailable:
    return ProviderUnavailable(
        "The token is being renewed",
        provider=provider,
        retry_after_s=AGAIN_AFTER.total_seconds(),
    )
