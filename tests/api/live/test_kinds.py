"""Who may see which events."""

from __future__ import annotations

import pytest

from printvision.accounts import Permission
from printvision.api.discovery import load_operations
from printvision.api.live.kinds import READ_WITH, choose_kinds, permission_of
from printvision.platform.errors import RuleBroken
from printvision.platform.events import Event, event_kinds
from printvision.platform.scope import Actor, PermissionMissing, Principal

load_operations()
KINDS = sorted(kind for kind, each in event_kinds().items() if each.__module__.startswith("printvision."))
EVERYTHING = Principal.work("test")


def somebody(*permissions: Permission) -> Principal:
    return Principal(Actor.KEY, "test", frozenset(permissions))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_event_is_seen_with_the_permission_of_a_read(kind: str):
    permission = permission_of(kind)

    assert permission is not None, f"say in {choose_kinds.__module__}.READ_WITH who may see it"
    assert permission.endswith(":read")


@pytest.mark.parametrize("begins", [each for each in READ_WITH if each != "channels."])
def test_each_place_in_the_table_is_of_a_kind_there_is(begins: str):
    assert any(kind.startswith(begins) for kind in KINDS)


@pytest.mark.parametrize("each", list(event_kinds().values()), ids=lambda each: each.kind)
def test_each_kind_is_named_after_its_domain(each: type[Event]):
    if each.__module__.startswith("printvision."):
        assert each.kind.split(".")[0] in each.__module__.split(".")[1:-1]


def test_the_longer_beginning_counts():
    assert permission_of("orders.held") is Permission.ORDERS_READ
    assert permission_of("orders.rules_changed") is Permission.ROUTES_READ
    assert permission_of("ordersmith.held") is None


def test_all_that_may_be_seen_is_chosen_where_nothing_is_named():
    assert choose_kinds((), EVERYTHING) == frozenset(KINDS)
    assert choose_kinds((), somebody(Permission.ROUTES_READ)) == {"orders.rules_changed"}


def test_a_domain_stands_for_those_of_its_kinds_that_may_be_seen():
    chosen = choose_kinds(["orders", "workspaces.updated"], somebody(*Permission))

    assert chosen == {kind for kind in KINDS if kind.startswith("orders.")} | {"workspaces.updated"}
    assert choose_kinds(["orders"], somebody(Permission.ROUTES_READ)) == {"orders.rules_changed"}


def test_what_may_not_be_seen_at_all_is_refused_and_not_left_out():
    with pytest.raises(PermissionMissing) as refused:
        choose_kinds(["products", "artwork"], somebody(Permission.PRODUCTS_READ))

    assert refused.value.fields == {"permission": "artwork:file:read"}


def test_a_kind_that_nobody_tells_is_refused_by_its_place():
    with pytest.raises(RuleBroken) as refused:
        choose_kinds(["orders", "order"], EVERYTHING)

    assert refused.value.fields["errors"] == [{"path": "kinds[1]", "message": "Not a kind of event"}]
