"""Routing rules: read by every route, set by the vendor, never overwritten."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import Uuid, bindparam, func, literal_column, select

from printvision.accounts import Permission
from printvision.orders.rulebook.checking import check_services
from printvision.orders.rulebook.events import RulesChanged
from printvision.orders.rulebook.models import RoutingRulesRow
from printvision.orders.rulebook.schemas import ListRules, RulesView, SetRules
from printvision.orders.rules import RoutingRules
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.platform.statements import written
from printvision.providers import adapter_types

_NEWEST: Final = (
    select(RoutingRulesRow)
    .where(RoutingRulesRow.workspace_id == bindparam("workspace_id", type_=Uuid()))
    .order_by(RoutingRulesRow.id.desc())
    .limit(literal_column("1"))
)
_RULES: Final = written(_NEWEST.with_only_columns(RoutingRulesRow.rules))


async def get_rules(scope: WorkspaceScope) -> RoutingRules:
    """The rules that count now; the defaults where nobody set any."""
    rows = await run(scope.session, _RULES, {"workspace_id": scope.workspace_id})
    return _rules(rows[0][0]) if rows else RoutingRules()


async def show_rules(scope: WorkspaceScope) -> RulesView:
    """The rules that count now, and who set them."""
    scope.require(Permission.ROUTES_READ)
    return _view(await _newest(scope))


async def list_rules(scope: WorkspaceScope, asked: ListRules) -> Page[RulesView]:
    """The rules as they were set, the newest first."""
    scope.require(Permission.ROUTES_READ)
    query = select(RoutingRulesRow).where(RoutingRulesRow.workspace_id == scope.workspace_id)
    rows, next_cursor = await fetch_page(scope, query, RoutingRulesRow.id, asked)
    return Page([_view(row) for row in rows], next_cursor)


async def set_rules(scope: WorkspaceScope, change: SetRules) -> RulesView:
    """Have what `change` names count from now on and say so; what counts already is not set again.

    Raises:
        RuleBroken: a service is named twice, or names a provider there is not; says where.
    """
    scope.require(Permission.ROUTES_MANAGE)
    if change.services is not msgspec.UNSET:
        check_services(change.services, providers=adapter_types())
    await take_turns(scope)
    row = await _newest(scope)
    before = _view(row).rules
    given = {name: getattr(change, name) for name in change.__struct_fields__}
    changed = {
        name: value
        for name, value in given.items()
        if value is not msgspec.UNSET and value != getattr(before, name)
    }
    if changed:
        row = _set(scope, msgspec.structs.replace(before, **changed))
        publish(scope, RulesChanged(subject_id=row.id, changed=list(changed)))
    return _view(row)


def _set(scope: WorkspaceScope, rules: RoutingRules) -> RoutingRulesRow:
    row = RoutingRulesRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        rules=msgspec.to_builtins(rules),
        set_at=clock.now(),
        set_by=f"{scope.principal.actor}:{scope.principal.id}",
    )
    scope.session.add(row)
    return row


async def take_turns(scope: WorkspaceScope) -> None:
    """Two who change rules at once must not undo one another; an append-only table has no row to lock."""
    lock = func.hashtextextended(f"routing_rules {scope.workspace_id}", 0)
    await scope.session.execute(select(func.pg_advisory_xact_lock(lock)))


async def _newest(scope: WorkspaceScope) -> RoutingRulesRow | None:
    return await scope.session.scalar(_NEWEST, {"workspace_id": scope.workspace_id})


def _rules(stored: dict[str, Any]) -> RoutingRules:
    return msgspec.convert(stored, RoutingRules)


def _view(row: RoutingRulesRow | None) -> RulesView:
    if row is None:
        return RulesView(id=None, rules=RoutingRules(), set_at=None, set_by=None)
    return RulesView(id=row.id, rules=_rules(row.rules), set_at=row.set_at, set_by=row.set_by)
