"""Who called: what a key or a session turned out to open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from uuid import UUID

from printvision.accounts.errors import ProveAgain, WorkspaceMissing, WrongNetwork
from printvision.accounts.proofs import Proof
from printvision.platform.features import Tier
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.scope import Principal

PROVED_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Session:
    """A person at a browser: who they are, by what they proved it, and when they last did."""

    id: UUID
    person_id: PersonId
    name: str
    proofs: frozenset[Proof]
    proved_at: datetime

    def require_fresh_proof(self, now: datetime) -> None:
        """
        Raises:
            ProveAgain: they last proved who they are more than `PROVED_FOR` ago.
        """
        if now - self.proved_at > PROVED_FOR:
            raise ProveAgain(within_s=int(PROVED_FOR.total_seconds()))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who it is, and which workspace they are in, of which tier; a person outside of any is in none.

    Args:
        session: where it was one, and no key.
        networks: where a key may be used from; none for everywhere.
    """

    principal: Principal
    workspace_id: WorkspaceId | None
    tier: Tier
    session: Session | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def require_address(self, address: str) -> None:
        """
        Raises:
            WrongNetwork: a key came from an address that it may not be used from.
        """
        if self.networks and not _is_within(address, self.networks):
            raise WrongNetwork

    @property
    def session_id(self) -> UUID | None:
        return self.session.id if self.session else None

    @property
    def inside(self) -> WorkspaceId:
        """The workspace.

        Raises:
            WorkspaceMissing
        """
        if self.workspace_id is None:
            raise WorkspaceMissing
        return self.workspace_id


def _is_within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        where = ip_address(address)
    except ValueError:
        return False
    if isinstance(where, IPv6Address) and where.ipv4_mapped is not None:
        where = where.ipv4_mapped
    return any(where in network for network in networks)
