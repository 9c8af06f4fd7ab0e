"""Who acts, on whose rows, in which transaction.

The scope is the first argument of every query and verb. `WorkspaceScope` is one vendor's; `SystemScope` is for work
that is nobody's: the relay, the scheduler, the command line. A person who signs in, or is at what is theirs alone,
is of no workspace: `VisitScope`, `PersonScope`.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from printvision.platform.db import Transaction
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.visits import Visit

if TYPE_CHECKING:
    from printvision.platform.runtime import Platform


class PermissionMissing(PrintVisionError):
    status = 403
    code = "access/permission-missing"
    title = "You may not do this"
    action = "Ask an owner or admin of the workspace for the named permission."
    permission: str


class Actor(StrEnum):
    """What kind of somebody began the work."""

    KEY = "key"
    PERSON = "person"
    OPERATOR = "operator"
    WORK = "work"  # a durable run or a schedule; `began_by` says who started it


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `permissions` None means every one: the product's own work.

    `test`: who only tries things out sees, in the database itself, no order but tests' and no connection but sandboxes.
    """

    actor: Actor
    id: str
    permissions: frozenset[str] | None = None
    test: bool = False

    def may(self, permission: str) -> bool:
        return self.permissions is None or permission in self.permissions

    @classmethod
    def work(cls, name: str) -> Principal:
        return cls(Actor.WORK, name)


@dataclass(slots=True)
class WorkspaceScope:
    """One workspace, one principal, one open transaction."""

    platform: Platform
    workspace_id: WorkspaceId
    principal: Principal
    transaction: Transaction
    session_id: UUID | None = None  # where a person calls with a browser

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace_back: object) -> None:
        await self.transaction.end(error)

    @property
    def session(self) -> AsyncSession:
        return self.transaction.session

    def require(self, permission: str) -> None:
        """
        Raises:
            PermissionMissing
        """
        if not self.principal.may(permission):
            raise PermissionMissing(permission=str(permission))


@dataclass(slots=True)
class SystemScope:
    """The system login's transaction; `purpose` names the work in logs."""

    platform: Platform
    purpose: str
    transaction: Transaction

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace_back: object) -> None:
        await self.transaction.end(error)

    @property
    def session(self) -> AsyncSession:
        return self.transaction.session


@dataclass(slots=True)
class VisitScope(SystemScope):
    """Somebody at a browser, who need not be anybody: signing in and its kin."""

    visit: Visit


@dataclass(slots=True)
class PersonScope(VisitScope):
    """Somebody at what is theirs and no workspace's, or at what operators see to; `session_id` where they have one."""

    principal: Principal
    session_id: UUID | None = None

    @property
    def person_id(self) -> PersonId:
        """Whose account it is.

        Raises:
            PermissionMissing: it is nobody's: an operator at the machine itself.
        """
        if self.principal.actor is not Actor.PERSON:
            raise PermissionMissing(
                "Only a person who is signed in has an account", permission="self:account:read"
            )
        return PersonId(UUID(self.principal.id))

    def require(self, permission: str) -> None:
        """
        Raises:
            PermissionMissing
        """
        if not self.principal.may(permission):
            raise PermissionMissing(permission=str(permission))


AnyScope = WorkspaceScope | SystemScope


def workspace_scope(
    platform: Platform, workspace_id: WorkspaceId, principal: Principal, *, session_id: UUID | None = None
) -> AbstractAsyncContextManager[WorkspaceScope]:
    """Open a transaction on one workspace's rows; it commits where the block ends without an error."""
    transaction = platform.db.of_workspace(workspace_id, test=principal.test)
    return WorkspaceScope(platform, workspace_id, principal, transaction, session_id)


def system_scope(
    platform: Platform, purpose: str, *, atomic: bool = True
) -> AbstractAsyncContextManager[SystemScope]:
    """Open a transaction of the system login; where it is not to be `atomic`, each statement stands by itself."""
    return SystemScope(platform, purpose, platform.db.of_system(atomic=atomic))
