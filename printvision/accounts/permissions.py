"""Every permission there is: `domain:thing:verb`. An operation names exactly one."""

from __future__ import annotations

from enum import StrEnum


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
    TASKS_READ = "tasks:task:read"
    TASKS_MANAGE = "tasks:task:manage"
    HOOKS_READ = "hooks:endpoint:read"
    HOOKS_MANAGE = "hooks:endpoint:manage"
    USAGE_READ = "usage:call:read"
    KEYS_MANAGE = "accounts:key:manage"
