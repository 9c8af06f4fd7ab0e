"""Every permission there is: `domain:thing:verb`. An operation names exactly one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    ORDERS_READ = "orders:order:read"
    ORDERS_CREATE = "orders:order:create"
    ORDERS_HOLD = "orders:order:hold"
    ORDERS_CANCEL = "orders:order:cancel"
    ORDERS_EDIT = "orders:order:edit"
    ORDERS_REROUTE = "orders:order:reroute"
    ORDERS_REPRINT = "orders:order:reprint"
    ROUTES_READ = "orders:route:read"
    ROUTES_MANAGE = "orders:route:manage"
    CONNECTIONS_READ = "providers:connection:read"
    CONNECTIONS_MANAGE = "providers:connection:manage"
    CONNECTIONS_SYNC = "providers:connection:sync"
    SHOPS_READ = "channels:shop:read"
    SHOPS_MANAGE = "channels:shop:manage"
    CATALOG_READ = "catalog:blueprint:read"
    RATES_READ = "exchange:rate:read"
    PRODUCTS_READ = "products:product:read"
    PRODUCTS_MANAGE = "products:product:manage"
    ARTWORK_READ = "artwork:file:read"
    ARTWORK_UPLOAD = "artwork:file:upload"
    WORKSPACE_READ = "workspaces:workspace:read"
    WORKSPACE_MANAGE = "workspaces:workspace:manage"
    WORKSPACE_OWN = "workspaces:workspace:own"
    MEMBERS_READ = "workspaces:member:read"
    MEMBERS_MANAGE = "workspaces:member:manage"
    ROLES_MANAGE = "workspaces:role:manage"
    AUDIT_READ = "workspaces:audit:read"
    TASKS_READ = "tasks:task:read"
    TASKS_MANAGE = "tasks:task:manage"
    HOOKS_READ = "hooks:endpoint:read"
    HOOKS_MANAGE = "hooks:endpoint:manage"
    USAGE_READ = "usage:call:read"
    KEYS_READ = "accounts:key:read"
    KEYS_MANAGE = "accounts:key:manage"
    # What is a person's own, whoever they are; no key ever has them.
    ACCOUNT_READ = "self:account:read"
    ACCOUNT_MANAGE = "self:account:manage"
    # Of those who run the installation; no role of a workspace has them.
    OPERATORS_READ = "operators:workspace:read"
    OPERATORS_ENTER = "operators:workspace:enter"
    OPERATORS_MANAGE = "operators:installation:manage"

    @property
    def of_workspaces(self) -> bool:
        """Whether it lets somebody do something in a workspace."""
        return not self.startswith(("self:", "operators:"))


OF_WORKSPACES: Final = frozenset(each for each in Permission if each.of_workspaces)
OF_PERSONS: Final = frozenset({Permission.ACCOUNT_READ, Permission.ACCOUNT_MANAGE})
# A key never owns the workspace: what hands it on or closes it is done by a person.
OF_KEYS: Final = OF_WORKSPACES - {Permission.WORKSPACE_OWN}
