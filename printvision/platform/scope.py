"""Who acts, on whose rows, in which transaction.

The scope is the first argument of every query and verb. `WorkspaceScope` is one vendor's; `SystemScope` is for work
that is nobody's: the relay, the scheduler, sign-in, the operator.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from printvision.platform.db import Transaction
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import WorkspaceId

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
    OPERATOR = "operator"
    WORK = "work"  # a durable run or a schedule; `began_by` says who started it


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts. `permissions` None means every one: the product's own work."""

    actor: Actor
    id: str
    permissions: frozenset[str] | None = None

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

    @property
    def session(self) -> AsyncSession:
        return self.transaction.session


AnyScope = WorkspaceScope | SystemScope


@asynccontextmanager
async def workspace_scope(
    platform: Platform, workspace_id: WorkspaceId, principal: Principal
) -> AsyncGenerator[WorkspaceScope]:
    """Open a transaction on one workspace's rows; it commits where the block ends without an error."""
    async with platform.db.of_workspace(workspace_id) as transaction:
        yield WorkspaceScope(platform, workspace_id, principal, transaction)


@asynccontextmanager
async def system_scope(
    platform: Platform, purpose: str, *, atomic: bool = True
) -> AsyncGenerator[SystemScope]:
    """Open a transaction of the system login; where it is not to be `atomic`, each statement stands by itself."""
    async with platform.db.of_system(atomic=atomic) as transaction:
        yield SystemScope(platform, purpose, transaction)
