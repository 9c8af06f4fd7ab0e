"""Which events somebody may see: those of things that they may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from printvision.accounts import Permission
from printvision.platform.errors import RuleBroken
from printvision.platform.events import event_kinds
from printvision.platform.scope import PermissionMissing, Principal

# By how a kind begins; the longest counts. What has no place here is shown to nobody.
READ_WITH: Final[Mapping[str, Permission]] = MappingProxyType(
    {
        "orders.": Permission.ORDERS_READ,
        "orders.rules_changed": Permission.ROUTES_READ,
        "products.": Permission.PRODUCTS_READ,
        "artwork.": Permission.ARTWORK_READ,
        "catalog.": Permission.CATALOG_READ,
        "providers.": Permission.CONNECTIONS_READ,
        "sync.": Permission.CONNECTIONS_READ,
        "channels.": Permission.SHOPS_READ,
        "workspaces.": Permission.WORKSPACE_READ,
        "hooks.": Permission.HOOKS_READ,
        "accounts.": Permission.MEMBERS_READ,
        "accounts.entry_": Permission.WORKSPACE_READ,
        "tasks.": Permission.TASKS_READ,
    }
)


def permission_of(kind: str) -> Permission | None:
    """What one needs to see events of a kind; None where nobody does."""
    fitting = [begins for begins in READ_WITH if kind.startswith(begins)]
    return READ_WITH[max(fitting, key=len)] if fitting else None


def choose_kinds(asked: Sequence[str], principal: Principal) -> frozenset[str]:
    """The kinds that a stream carries.

    Args:
        asked: kinds such as `orders.held`, or domains such as `orders` for all of theirs; empty for everything
            that the principal may see.

    Raises:
        RuleBroken: one of them is no kind of ours.
        PermissionMissing: the principal may see nothing of one of them, or nothing at all.
    """
    if not asked:
        found = _visible(event_kinds(), principal)
        if not found:
            raise PermissionMissing(permission=str(Permission.ORDERS_READ))
        return found
    return frozenset[str]().union(*(_choose(each, index, principal) for index, each in enumerate(asked)))


def _choose(asked: str, index: int, principal: Principal) -> frozenset[str]:
    fitting = [kind for kind in event_kinds() if kind == asked or kind.startswith(f"{asked}.")]
    needed = [permission for kind in fitting if (permission := permission_of(kind))]
    if not needed:
        raise RuleBroken(errors=[{"path": f"kinds[{index}]", "message": "Not a kind of event"}])
    found = _visible(fitting, principal)
    if not found:
        raise PermissionMissing(permission=str(needed[0]))
    return found


def _visible(kinds: Sequence[str] | Mapping[str, object], principal: Principal) -> frozenset[str]:
    return frozenset(
        kind for kind in kinds if (permission := permission_of(kind)) and principal.may(permission)
    )
