"""Facts, written with the change that made them, read once by each reader in the order of their transactions.

`events` is append-only. A row carries the id of its transaction, and readers look only below the oldest transaction
still open, so that one that commits late is never skipped; a reader's cursor is (transaction, sequence). Of two
transactions that ran at once, the one that wrote first is read first, even where it waited for the other's rows:
where that matters, `seq` rises in the order in which things happened to one subject. Nothing is notified inside a
business transaction, since NOTIFY takes a lock that serialises commits: after a commit the process's `Relay` wakes all
readers, at most once in 20 ms, and a reader looks every second anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg
import structlog
from sqlalchemy import BigInteger, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from printvision.platform import clock
from printvision.platform.db import Model, UtcTime, after_commit, before_commit, run
from printvision.platform.scope import AnyScope, SystemScope, WorkspaceScope

log = structlog.get_logger(__name__)

CHANNEL = "printvision_events"
COALESCE_S = 0.02
LOOK_EVERY_S = 1.0
NOTIFY_WITHIN_S = 5.0
BATCH = 500


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class EventRow(Model):
    __tablename__ = "events"
    __table_args__ = (
        Index(None, "xid", "seq"),
        Index(None, "workspace_id", "subject_id", "seq"),
        Index(None, "workspace_id", "xid", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    __system__: ClassVar[str] = "readers of all workspaces' events: the relay's, outgoing webhooks, analytics"

    workspace_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(UtcTime)


class CursorRow(Model):
    """How far a named reader has read."""

    __tablename__ = "event_cursors"

    reader: Mapped[str] = mapped_column(Text, primary_key=True)
    xid: Mapped[int] = mapped_column(Xid8())
    seq: Mapped[int] = mapped_column(BigInteger)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A past-tense fact about one thing. Subclasses name their `kind` (`domain.what`) and carry ids, nobody's data."""

    kind: ClassVar[str]
    subject_id: UUID


def event_kinds() -> Mapping[str, type[Event]]:
    """Every kind of event that the imported domains declare."""
    return {each.kind: each for each in _below(Event)}


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        if "kind" in each.__dict__:
            yield each
        yield from _below(each)


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is read back."""

    seq: int
    xid: int
    workspace_id: UUID
    kind: str
    subject_id: UUID
    data: dict[str, Any]
    at: datetime


_PENDING: Final = "events"
_WRITE: Final = """
INSERT INTO events (workspace_id, kind, subject_id, data, at)
SELECT %(workspace_id)s, kind, subject_id, data, at
FROM jsonb_to_recordset(%(events)s::jsonb) AS event (kind text, subject_id uuid, data jsonb, at timestamptz)
"""


def publish(scope: WorkspaceScope, *events: Event) -> None:
    """Have events written, in their order, as the last thing of the scope's transaction; their readers are woken
    after its commit.
    """
    info, at = scope.session.info, clock.now()
    if _PENDING not in info:
        info[_PENDING] = []
        before_commit(scope.session, partial(_write_pending, scope))
        wake_after_commit(scope)
    for event in events:
        data = msgspec.to_builtins(event)
        del data["subject_id"]
        info[_PENDING].append({"kind": event.kind, "subject_id": event.subject_id, "data": data, "at": at})


async def _write_pending(scope: WorkspaceScope) -> None:
    written = msgspec.json.encode(scope.session.info.pop(_PENDING)).decode()
    await run(scope.session, _WRITE, {"workspace_id": scope.workspace_id, "events": written})


def wake_after_commit(scope: AnyScope) -> None:
    """Wake every process's readers once the scope's transaction has committed."""
    after_commit(scope.session, scope.platform.relay.wake)


class Position(msgspec.Struct, frozen=True, order=True):
    """Where a reader stands: everything up to and with (xid, seq) is done."""

    xid: int = 0
    seq: int = 0


# The order names the table's columns: a bare `xid` would be the number that is answered, which no index is in order of.
_READ = text(
    """
    SELECT seq, xid::text::bigint AS xid, workspace_id, kind, subject_id, data, at FROM events
    WHERE (xid, seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)
      AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY events.xid, events.seq LIMIT :limit
    """
)


async def read_events(scope: AnyScope, after: Position, *, limit: int = BATCH) -> Sequence[Stored]:
    """The next events in the order of their transactions, as far as no open one can still come before."""
    rows = await scope.session.execute(_READ, {"xid": str(after.xid), "seq": after.seq, "limit": limit})
    return [Stored(**row) for row in rows.mappings()]


class Look(NamedTuple):
    """What one look at the events found.

    Args:
        events: the next ones, in order.
        full: there may be more of them.
        held: there are committed ones that an older transaction, still open, may yet come before.
    """

    events: Sequence[Stored]
    full: bool
    held: bool


_LOOK: Final = """
SELECT seq, xid::text::bigint, workspace_id, kind, subject_id, data, at,
       xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled
FROM events
WHERE (xid, seq) > (%(xid)s::xid8, %(seq)s) ORDER BY events.xid, events.seq LIMIT %(limit)s
"""
_READ_PART: Final = """
SELECT seq, xid::text::bigint, workspace_id, kind, subject_id, data, at FROM events
WHERE workspace_id = %(workspace_id)s AND kind = ANY(%(kinds)s)
  AND (xid, seq) > (%(xid)s::xid8, %(seq)s) AND (xid, seq) <= (%(to_xid)s::xid8, %(to_seq)s)
ORDER BY events.xid, events.seq LIMIT %(limit)s
"""


async def look(scope: SystemScope, after: Position, *, limit: int = BATCH) -> Look:
    """As `read_events` for all workspaces, and whether it is worth looking again soon."""
    values = {"xid": str(after.xid), "seq": after.seq, "limit": limit}
    rows = await run(scope.session, _LOOK, values)
    settled = [_stored(row) for row in rows if row[7]]
    return Look(settled, full=len(settled) == limit, held=len(settled) < len(rows))


async def read_part(
    scope: WorkspaceScope, after: Position, up_to: Position, kinds: Collection[str], *, limit: int = BATCH
) -> Sequence[Stored]:
    """The workspace's events of these kinds after one position, up to and with another.

    Args:
        up_to: where a reader stands, or `read_horizon`'s: nothing can still come before it.
    """
    values = {
        "workspace_id": scope.workspace_id,
        "kinds": list(kinds),
        "xid": str(after.xid),
        "seq": after.seq,
        "to_xid": str(up_to.xid),
        "to_seq": up_to.seq,
        "limit": limit,
    }
    return [_stored(row) for row in await run(scope.session, _READ_PART, values)]


_OF_SUBJECT: Final = """
SELECT seq, xid::text::bigint, workspace_id, kind, subject_id, data, at FROM events
WHERE workspace_id = %(workspace_id)s AND subject_id = %(subject_id)s ORDER BY seq DESC LIMIT %(limit)s
"""


async def read_subject(scope: WorkspaceScope, subject_id: UUID, *, limit: int = BATCH) -> Sequence[Stored]:
    """What happened to one thing, the newest first."""
    values = {"workspace_id": scope.workspace_id, "subject_id": subject_id, "limit": limit}
    return [_stored(row) for row in await run(scope.session, _OF_SUBJECT, values)]


async def read_horizon(scope: SystemScope) -> Position:
    """The position of a reader that has read all there is; what commits from now on comes after it."""
    rows = await run(scope.session, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return Position(rows[0][0], 0)


def _stored(row: Sequence[Any]) -> Stored:
    seq, xid, workspace_id, kind, subject_id, data, at = row[:7]
    return Stored(
        seq=seq, xid=xid, workspace_id=workspace_id, kind=kind, subject_id=subject_id, data=data, at=at
    )


async def get_position(scope: SystemScope, reader: str) -> Position:
    """The stored cursor of a reader, locked for this transaction; the beginning where it never read."""
    await scope.session.execute(
        insert(CursorRow).values(reader=reader, xid=text("'0'::xid8"), seq=0).on_conflict_do_nothing()
    )
    row = (
        await scope.session.execute(
            text("SELECT xid::text::bigint, seq FROM event_cursors WHERE reader = :reader FOR UPDATE"),
            {"reader": reader},
        )
    ).one()
    return Position(row[0], row[1])


async def save_position(scope: SystemScope, reader: str, position: Position) -> None:
    """Move the cursor in the transaction that did the reader's work, so that both happen or neither."""
    await scope.session.execute(
        text(
            "UPDATE event_cursors SET xid = CAST(CAST(:xid AS text) AS xid8), seq = :seq WHERE reader = :reader"
        ),
        {"reader": reader, "xid": str(position.xid), "seq": position.seq},
    )


class Relay:
    """Wakes readers in all processes. One a process, on connections of its own past any pooler. It listens only once
    somebody waits: the web server, where nobody does, is spared a wake-up for every commit of others.

    Args:
        direct_url: a libpq address; None keeps the wake-ups inside this process.
    """

    def __init__(self, direct_url: str | None) -> None:
        self._url = direct_url
        self._wanted = asyncio.Event()
        self._generation = 0
        self._changed = asyncio.Condition()
        self._notifier: psycopg.AsyncConnection[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._listens = False

    def wake(self) -> None:
        """Ask for a wake-up; returns at once. Called after a commit."""
        self._wanted.set()

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._notify(), name="relay-notify")]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        self._listens = False
        await self._hang_up()

    @property
    def generation(self) -> int:
        """How many wake-ups there were."""
        return self._generation

    async def wait(self, timeout_s: float = LOOK_EVERY_S) -> None:
        """Return after the next wake-up, or after the time limit: a reader looks again either way."""
        await self._wait_beyond(self._generation, timeout_s)

    async def ticks(self, every_s: float = LOOK_EVERY_S) -> AsyncIterator[None]:
        """Yield at once, then after every wake-up or `every_s`, for ever.

        A wake-up that comes while the reader is still busy with the last one is not lost.
        """
        self._begin_to_listen()
        while True:
            seen = self._generation
            yield
            await self._wait_beyond(seen, every_s)

    async def _wait_beyond(self, generation: int, timeout_s: float) -> None:
        self._begin_to_listen()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: self._generation != generation)

    def _begin_to_listen(self) -> None:
        if self._url and self._tasks and not self._listens:
            self._listens = True
            self._tasks.append(asyncio.create_task(self._listen(self._url), name="relay-listen"))

    async def _broadcast(self) -> None:
        async with self._changed:
            self._generation += 1
            self._changed.notify_all()

    async def _notify(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._broadcast()
            if self._url:
                await self._tell_others(self._url)
            await asyncio.sleep(COALESCE_S)

    async def _tell_others(self, url: str) -> None:
        try:
            async with asyncio.timeout(NOTIFY_WITHIN_S):
                if self._notifier is not None:
                    with suppress(psycopg.Error):  # lost since the last time: once more on a fresh connection
                        await self._notifier.execute(f"NOTIFY {CHANNEL}")
                        return
                    await self._hang_up()
                self._notifier = await self._connect(url)
                await self._notifier.execute(f"NOTIFY {CHANNEL}")
        except (psycopg.Error, TimeoutError) as error:
            log.warning("relay.notify_failed", error=str(error))  # the others look every second meanwhile
            await self._hang_up()

    async def _hang_up(self) -> None:
        if self._notifier is not None:
            await self._notifier.close()
            self._notifier = None

    async def _listen(self, url: str) -> None:
        while True:
            try:
                async with await self._connect(url) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    await self._broadcast()  # for what was told while nobody listened
                    async for _ in connection.notifies():
                        await self._broadcast()
            except psycopg.Error as error:
                log.warning("relay.listen_lost", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    @staticmethod
    async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)
