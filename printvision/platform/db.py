"""PostgreSQL: two engines (application and system), one transaction a scope.

Every statement is reached through a scope. A `WorkspaceScope` sets the workspace for its transaction, and the
database's own policies repeat the rule underneath; a `SystemScope` uses the system login, which sees named tables.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, LiteralString, Self, cast
from uuid import UUID

import msgspec
import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, DateTime, Engine, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import TypeEngine
from sqlalchemy.types import Uuid as UuidType
from sqlalchemy.util import await_only

from printvision.platform.errors import PrintVisionError
from printvision.platform.telemetry import trace_statements

SCHEMA = "public"

_BEFORE_COMMIT: Final = "before_commit"
_AFTER_COMMIT: Final = "after_commit"
_DRIVER: Final = "driver"
_BEGIN: Final = "begin"
_BEGUN: Final = "begun"
# In one go: a transaction's beginning would else be a third of what a short one costs.
_BEGIN_OF: Final = "BEGIN; SELECT set_config('app.workspace_id', '%s', true)"
_BEGIN_TEST_OF: Final = _BEGIN_OF + ", set_config('app.test', 'on', true)"

# On a lost connection SQLAlchemy finds out by itself, says so, and forgets every one that is lost with it.
_FIND_OUT: Final = text("SELECT 1")

Driver = psycopg.AsyncConnection[tuple[Any, ...]]

# Bounds on what a statement may do to the others; a report that needs longer says so itself.
SESSION_BOUNDS = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"


class DatabaseUnavailable(PrintVisionError):
    status = 503
    code = "database/unavailable"
    title = "The database cannot be reached"
    action = "Check that PostgreSQL runs and that its address in the settings is right."


class TransactionFailed(RuntimeError):
    """A statement failed, its error was passed over, and the transaction was to be committed: a bug of ours. Nothing of
    it was kept."""


class Model(DeclarativeBase):
    """Base of every table: aware UTC times, UUID keys made by us, jsonb for open structures."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, TypeEngine[Any]]] = {
        UUID: UuidType(),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
    }


UtcTime = DateTime(timezone=True)


def libpq_url(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


class _LateSession(Session):
    """A session whose transaction begins as its `Transaction` says, once it has a connection."""


@event.listens_for(_LateSession, "after_begin")
def _begin(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    begin: LiteralString | None = session.info[_BEGIN]
    if begin is None:
        return
    session.info[_BEGUN] = connection.connection.driver_connection
    if _is_heard(connection.engine):
        connection.exec_driver_sql(begin)
        return
    driver = cast("Driver", connection.connection.driver_connection)
    try:
        await_only(driver.execute(begin, prepare=False))
    except psycopg.Error as error:
        if driver.closed:
            connection.execute(_FIND_OUT)
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


class Transaction:
    """What takes a session, a connection and a transaction of the database when it first asks something of it, and none
    of them before. As a block it commits at its end.

    Args:
        begin: gives the statement that begins it; None for none.
    """

    __slots__ = ("_begin", "_opened", "_sessions")

    def __init__(self, sessions: Callable[[], AsyncSession], begin: Callable[[], str] | None) -> None:
        self._sessions = sessions
        self._begin = begin
        self._opened: AsyncSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace_back: object) -> None:
        await self.end(error)

    @property
    def session(self) -> AsyncSession:
        if self._opened is None:
            self._opened = self._sessions()
            self._opened.info[_BEGIN] = self._begin() if self._begin else None
            self._opened.sync_session.begin()
        return self._opened

    async def end(self, error: BaseException | None) -> None:
        """Commit, or roll back where there was an error; either gives the connection back."""
        if (session := self._opened) is None:
            return
        if error is not None:
            await _give_back(session)
            return
        try:
            for known, call in session.info.pop(_BEFORE_COMMIT, ()):
                if known is _transaction_of(session):
                    await call()
            _check_whole(session)
            await session.commit()
        except BaseException:
            await _give_back(session)
            raise
        session.expunge_all()
        for call in session.info.pop(_AFTER_COMMIT, ()):
            call()


class Database:
    """The engines of one process.

    Args:
        url, system_url: SQLAlchemy addresses with the psycopg driver.
        pool_size: the most connections of the application's login; half as many of the system's.
        pooled: True behind a transaction pooler, where server-side prepared statements are not to be had.
    """

    def __init__(self, url: str, system_url: str, *, pool_size: int = 10, pooled: bool = False) -> None:
        self.app = self._engine(url, pool_size, pooled)
        self.system = self._engine(system_url, max(2, pool_size // 2), pooled)
        self._app_sessions = async_sessionmaker(
            self.app, sync_session_class=_LateSession, expire_on_commit=False
        )
        self._system_sessions = async_sessionmaker(
            self.system, sync_session_class=_LateSession, expire_on_commit=False
        )

    @staticmethod
    def _engine(url: str, pool_size: int, pooled: bool) -> AsyncEngine:
        # psycopg begins no transactions: ours are begun below
        connect_args: dict[str, Any] = {"options": SESSION_BOUNDS, "connect_timeout": 10, "autocommit": True}
        if pooled:
            connect_args["prepare_threshold"] = None
        engine = create_async_engine(
            url,
            pool_size=pool_size,
            # one beyond the pool would be closed after its use, and to open one costs as much as ten statements
            max_overflow=0,
            pool_timeout=15,
            pool_recycle=1_800,
            hide_parameters=True,
            connect_args=connect_args,
            json_serializer=_json,
            json_deserializer=msgspec.json.decode,
        )
        trace_statements(engine.sync_engine)
        return engine

    def of_workspace(self, workspace_id: UUID, *, test: bool = False) -> Transaction:
        """A transaction in which the policies admit the rows of one workspace alone; commits at the end.

        Args:
            test: whether they admit no orders but tests' and no connections but sandboxes.
        """
        begin = _BEGIN_TEST_OF if test else _BEGIN_OF
        return Transaction(self._app_sessions, lambda: begin % UUID(int=workspace_id.int))

    def of_system(self, *, atomic: bool = True) -> Transaction:
        """A transaction of the system login; commits at the end.

        Args:
            atomic: False for a statement or two of which each may stand alone: there is no transaction around them.
        """
        return Transaction(self._system_sessions, (lambda: "BEGIN") if atomic else None)

    async def check(self) -> str:
        """The server's version.

        Raises:
            DatabaseUnavailable
        """
        try:
            async with self.of_system() as transaction:
                return (await transaction.session.execute(text("SHOW server_version"))).scalar_one()
        except Exception as error:
            raise DatabaseUnavailable(note=str(error)) from error

    async def close(self) -> None:
        await self.app.dispose()
        await self.system.dispose()


async def run(
    session: AsyncSession, statement: LiteralString, values: Mapping[str, Any] | None = None
) -> Sequence[Sequence[Any]]:
    """Run a statement past SQLAlchemy, which takes two thirds of the time of a short one. What the session has yet to
    write is written before it, unless the caller said otherwise (`session.no_autoflush`).

    Args:
        statement: as psycopg takes it, with `%(name)s`.
        values: as psycopg takes them; what is to be jsonb is wrapped in `Jsonb`.

    Returns:
        The rows, if it has any.

    Raises:
        DBAPIError: as the session's own statements do.
    """
    if session.sync_session.autoflush and (session.new or session.dirty or session.deleted):
        await session.flush()
    return await _execute(session, statement, values)


def before_commit(session: AsyncSession, call: Callable[[], Awaitable[None]]) -> None:
    """Await `call` as the last thing that the session's transaction does; never where it rolls back."""
    session.info.setdefault(_BEFORE_COMMIT, []).append((_transaction_of(session), call))


def after_commit(session: AsyncSession, call: Callable[[], None]) -> None:
    """Run `call` once the session's transaction has committed; never where it rolled back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(call)


async def _give_back(session: AsyncSession) -> None:
    """Roll back, also where we are cancelled once more."""
    await asyncio.shield(asyncio.create_task(session.close()))


def _check_whole(session: AsyncSession) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a ROLLBACK, and without an error."""
    driver: Driver | None = session.info.get(_BEGUN)
    if driver is not None and driver.info.transaction_status is TransactionStatus.INERROR:
        raise TransactionFailed


async def _execute(
    session: AsyncSession, statement: LiteralString, values: Mapping[str, Any] | None
) -> Sequence[Sequence[Any]]:
    if _is_heard(cast("AsyncEngine", session.bind).sync_engine):
        result = await (await session.connection()).exec_driver_sql(
            statement, dict(values) if values else None
        )
        return result.all() if result.returns_rows else ()
    driver = await _driver(session)
    try:
        cursor = await driver.execute(statement, values)
        # not `description`, which would be put together for this alone
        return await cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else ()
    except psycopg.Error as error:
        if driver.closed:
            await session.execute(_FIND_OUT)
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


async def _driver(session: AsyncSession) -> Driver:
    """The connection of the session's transaction. With the transaction it has to be given up: it is another's then."""
    known: tuple[SessionTransaction, Driver] | None = session.info.get(_DRIVER)
    if known is None or known[0] is not _transaction_of(session):
        driver = await session.run_sync(_connect)
        session.info[_DRIVER] = _transaction_of(session), driver
        return driver
    return known[1]


def _connect(session: Session) -> Driver:
    return cast("Driver", session.connection().connection.driver_connection)


def _transaction_of(session: AsyncSession) -> SessionTransaction | None:
    return session.sync_session.get_transaction()


def _is_heard(engine: Engine) -> bool:
    """Whether somebody listens to the statements, such as a tracer: then they have to go by SQLAlchemy."""
    return bool(engine.dispatch.before_cursor_execute)
