"""Routing rules: what counts, what counted, and what is refused."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from printvision.accounts import Permission
from printvision.api.discovery import load_operations
from printvision.api.execution import execute_as
from printvision.orders.rulebook import (
    ListRules,
    RulesView,
    SetRules,
    get_rules,
    list_rules,
    set_rules,
    show_rules,
)
from printvision.orders.rules import Fallback, RoutingRules, Service
from printvision.platform.errors import InvalidInput, RuleBroken
from printvision.platform.events import EventRow
from printvision.platform.scope import PermissionMissing
from tests.factories.workspaces import OWNER, MadeWorkspace, make_workspace

EXPRESS = Service(asked="Express", methods={"printful": ("EXPRESS",)})
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def change(workspace: MadeWorkspace, **members: Any) -> RulesView:
    """As it comes over a wire."""
    load_operations()
    return await execute_as(workspace.platform, OWNER, workspace.id, "rules.set", members)


async def rules(workspace: MadeWorkspace) -> RoutingRules:
    async with workspace.scope() as scope:
        return await get_rules(scope)


async def events(workspace: MadeWorkspace) -> list[tuple[Any, list[str]]]:
    async with workspace.scope() as scope:
        query = select(EventRow).where(EventRow.kind == "orders.rules_changed").order_by(EventRow.seq)
        return [(row.subject_id, row.data["changed"]) for row in await scope.session.scalars(query)]


# -- what counts ---------------------------------------------------------------------------------------------


async def test_where_nobody_set_any_the_defaults_count(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        shown = await show_rules(scope)

    assert shown == RulesView(id=None, rules=RoutingRules(), set_at=None, set_by=None)


async def test_what_is_named_changes_and_the_rest_stays(workspace: MadeWorkspace):
    await change(workspace, most_parcels=2, max_days=10)
    with time_machine.travel(NOON, tick=False):
        shown = await change(workspace, fallback="person", services=[msgspec.to_builtins(EXPRESS)])

    expected = RoutingRules(fallback=Fallback.PERSON, most_parcels=2, max_days=10, services=(EXPRESS,))
    assert shown == RulesView(id=shown.id, rules=expected, set_at=NOON, set_by="operator:test")
    assert await rules(workspace) == expected


async def test_null_takes_a_bound_away(workspace: MadeWorkspace):
    await change(workspace, max_days=10, stale_after_days=5)
    await change(workspace, max_days=None, stale_after_days=None)

    assert await rules(workspace) == RoutingRules(max_days=None, stale_after_days=None)


async def test_a_change_is_told_with_the_rules_it_changed(workspace: MadeWorkspace):
    first = await change(workspace, most_parcels=2, exact_only=False)
    second = await change(workspace, most_parcels=3, exact_only=True)

    assert await events(workspace) == [
        (first.id, ["most_parcels"]),
        (second.id, ["most_parcels", "exact_only"]),
    ]


async def test_what_counts_already_is_not_set_again(workspace: MadeWorkspace):
    first = await change(workspace, most_parcels=2)
    again = await change(workspace, most_parcels=2, exact_only=False)
    nothing = await change(workspace)

    assert first == again == nothing
    assert len(await events(workspace)) == 1


async def test_every_setting_is_kept_the_newest_first(workspace: MadeWorkspace):
    made = [await change(workspace, max_days=days) for days in (5, 6, 7)]

    async with workspace.scope() as scope:
        page = await list_rules(scope, ListRules(limit=2))
        rest = await list_rules(scope, ListRules(limit=2, cursor=page.next_cursor))

    assert page.items + rest.items == made[::-1]
    assert rest.next_cursor is None


async def test_two_who_change_at_once_do_not_undo_one_another(workspace: MadeWorkspace):
    await asyncio.gather(
        *(change(workspace, **{name: 3}) for name in ("max_days", "most_parcels", "most_extra_percent"))
    )

    assert await rules(workspace) == RoutingRules(max_days=3, most_parcels=3, most_extra_percent=3)


def test_every_rule_can_be_set_within_its_own_bounds():
    takes = {field.name: field.type for field in msgspec.inspect.type_info(SetRules).fields}
    kept = {field.name: field.type for field in msgspec.inspect.type_info(RoutingRules).fields}

    assert takes == kept


# -- nonsense ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "faults"),
    [
        ({"most_parcels": 0}, {"most_parcels": "Expected `int` >= 1"}),
        ({"max_days": -1}, {"max_days": "Expected `int` >= 1"}),
        ({"margin_floor_percent": 100}, {"margin_floor_percent": "Expected `int` <= 99"}),
        ({"most_extra_percent": -1}, {"most_extra_percent": "Expected `int` >= 0"}),
        ({"fallback": "hope"}, {"fallback": "Invalid enum value 'hope'"}),
        ({"rates_max_age_days": None}, {"rates_max_age_days": "Expected `int`, got `null`"}),
        ({"cheapest": True}, {"cheapest": "Unknown"}),
        (
            {"services": [{"asked": "Express", "methods": {"printfull": ["EXPRESS"]}}]},
            {"services[0].methods.printfull": "No such provider; there are "},
        ),
        (
            {
                "services": [
                    {"asked": "Express", "methods": {"printful": ["EXPRESS"]}},
                    {"asked": " express ", "methods": {"printful": ["STANDARD"]}},
                ]
            },
            {"services[1].asked": "Named twice: express"},
        ),
        (
            {"services": [{"asked": " ", "methods": {"printful": []}}]},
            {
                "services[0].asked": "Expected the service's words",
                "services[0].methods": "Expected a shipping method of at least one provider",
            },
        ),
    ],
)
async def test_nonsense_is_refused_with_its_place_and_nothing_changes(
    workspace: MadeWorkspace, members: dict[str, Any], faults: dict[str, str]
):
    with pytest.raises((InvalidInput, RuleBroken)) as refused:
        await change(workspace, **members)

    told = {fault["path"]: fault["message"] for fault in refused.value.fields["errors"]}
    assert told.keys() == faults.keys()
    assert all(told[path].startswith(message) for path, message in faults.items()), told
    assert await rules(workspace) == RoutingRules()
    assert await events(workspace) == []


# -- who may -------------------------------------------------------------------------------------------------


async def test_another_workspace_sees_nothing_of_them(workspace: MadeWorkspace):
    stranger = await make_workspace(workspace.platform)
    await change(workspace, max_days=3)

    assert await rules(stranger) == RoutingRules()
    async with stranger.scope() as scope:
        assert (await list_rules(scope, ListRules())).items == []
        assert await scope.session.scalar(text("SELECT count(*) FROM routing_rules")) == 0


async def test_reading_and_setting_need_a_permission_each(workspace: MadeWorkspace):
    async with workspace.scope(Permission.ROUTES_MANAGE) as scope:
        with pytest.raises(PermissionMissing):
            await show_rules(scope)
        with pytest.raises(PermissionMissing):
            await list_rules(scope, ListRules())
    async with workspace.scope(Permission.ROUTES_READ) as scope:
        with pytest.raises(PermissionMissing):
            await set_rules(scope, SetRules(max_days=1))

    assert await rules(workspace) == RoutingRules()


@pytest.mark.parametrize("statement", ["UPDATE routing_rules SET set_by = 'me'", "DELETE FROM routing_rules"])
async def test_what_was_set_cannot_be_set_otherwise_later(workspace: MadeWorkspace, statement: str):
    await change(workspace, max_days=3)

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with workspace.scope() as scope:
            await scope.session.execute(text(statement))
