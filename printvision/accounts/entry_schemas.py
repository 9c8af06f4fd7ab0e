from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.accounts.models import ConsentRow, EntryRow
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.paging import ListInput

Reason = Annotated[str, Meta(min_length=10, max_length=500, pattern=r"\S")]
Hours = Annotated[int, Meta(ge=1, le=72)]
Minutes = Annotated[int, Meta(ge=1, le=60)]


class ConsentView(msgspec.Struct, frozen=True, kw_only=True):
    """That operators may enter, until when; `given_by` is who said so, such as `person:…`."""

    id: UUID
    given_by: str
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ConsentRow) -> ConsentView:
        return cls(
            id=row.id,
            given_by=row.given_by,
            given_at=row.given_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )


class GiveConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        hours: how long it holds, 1 to 72.
    """

    hours: Hours


class OneConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    consent_id: UUID


class ListConsents(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last given first; those that are over too."""


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's time in a workspace.

    Args:
        person_id: None where their account is gone.
        consent_id: by which consent; None for breaking the glass, which only looks.
        ended_at: where it was ended before `ends_at`.
    """

    id: UUID
    workspace_id: WorkspaceId
    person_id: PersonId | None
    name: str
    consent_id: UUID | None
    reason: str
    begun_at: datetime
    ends_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: EntryRow) -> EntryView:
        return cls(
            id=row.id,
            workspace_id=WorkspaceId(row.workspace_id),
            person_id=PersonId(row.person_id) if row.person_id else None,
            name=row.name,
            consent_id=row.consent_id,
            reason=row.reason,
            begun_at=row.begun_at,
            ends_at=row.ends_at,
            ended_at=row.ended_at,
        )


class ListEntries(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        open: only those that are not over.
    """

    open: bool = False


class EnterWorkspace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        reason: what for; the workspace reads it.
        break_glass: without the workspace's consent: to look only, and its owners are told at once.
        minutes: how long, 1 to 60; by consent no longer than that holds.
    """

    workspace_id: WorkspaceId
    reason: Reason
    break_glass: bool = False
    minutes: Minutes = 60


class OneEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    entry_id: UUID
