"""Why an order was routed as it was, and what other rules would have made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from printvision.accounts import Permission
from printvision.orders.models import DecisionRow
from printvision.orders.route_operations import explain, replay
from printvision.orders.route_schemas import Replay, ReplayRoutes, RouteExplanation
from printvision.orders.routing import Bound
from printvision.orders.rulebook import SetRules
from printvision.orders.schemas import OrderRef
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.platform.money import Money
from printvision.platform.scope import PermissionMissing
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.orders.carrying import send
from tests.orders.choosy import OUT, ChoosyVendor
from tests.providers.simulators.running import Running


@pytest.fixture
async def choosy(workspace: MadeWorkspace, printful: Running) -> ChoosyVendor:
    return await ChoosyVendor.with_two(workspace, printful)


async def explained(choosy: ChoosyVendor, order_id: Any) -> RouteExplanation:
    async with choosy.workspace.scope(Permission.ROUTES_READ) as scope:
        return await explain(scope, OrderRef(order_id=order_id))


async def replayed(choosy: ChoosyVendor, *, limit: int = 100, **rules: Any) -> Replay:
    since = clock.now() - timedelta(hours=1)
    async with choosy.workspace.scope(Permission.ROUTES_READ) as scope:
        return await replay(scope, ReplayRoutes(since=since, rules=SetRules(**rules), limit=limit))


async def test_the_ten_best_baskets_are_found_anew(choosy: ChoosyVendor):
    order_id = await send(choosy, lines={"TEE-M": 1, "TEE-S": 1})

    [decision] = (await explained(choosy, order_id)).decisions

    best = decision.best
    assert len(best) == 10
    assert [part.connection_name for part in best[0].parts] == ["Cheap house"]
    assert [basket.total for basket in best] == sorted(basket.total for basket in best)
    assert max(len(basket.parts) for basket in best) == 2
    assert "problem" not in decision.record
    assert decision.record["winner"]["total"] == msgspec.to_builtins(best[0].total)


async def test_a_decision_of_an_older_shape_is_told_as_it_is(choosy: ChoosyVendor):
    order_id = await send(choosy)
    older = {"winner": None, "candidates": [], "considered": 0, "basket": []}
    async with choosy.workspace.scope() as scope:
        row = DecisionRow(
            workspace_id=scope.workspace_id, order_id=order_id, decided_at=clock.now(), record=older
        )
        scope.session.add(row)

    decision, _ = (await explained(choosy, order_id)).decisions

    assert (decision.record, decision.best) == (older, ())
    assert (await replayed(choosy)).unknown == 1


async def test_the_same_rules_change_nothing(choosy: ChoosyVendor):
    order_id = await send(choosy, "1001", lines={"TEE-M": 2})
    await send(choosy, "1002")

    done = await replayed(choosy)

    assert (done.looked_at, done.changed, done.more_to_see) == (2, 0, False)
    assert [each.number for each in done.orders] == ["1002", "1001"]
    assert [each.more for each in done.orders] == [Money(0, "USD")] * 2
    winner = (await choosy.decision(order_id))["winner"]
    assert done.orders[1].before.total == msgspec.convert(winner["total"], Money)
    [total] = done.totals
    assert (total.currency, total.orders, total.more) == ("USD", 2, Money(0, "USD"))
    assert total.before == total.after


async def test_other_rules_say_who_would_have_made_it_and_for_how_much(choosy: ChoosyVendor):
    await choosy.price(choosy.other_id, {"TEE-S": 900, "TEE-M": 4_000})
    order_id = await send(choosy, lines={"TEE-M": 1, "TEE-S": 3})
    assert len(await choosy.fulfilments(order_id)) == 2

    done = await replayed(choosy, most_parcels=1)

    [each] = done.orders
    assert each.changed
    assert [makers.split(",")[0] for makers in each.before.makers] == ["Dear house", "Cheap house"]
    assert [makers.split(",")[0] for makers in each.after.makers] == ["Dear house"]
    assert each.more is not None
    assert each.more > Money(0, "USD")
    assert done.totals[0].more == each.more
    assert len(await choosy.fulfilments(order_id)) == 2


async def test_what_would_find_a_route_and_what_would_not_is_counted(choosy: ChoosyVendor):
    await send(choosy, "1001")
    await choosy.rule(margin_floor_percent=99)
    await choosy.stock(choosy.connection_id, OUT)
    await choosy.stock(choosy.other_id, OUT)
    await send(choosy, "1002")

    done = await replayed(choosy, max_days=1)

    assert (done.no_longer_made, done.newly_made) == (1, 0)
    [held, sent] = done.orders
    assert (held.changed, held.before.why_not) == (False, "nobody made it")
    assert sent.after.why_not is not None
    assert "days, more than 1" in sent.after.why_not
    assert done.rules.margin_floor_percent == 99
    assert done.totals == ()


async def test_as_many_orders_are_looked_at_as_were_asked_for(choosy: ChoosyVendor):
    for number in range(3):
        await send(choosy, str(number))

    done = await replayed(choosy, limit=2)

    assert (done.looked_at, done.more_to_see) == (2, True)


async def test_a_stranger_sees_nothing_and_who_may_not_is_refused(choosy: ChoosyVendor):
    order_id = await send(choosy)
    stranger = await make_workspace(choosy.platform)
    asked = ReplayRoutes(since=clock.now() - timedelta(hours=1))

    async with stranger.scope() as scope:
        assert (await replay(scope, asked)).orders == ()
        with pytest.raises(NotFound):
            await explain(scope, OrderRef(order_id=order_id))
    async with choosy.workspace.scope(Permission.ORDERS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await replay(scope, asked)
        with pytest.raises(PermissionMissing):
            await explain(scope, OrderRef(order_id=order_id))


async def test_the_bounds_of_the_whole_are_told_in_the_explanation(choosy: ChoosyVendor):
    await choosy.sell(["POLO"], [choosy.connection_id])
    await choosy.rule(most_parcels=1)
    await choosy.price(choosy.connection_id, {"TEE-S": 1_500})
    order_id = await send(choosy, lines={"TEE-M": 1, "TEE-S": 1, "POLO": 1})

    [decision] = (await explained(choosy, order_id)).decisions

    assert decision.record["winner"] is None
    assert {basket.failed for basket in decision.best} <= {Bound.TOO_MANY_PARCELS}
