"""What a member's role lets them do, and what an operator's does.

Owners own: they alone hand the workspace on or close it. Everybody else has what their work needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from printvision.accounts.permissions import OF_WORKSPACES, Permission


class Role(StrEnum):
    """A member's role in a workspace; `custom` is one that the workspace made itself."""

    OWNER = "owner"
    ADMIN = "admin"
    FULFILMENT = "fulfilment"
    DESIGNER = "designer"
    ANALYST = "analyst"
    VIEWER = "viewer"
    CUSTOM = "custom"


class OperatorRole(StrEnum):
    """Of those who run the installation: `support` sees to workspaces, `operator` to operators as well."""

    OPERATOR = "operator"
    SUPPORT = "support"


P = Permission

_LOOK: Final = frozenset(
    {
        P.ORDERS_READ,
        P.ROUTES_READ,
        P.CONNECTIONS_READ,
        P.SHOPS_READ,
        P.CATALOG_READ,
        P.RATES_READ,
        P.PRODUCTS_READ,
        P.ARTWORK_READ,
        P.WORKSPACE_READ,
        P.TASKS_READ,
    }
)
_FULFIL: Final = frozenset(
    {
        P.ORDERS_CREATE,
        P.ORDERS_HOLD,
        P.ORDERS_CANCEL,
        P.ORDERS_EDIT,
        P.ORDERS_REROUTE,
        P.ORDERS_REPRINT,
        P.CONNECTIONS_SYNC,
        P.TASKS_MANAGE,
        P.MEMBERS_READ,
    }
)
_DESIGN: Final = frozenset({P.PRODUCTS_MANAGE, P.ARTWORK_UPLOAD, P.TASKS_MANAGE, P.MEMBERS_READ})
_ANALYSE: Final = frozenset({P.USAGE_READ, P.HOOKS_READ, P.MEMBERS_READ})

PERMISSIONS: Final[Mapping[Role, frozenset[str]]] = MappingProxyType(
    {
        Role.OWNER: OF_WORKSPACES,
        Role.ADMIN: OF_WORKSPACES - {P.WORKSPACE_OWN},
        Role.FULFILMENT: _LOOK | _FULFIL,
        Role.DESIGNER: _LOOK | _DESIGN,
        Role.ANALYST: _LOOK | _ANALYSE,
        Role.VIEWER: _LOOK,
    }
)
# Of an operator in a workspace: by its consent, and by breaking the glass. What opens it to others, or is its own to
# others, is in neither: credentials, keys, members, roles, endpoints.
GUESTS_MAY: Final = (_LOOK | _FULFIL | _DESIGN) - {P.MEMBERS_READ}
LOOKERS_MAY: Final = _LOOK
OPERATORS_MAY: Final[Mapping[OperatorRole, frozenset[str]]] = MappingProxyType(
    {
        OperatorRole.OPERATOR: frozenset({P.OPERATORS_READ, P.OPERATORS_ENTER, P.OPERATORS_MANAGE}),
        OperatorRole.SUPPORT: frozenset({P.OPERATORS_READ, P.OPERATORS_ENTER}),
    }
)


def permissions_of(role: Role, custom: list[str] | None = None) -> frozenset[str]:
    """
    Args:
        custom: what the workspace's own role lets do; words that are none of a workspace's permissions are passed over.
    """
    if role is Role.CUSTOM:
        return OF_WORKSPACES & frozenset(custom or ())
    return PERMISSIONS[role]
