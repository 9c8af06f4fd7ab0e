"""Sessions of browsers: begun by a proof of who somebody is, ended by signing out, by disuse or by age.

A session is a person's, whichever of their workspaces they are in; each call names one and membership is asked for each
time. Its token is new with every proof, so one that was planted or read before is worth nothing after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from printvision.accounts.errors import SecondFactorNeeded, SignedOut
from printvision.accounts.inside import INSIDE
from printvision.accounts.links import hash_of, new_token
from printvision.accounts.models import SessionRow
from printvision.accounts.permissions import OF_PERSONS
from printvision.accounts.proofs import STRONG, Proof
from printvision.accounts.roles import OPERATORS_MAY, OperatorRole, Role, permissions_of
from printvision.accounts.schemas import OpenSessionView
from printvision.accounts.service import USE_NOTED_EVERY
from printvision.accounts.signed_in import Session, SignedIn
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.features import Tier
from printvision.platform.ids import PersonId, WorkspaceId, new_id
from printvision.platform.retention import Retention
from printvision.platform.scope import Actor, Principal, SystemScope
from printvision.platform.visits import Jar, Visit

IDLE_FOR: Final = timedelta(hours=12)
SESSION_LASTS: Final = timedelta(days=7)
PENDING_LASTS: Final = timedelta(minutes=10)

_LIVE: Final[LiteralString] = "s.expires_at > %(now)s AND s.last_used_at > %(idle_since)s AND NOT s.pending"
_FIND: Final[LiteralString] = f"""
SELECT s.id, s.person_id, p.name, p.operator_role, s.proofs, s.proved_at, s.last_used_at,
  m.workspace_id, m.tier, m.second_factor, m.role, m.permissions
FROM sessions s
JOIN people p ON p.id = s.person_id AND p.disabled_at IS NULL
LEFT JOIN LATERAL (
  SELECT m.workspace_id, m.role, w.tier, m.permissions,
    w.second_factor OR m.entered_until IS NOT NULL AS second_factor
  FROM {INSIDE}
  WHERE m.person_id = s.person_id AND (w.slug = %(slug)s::text OR w.id = %(workspace_id)s::uuid)
) m ON true
WHERE s.token_hash = %(token_hash)s AND {_LIVE}
"""  # noqa: S608 - of our own words
_FIND_PENDING: Final = """
SELECT s.id, s.person_id, s.proofs FROM sessions s JOIN people p ON p.id = s.person_id AND p.disabled_at IS NULL
WHERE s.token_hash = %(token_hash)s AND s.pending AND s.expires_at > %(now)s
FOR UPDATE OF s
"""
_PROOFS: Final = "SELECT proofs FROM sessions WHERE id = %(id)s AND NOT pending"
_NOTE_USE: Final = """
UPDATE sessions SET last_used_at = %(now)s WHERE id = %(id)s AND last_used_at <= %(before)s
"""
_PROVE: Final = """
UPDATE sessions SET token_hash = %(new_hash)s, proofs = %(proofs)s, proved_at = %(now)s, last_used_at = %(now)s,
  expires_at = CASE WHEN pending THEN %(until)s ELSE expires_at END, pending = false
WHERE id = %(id)s AND expires_at > %(now)s
RETURNING expires_at
"""
_END: Final = "DELETE FROM sessions WHERE token_hash = %(token_hash)s RETURNING id"
_END_ALL: Final = """
DELETE FROM sessions WHERE person_id = %(person_id)s AND id IS DISTINCT FROM %(but)s::uuid RETURNING id
"""
_END_ONE: Final = "DELETE FROM sessions WHERE person_id = %(person_id)s AND id = %(id)s RETURNING id"
_LIST: Final[LiteralString] = f"""
SELECT s.id, s.proofs, s.device, s.address, s.created_at, s.last_used_at, s.expires_at FROM sessions s
WHERE s.person_id = %(person_id)s AND {_LIVE} ORDER BY s.last_used_at DESC, s.id DESC LIMIT 200
"""  # noqa: S608 - of our own words
_STILL_OPEN: Final[LiteralString] = f"""
SELECT s.id, m.workspace_id, m.role, m.permissions
FROM unnest(%(session_ids)s::uuid[], %(workspace_ids)s::uuid[]) AS asked (session_id, workspace_id)
JOIN sessions s ON s.id = asked.session_id AND {_LIVE}
JOIN people p ON p.id = s.person_id AND p.disabled_at IS NULL
JOIN {INSIDE} ON m.workspace_id = asked.workspace_id AND m.person_id = s.person_id
"""  # noqa: S608 - of our own words

OLD_SESSIONS: Final = Retention(
    of="sessions",
    forget="""
DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE expires_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(0),
    every_s=600,
)


class _Known(NamedTuple):
    """What is stored of a session, in the order of `_FIND`."""

    id: UUID
    person_id: UUID
    name: str
    operator_role: str | None
    proofs: list[str]
    proved_at: datetime
    last_used_at: datetime
    workspace_id: UUID | None
    tier: str | None
    second_factor: bool | None
    role: str | None
    permissions: list[str] | None

    @property
    def session(self) -> Session:
        proofs = frozenset(Proof(proof) for proof in self.proofs)
        return Session(self.id, PersonId(self.person_id), self.name, proofs, self.proved_at)

    def outside(self) -> SignedIn:
        """At what is theirs, and at what operators see to, who always need a second factor."""
        session = self.session
        may = OF_PERSONS
        if self.operator_role is not None and session.proofs & STRONG:
            may |= OPERATORS_MAY[OperatorRole(self.operator_role)]
        principal = Principal(Actor.PERSON, str(self.person_id), frozenset(may))
        return SignedIn(principal, None, Tier.FREE, session)

    def inside(self, workspace: str) -> SignedIn:
        """In a workspace of theirs.

        Raises:
            NotFound, SecondFactorNeeded
        """
        if self.workspace_id is None or self.role is None:
            raise NotFound(kind="workspace", id=workspace)
        session, role = self.session, Role(self.role)
        if self.second_factor and role is not Role.VIEWER and not session.proofs & STRONG:
            raise SecondFactorNeeded
        principal = Principal(Actor.PERSON, str(self.person_id), permissions_of(role, self.permissions))
        return SignedIn(principal, WorkspaceId(self.workspace_id), Tier(self.tier), session)


class PendingSession(NamedTuple):
    """Somebody who has given a first proof and lacks the second."""

    id: UUID
    person_id: PersonId
    proofs: frozenset[Proof]


async def begin_session(
    scope: SystemScope, visit: Visit, person_id: PersonId, proofs: Iterable[Proof], *, pending: bool = False
) -> UUID:
    """Sign somebody in: the answer has the browser keep a new session's token, and the one it had ends.

    Args:
        scope: of one transaction: what is refused has changed nothing.
        proofs: by what they showed who they are.
        pending: a second factor is still missing: until `prove` it opens nothing.

    Returns:
        The session's id.

    Raises:
        CrossSite, InsecureAddress
    """
    visit.require_our_page()
    now, token, session_id = clock.now(), new_token(), new_id()
    lasts = PENDING_LASTS if pending else SESSION_LASTS
    visit.keep(Jar.SESSION, token, lasts)
    if visit.token is not None:
        await end_session(scope, visit.token.reveal())
    scope.session.add(
        SessionRow(
            id=session_id,
            person_id=person_id,
            token_hash=hash_of(token.reveal()),
            pending=pending,
            proofs=sorted(set(proofs)),
            proved_at=now,
            device=visit.device,
            address=visit.address,
            created_at=now,
            last_used_at=now,
            expires_at=now + lasts,
        )
    )
    await scope.session.flush()
    return session_id


async def prove(scope: SystemScope, visit: Visit, session_id: UUID, proofs: Collection[Proof]) -> None:
    """Have a session stand on all these proofs, just given: it is pending no more, and its token is a new one.

    Raises:
        SignedOut: it ended meanwhile.
        CrossSite, InsecureAddress
    """
    visit.require_our_page()
    now, token = clock.now(), new_token()
    values = {
        "id": session_id,
        "new_hash": hash_of(token.reveal()),
        "proofs": Jsonb(sorted(set(proofs))),
        "now": now,
        "until": now + SESSION_LASTS,
    }
    rows = await run(scope.session, _PROVE, values)
    if not rows:
        raise SignedOut
    visit.keep(Jar.SESSION, token, rows[0][0] - now)


async def find_session(scope: SystemScope, token: str, workspace: str | None = None) -> SignedIn:
    """Whose session this is, in one of their workspaces or outside of all.

    Args:
        workspace: its slug or its id.

    Raises:
        SignedOut: there is none, or none any more.
        NotFound: they are no member of such a workspace, or there is none.
        SecondFactorNeeded: the workspace asks for one that they did not give.
    """
    now = clock.now()
    values = {
        **_times(now),
        "token_hash": hash_of(token),
        "slug": workspace,
        "workspace_id": _as_id(workspace),
    }
    rows = await run(scope.session, _FIND, values)
    if not rows:
        raise SignedOut
    known = _Known(*rows[0])
    before = now - USE_NOTED_EVERY
    if known.last_used_at <= before:
        await run(scope.session, _NOTE_USE, {"id": known.id, "now": now, "before": before})
    return known.outside() if workspace is None else known.inside(workspace)


async def find_pending(scope: SystemScope, visit: Visit) -> PendingSession:
    """Who has yet to give a second proof; held until the transaction ends.

    Raises:
        SignedOut: nobody, or not any more.
        CrossSite
    """
    visit.require_our_page()
    if visit.token is None:
        raise SignedOut
    values = {"token_hash": hash_of(visit.token.reveal()), "now": clock.now()}
    rows = await run(scope.session, _FIND_PENDING, values)
    if not rows:
        raise SignedOut
    session_id, person_id, proofs = rows[0]
    return PendingSession(session_id, PersonId(person_id), frozenset(Proof(proof) for proof in proofs))


async def proofs_of(scope: SystemScope, session_id: UUID) -> frozenset[Proof]:
    """By what somebody who is signed in has proved who they are.

    Raises:
        SignedOut: it ended meanwhile.
    """
    rows = await run(scope.session, _PROOFS, {"id": session_id})
    if not rows:
        raise SignedOut
    return frozenset(Proof(proof) for proof in rows[0][0])


async def find_open(
    scope: SystemScope, asked: Collection[tuple[UUID, WorkspaceId]]
) -> Mapping[tuple[UUID, WorkspaceId], frozenset[str]]:
    """Which of these sessions are still open in these workspaces, and what they may do there now; one statement."""
    if not asked:
        return {}
    values = {
        **_times(clock.now()),
        "session_ids": [session_id for session_id, _ in asked],
        "workspace_ids": [workspace_id for _, workspace_id in asked],
    }
    rows = await run(scope.session, _STILL_OPEN, values)
    return {
        (session_id, WorkspaceId(workspace_id)): permissions_of(Role(role), custom)
        for session_id, workspace_id, role, custom in rows
    }


async def list_sessions(
    scope: SystemScope, person_id: PersonId, current: UUID | None
) -> list[OpenSessionView]:
    """A person's open sessions, the last used first; at most 200.

    Args:
        current: the one that asks.
    """
    rows = await run(scope.session, _LIST, {**_times(clock.now()), "person_id": person_id})
    return [
        OpenSessionView(
            id=session_id,
            current=session_id == current,
            proofs=[Proof(proof) for proof in proofs],
            device=device,
            address=address,
            created_at=created_at,
            last_used_at=last_used_at,
            expires_at=expires_at,
        )
        for session_id, proofs, device, address, created_at, last_used_at, expires_at in rows
    ]


async def end_session(scope: SystemScope, token: str) -> bool:
    """End a session; whether there was one. Its streams end within a second."""
    return bool(await run(scope.session, _END, {"token_hash": hash_of(token)}))


async def end_session_of(scope: SystemScope, person_id: PersonId, session_id: UUID) -> None:
    """
    Raises:
        NotFound: it is none of theirs.
    """
    if not await run(scope.session, _END_ONE, {"person_id": person_id, "id": session_id}):
        raise NotFound(kind="session", id=str(session_id))


async def end_sessions(scope: SystemScope, person_id: PersonId, *, but: UUID | None = None) -> int:
    """End all of a person's sessions, save one; returns how many."""
    return len(await run(scope.session, _END_ALL, {"person_id": person_id, "but": but}))


def _times(now: datetime) -> dict[str, datetime]:
    return {"now": now, "idle_since": now - IDLE_FOR}


def _as_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
