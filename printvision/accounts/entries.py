"""Operators in a workspace: by its consent, which is timed and can be taken back, or by breaking the glass.

Whoever breaks the glass only looks, for an hour at most, says why, and the owners get mail at once. What is let in by
neither are credentials, keys, members and roles. Every entry is a row that the workspace and all operators read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from printvision.accounts.entry_schemas import (
    ConsentView,
    EnterWorkspace,
    EntryView,
    ListConsents,
    ListEntries,
)
from printvision.accounts.errors import AlreadyMember, NoConsent
from printvision.accounts.events import ConsentGiven, ConsentRevoked, EntryBegun, EntryEnded
from printvision.accounts.models import ConsentRow, EntryRow
from printvision.accounts.people import find_owners
from printvision.accounts.permissions import Permission
from printvision.accounts.roles import GUESTS_MAY, LOOKERS_MAY
from printvision.mail import Letter, send
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.events import publish
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.paging import Page, fetch_page
from printvision.platform.retention import Retention
from printvision.platform.scope import PersonScope, WorkspaceScope

KEPT: Final = timedelta(days=730)

# Held, so that of two that enter at once the first is over, and nobody enters who is just made an operator no more.
_WHO: Final = "SELECT name FROM people WHERE id = %(person_id)s AND operator_role IS NOT NULL FOR UPDATE"
_WHERE: Final = "SELECT name FROM workspaces WHERE id = %(workspace_id)s"
_IS_MEMBER: Final = """
SELECT person_id FROM members WHERE workspace_id = %(workspace_id)s AND person_id = %(person_id)s
"""
# Held, so that one which is taken back meanwhile lets nobody in.
_CONSENT: Final = """
SELECT id, expires_at FROM consents
WHERE workspace_id = %(workspace_id)s AND revoked_at IS NULL AND expires_at > %(now)s
ORDER BY expires_at DESC LIMIT 1 FOR UPDATE
"""
_END_BEFORE: Final = """
UPDATE entries SET ended_at = least(%(now)s, ends_at)
WHERE workspace_id = %(workspace_id)s AND person_id = %(person_id)s AND ended_at IS NULL
"""
_END_OWN: Final = """
UPDATE entries SET ended_at = %(now)s
WHERE id = %(id)s AND person_id = %(person_id)s AND ended_at IS NULL AND ends_at > %(now)s RETURNING workspace_id
"""
_REVOKE: Final = """
UPDATE consents SET revoked_at = %(now)s
WHERE id = %(id)s AND revoked_at IS NULL AND expires_at > %(now)s RETURNING id
"""
_END_BY_CONSENT: Final = """
UPDATE entries SET ended_at = %(now)s
WHERE consent_id = %(id)s AND ended_at IS NULL AND ends_at > %(now)s RETURNING id
"""

OLD_ENTRIES: Final = Retention(
    of="entries",
    forget="""
DELETE FROM entries WHERE id IN (
    SELECT id FROM entries WHERE ends_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=KEPT,
    every_s=86_400,
)
OLD_CONSENTS: Final = Retention(
    of="consents",
    forget="""
DELETE FROM consents WHERE id IN (
    SELECT c.id FROM consents c
    WHERE c.expires_at <= %(before)s AND NOT EXISTS (SELECT FROM entries e WHERE e.consent_id = c.id)
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=KEPT,
    every_s=86_400,
)


async def give_consent(scope: WorkspaceScope, hours: int) -> ConsentView:
    """Let operators in for some hours."""
    scope.require(Permission.WORKSPACE_OWN)
    now = clock.now()
    row = ConsentRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        given_by=f"{scope.principal.actor}:{scope.principal.id}",
        given_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    scope.session.add(row)
    await scope.session.flush()
    publish(scope, ConsentGiven(subject_id=row.id))
    return ConsentView.of(row)


async def list_consents(scope: WorkspaceScope, page: ListConsents) -> Page[ConsentView]:
    """The last given first."""
    scope.require(Permission.WORKSPACE_OWN)
    statement = select(ConsentRow).where(ConsentRow.workspace_id == scope.workspace_id)
    rows, next_cursor = await fetch_page(scope, statement, ConsentRow.id, page)
    return Page([ConsentView.of(row) for row in rows], next_cursor)


async def revoke_consent(scope: WorkspaceScope, consent_id: UUID) -> None:
    """Take a consent back: whoever is in by it is out, and their open pages end within a second.

    Raises:
        NotFound: there is none, or it is over.
    """
    scope.require(Permission.WORKSPACE_OWN)
    values = {"id": consent_id, "now": clock.now()}
    if not await run(scope.session, _REVOKE, values):
        raise NotFound(kind="consent", id=str(consent_id))
    publish(scope, ConsentRevoked(subject_id=consent_id))
    for (entry_id,) in await run(scope.session, _END_BY_CONSENT, values):
        publish(scope, EntryEnded(subject_id=entry_id))


async def list_entries(scope: WorkspaceScope, page: ListEntries) -> Page[EntryView]:
    """Which operators are or were in the workspace, the last first."""
    scope.require(Permission.WORKSPACE_READ)
    return await _entries(scope, page, scope.workspace_id)


async def list_all_entries(scope: PersonScope, page: ListEntries) -> Page[EntryView]:
    """Which operators are or were in any workspace, the last first."""
    scope.require(Permission.OPERATORS_READ)
    return await _entries(scope, page, None)


async def enter(scope: PersonScope, wanted: EnterWorkspace) -> EntryView:
    """Be in a workspace for a while.

    Raises:
        NotFound
        NoConsent: the workspace gave none that holds.
        AlreadyMember
    """
    scope.require(Permission.OPERATORS_ENTER)
    now = clock.now()
    values = {"workspace_id": wanted.workspace_id, "person_id": scope.person_id, "now": now}
    who = await run(scope.session, _WHO, values)
    where = await run(scope.session, _WHERE, values)
    if not (who and where):
        raise NotFound(kind="workspace", id=str(wanted.workspace_id))
    if await run(scope.session, _IS_MEMBER, values):
        raise AlreadyMember
    consent_id, until = await _consent(scope, wanted, now)
    await run(scope.session, _END_BEFORE, values)
    row = EntryRow(
        id=new_id(),
        workspace_id=wanted.workspace_id,
        person_id=scope.person_id,
        name=who[0][0],
        consent_id=consent_id,
        reason=wanted.reason,
        permissions=sorted(LOOKERS_MAY if consent_id is None else GUESTS_MAY),
        begun_at=now,
        ends_at=min(until, now + timedelta(minutes=wanted.minutes)),
    )
    scope.session.add(row)
    await scope.session.flush()
    publish(
        _inside(scope, wanted.workspace_id), EntryBegun(subject_id=row.id, broke_glass=consent_id is None)
    )
    if consent_id is None:
        await _tell_owners(scope, row, where[0][0])
    return EntryView.of(row)


async def leave(scope: PersonScope, entry_id: UUID) -> None:
    """End one's own entry; one's open pages there end within a second.

    Raises:
        NotFound: it is none of theirs, or it is over.
    """
    scope.require(Permission.OPERATORS_ENTER)
    values = {"id": entry_id, "person_id": scope.person_id, "now": clock.now()}
    rows = await run(scope.session, _END_OWN, values)
    if not rows:
        raise NotFound(kind="entry", id=str(entry_id))
    publish(_inside(scope, WorkspaceId(rows[0][0])), EntryEnded(subject_id=entry_id))


async def _consent(scope: PersonScope, wanted: EnterWorkspace, now: datetime) -> tuple[UUID | None, datetime]:
    if wanted.break_glass:
        return None, now + timedelta(minutes=wanted.minutes)
    rows = await run(scope.session, _CONSENT, {"workspace_id": wanted.workspace_id, "now": now})
    if not rows:
        raise NoConsent
    return rows[0][0], rows[0][1]


async def _entries(
    scope: WorkspaceScope | PersonScope, page: ListEntries, of: WorkspaceId | None
) -> Page[EntryView]:
    statement = select(EntryRow)
    if of is not None:
        statement = statement.where(EntryRow.workspace_id == of)
    if page.open:
        statement = statement.where(EntryRow.ended_at.is_(None), EntryRow.ends_at > clock.now())
    rows, next_cursor = await fetch_page(scope, statement, EntryRow.id, page)
    return Page([EntryView.of(row) for row in rows], next_cursor)


async def _tell_owners(scope: PersonScope, entry: EntryRow, workspace: str) -> None:
    words = (
        f"{entry.name}, who runs this installation, looks at the workspace {workspace} without your consent."
    )
    until = f"It ends at {entry.ends_at:%H:%M} UTC at the latest, and nothing can be changed. Their reason:"
    after = "Credentials, keys and members are not shown to them. Everybody in the workspace sees that they are there."
    for owner in await find_owners(scope, WorkspaceId(entry.workspace_id)):
        await send(
            scope, Letter(owner.email, f"An operator is in {workspace}", [words, until, entry.reason, after])
        )


def _inside(scope: PersonScope, workspace_id: WorkspaceId) -> WorkspaceScope:
    return WorkspaceScope(scope.platform, workspace_id, scope.principal, scope.transaction)
