from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from printvision.catalog import find_variants, list_known_blueprints, list_prices
from printvision.catalog.models import BlueprintRow, ProviderVariantRow, VariantPriceRow, VariantStockRow
from printvision.platform.events import EventRow
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.providers import find_connection, pause_connection
from printvision.providers.models import ConnectionRow
from printvision.providers.sdk import (
    ProviderNeedsAttention,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    StockState,
)
from printvision.sync import SyncKind, SyncState, cancel_sync
from printvision.sync.progress import MAX_FAILURES, next_task
from printvision.sync.reading import read_blueprint
from printvision.sync.schemas import SyncCounters, SyncProblem
from printvision.sync.workflow import SLICE, sync_catalog, take_list
from printvision.sync.writing import write_reading
from tests.factories.connections import make_connection
from tests.factories.fake_adapter import FakeAdapter, FakeProvider
from tests.factories.workspaces import MadeWorkspace
from tests.sync.carrying import Killed, carry, carry_once, look, run_of, start, sync


async def snapshot(workspace: MadeWorkspace) -> dict[str, list[tuple[Any, ...]]]:
    """Everything a sync leaves behind, without keys and times."""
    async with workspace.scope() as scope:
        statements = {
            "blueprints": select(
                BlueprintRow.external_id,
                BlueprintRow.title,
                BlueprintRow.print_areas,
                BlueprintRow.discontinued,
            ),
            "variants": select(ProviderVariantRow.external_id, ProviderVariantRow.gone_at.is_(None)),
            "prices": select(ProviderVariantRow.external_id, VariantPriceRow.price_minor).join(
                VariantPriceRow, VariantPriceRow.variant_id == ProviderVariantRow.id
            ),
            "stock": select(ProviderVariantRow.external_id, VariantStockRow.state).join(
                VariantStockRow, VariantStockRow.variant_id == ProviderVariantRow.id
            ),
        }
        return {
            name: sorted(tuple(row) for row in await scope.session.execute(statement))
            for name, statement in statements.items()
        }


async def changed_at(workspace: MadeWorkspace) -> list[datetime]:
    async with workspace.scope() as scope:
        tables = (BlueprintRow, ProviderVariantRow, VariantPriceRow, VariantStockRow)
        return [
            each
            for table in tables
            for each in await scope.session.scalars(select(table.changed_at).order_by(table.id))
        ]


async def events(workspace: MadeWorkspace, kind: str) -> list[dict[str, Any]]:
    async with workspace.scope() as scope:
        query = select(EventRow.data).where(EventRow.kind == kind).order_by(EventRow.seq)
        return list(await scope.session.scalars(query))


async def waiting_ms(platform: Platform, run_id: str) -> int | None:
    """How long the engine keeps a run back."""
    async with system_scope(platform, "test") as scope:
        query = text(
            "SELECT delay_until_epoch_ms - created_at FROM dbos.workflow_status WHERE workflow_uuid = :id"
        )
        return (await scope.session.execute(query, {"id": run_id})).scalar_one()


async def test_a_sync_reads_everything(workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider):
    provider.add("71", variants=2)
    provider.add("19", variants=1, title="Mug")

    done = await sync(workspace, connection_id)

    assert (done.state, done.position, done.total, done.error) == (SyncState.DONE, 2, 2, None)
    assert done.counters == SyncCounters(blueprints=2, variants=3, prices=3, stock=3, changed=11)
    assert await events(workspace, "sync.catalog_synced") == [
        {"connection_id": str(connection_id), "blueprints": 2, "changed": 11, "gone": 0, "skipped": 0}
    ]
    found = await snapshot(workspace)
    assert [row[:2] for row in found["blueprints"]] == [("19", "Mug"), ("71", "Blank 71")]
    assert found["variants"] == [("19-1", True), ("71-1", True), ("71-2", True)]
    assert found["prices"] == [("19-1", 901), ("71-1", 901), ("71-2", 902)]
    assert found["stock"] == [("19-1", "in_stock"), ("71-1", "in_stock"), ("71-2", "in_stock")]


async def test_a_second_sync_changes_nothing(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    provider.add("19")
    await sync(workspace, connection_id)
    before, written = await snapshot(workspace), await changed_at(workspace)

    again = await sync(workspace, connection_id)

    assert again.counters == SyncCounters(blueprints=2, variants=4, prices=4, stock=4)
    assert await snapshot(workspace) == before
    assert await changed_at(workspace) == written


async def test_changes_at_the_provider_are_seen(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    shirt = provider.add("71", variants=3)
    provider.add("19")
    provider.add("20")
    await sync(workspace, connection_id)
    shirt.prices["71-1"] = 1_250
    shirt.stock["71-1"] = StockState.OUT_OF_STOCK
    del shirt.prices["71-3"], shirt.stock["71-3"]
    del provider.shelf["20"]

    again = await sync(workspace, connection_id)

    # gone: the blueprint 20, and of 71-3 the variant, its price and its stock
    assert (again.counters.changed, again.counters.gone) == (2, 4)
    found = await snapshot(workspace)
    assert [(row[0], row[3]) for row in found["blueprints"]] == [("19", False), ("20", True), ("71", False)]
    assert ("71-3", False) in found["variants"]
    assert [row for row in found["prices"] if row[0].startswith("71")] == [("71-1", 1_250), ("71-2", 902)]
    assert ("71-1", "out_of_stock") in found["stock"]
    assert await events(workspace, "catalog.variants_vanished") == [
        {"provider": "printful", "count": 1, "external_ids": ["71-3"]}
    ]
    assert await events(workspace, "catalog.prices_changed") == [
        {"connection_id": str(connection_id), "count": 2}
    ]


CALLS = [("blueprints", ""), ("blueprint", "b")] + [
    (verb, external_id) for external_id in "abc" for verb in ("variants", "print_areas", "prices", "stock")
]


@pytest.mark.parametrize(("verb", "thing"), CALLS)
async def test_a_sync_killed_at_any_call_goes_on_where_it_was(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider, verb: str, thing: str
):
    for external_id in "abc":
        provider.add(external_id)
    provider.fail(verb, thing, Killed())
    begun = await start(workspace, connection_id)
    with pytest.raises(Killed):
        await carry(workspace, begun.id)
    read = (await look(workspace, begun.id)).position

    done = await carry(workspace, begun.id)

    assert (done.state, done.position) == (SyncState.DONE, 3)
    assert done.counters.blueprints == 3
    assert [provider.calls["stock", external_id] for external_id in "abc"[:read]] == [1] * read
    found = await snapshot(workspace)
    assert [row[0] for row in found["blueprints"]] == ["a", "b", "c"]
    assert len(found["prices"]) == len(found["stock"]) == 6
    assert len(await events(workspace, "sync.catalog_synced")) == 1


async def test_a_large_catalogue_is_read_by_several_runs(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    for number in range(SLICE + 2):
        provider.add(f"{number}", variants=1)
    begun = await start(workspace, connection_id)
    first_run = (await run_of(workspace, begun.id)).run_id

    between = await carry_once(workspace, begun.id)
    assert (between.state, between.position, between.total) == (SyncState.QUEUED, SLICE, SLICE + 2)
    assert (await run_of(workspace, begun.id)).run_id != first_run

    done = await carry_once(workspace, begun.id)
    assert (done.state, done.position) == (SyncState.DONE, SLICE + 2)


async def test_a_run_that_no_longer_carries_the_sync_does_nothing(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    begun = await start(workspace, connection_id)
    stale = await run_of(workspace, begun.id)
    provider.fail("variants", "71", ProviderUnavailable(provider="fake", retry_after_s=None))
    await carry_once(workspace, begun.id)
    asked = provider.calls.total()

    await sync_catalog.body(stale)

    assert provider.calls.total() == asked
    assert (await look(workspace, begun.id)).position == 0


async def test_a_cancelled_sync_stops_before_its_next_blueprint(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    for external_id in "abc":
        provider.add(external_id)
    begun = await start(workspace, connection_id)
    provider.fail("variants", "b", Killed())
    with pytest.raises(Killed):
        await carry(workspace, begun.id)
    async with workspace.scope() as scope:
        await cancel_sync(scope, begun.id)

    await sync_catalog.body(await run_of(workspace, begun.id))

    ended = await look(workspace, begun.id)
    assert (ended.state, ended.position) == (SyncState.CANCELLED, 1)
    assert ended.finished_at is not None
    assert provider.calls["stock", "b"] == 0
    assert await events(workspace, "sync.cancelled") == [{"connection_id": str(connection_id)}]
    assert await events(workspace, "sync.catalog_synced") == []


async def test_what_was_read_when_the_sync_was_cancelled_is_no_longer_written(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")
    provider.add("b")
    begun = await start(workspace, connection_id)
    provider.fail("variants", "b", Killed())
    with pytest.raises(Killed):
        await carry(workspace, begun.id)
    run = await run_of(workspace, begun.id)
    async with run.scope() as scope:
        task = await next_task(scope, run)
    assert task is not None
    assert task.blueprint == "b"
    reading = await read_blueprint(FakeAdapter(provider), "b", task.kinds)
    async with workspace.scope() as scope:
        await cancel_sync(scope, begun.id)

    await write_reading(run, task, "b", reading)

    assert [row[0] for row in (await snapshot(workspace))["prices"]] == ["a-1", "a-2"]
    assert (await look(workspace, begun.id)).position == 1


async def test_a_blueprint_is_written_once_though_two_read_it(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")
    begun = await start(workspace, connection_id)
    run = await run_of(workspace, begun.id)
    assert await take_list(run)
    async with run.scope() as scope:
        task = await next_task(scope, run)
    assert task is not None
    reading = await read_blueprint(FakeAdapter(provider), "a", task.kinds)

    await write_reading(run, task, "a", reading)
    await write_reading(run, task, "a", reading)

    view = await look(workspace, begun.id)
    assert (view.position, view.counters.blueprints) == (1, 1)


@pytest.mark.parametrize("verb", ["blueprints", "variants", "prices"])
async def test_an_unavailable_provider_is_asked_again_when_it_said(
    platform: Platform, workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider, verb: str
):
    provider.add("71")
    thing = "" if verb == "blueprints" else "71"
    provider.fail(verb, thing, ProviderThrottled(provider="fake", retry_after_s=60.0))
    begun = await start(workspace, connection_id)

    put_off = await carry_once(workspace, begun.id)
    waits = await waiting_ms(platform, (await run_of(workspace, begun.id)).run_id)

    assert (put_off.state, put_off.position) == (SyncState.QUEUED, 0)
    assert waits is not None
    assert 55_000 <= waits <= 61_000
    assert (await carry(workspace, begun.id)).state is SyncState.DONE


async def test_a_provider_that_stays_away_ends_the_sync(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    away = ProviderUnavailable("They answered 503", provider="fake", retry_after_s=None)
    provider.fail("variants", "71", away, times=1_000)

    ended = await sync(workspace, connection_id)

    assert (ended.state, ended.error) == (SyncState.FAILED, "providers/unavailable")
    assert ended.error_detail == "They answered 503"
    assert provider.calls["variants", "71"] == MAX_FAILURES
    assert await events(workspace, "sync.failed") == [
        {"connection_id": str(connection_id), "code": "providers/unavailable"}
    ]


async def test_a_refused_credential_ends_the_sync_and_leaves_the_connection(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    provider.fail("stock", "71", ProviderNeedsAttention("no scope", provider="fake"))

    ended = await sync(workspace, connection_id)

    assert (ended.state, ended.error) == (SyncState.FAILED, "providers/needs-attention")
    async with workspace.scope() as scope:
        connection = await find_connection(scope, connection_id)
    assert connection is not None
    assert connection.active


async def test_a_paused_connection_is_not_asked(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("71")
    async with workspace.scope() as scope:
        await pause_connection(scope, connection_id, "The key was revoked")

    ended = await sync(workspace, connection_id)

    assert (ended.state, ended.error_detail) == (SyncState.FAILED, "The key was revoked")
    assert provider.calls.total() == 0


async def test_a_blueprint_that_cannot_be_read_is_passed_over(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    for external_id in "abc":
        provider.add(external_id)
    provider.fail("print_areas", "b", ProviderUnintelligible("no width", provider="fake"))

    done = await sync(workspace, connection_id)

    assert (done.state, done.position) == (SyncState.DONE, 3)
    assert (done.counters.blueprints, done.counters.skipped) == (2, 1)
    assert done.problems == (SyncProblem(blueprint="b", code="providers/unintelligible", detail="no width"),)
    assert [row[0] for row in (await snapshot(workspace))["variants"]] == ["a-1", "a-2", "c-1", "c-2"]


async def test_a_sync_that_could_read_nothing_has_failed(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")
    provider.fail("variants", "a", ProviderUnintelligible("nonsense", provider="fake"))

    ended = await sync(workspace, connection_id)

    assert (ended.state, ended.error) == (SyncState.FAILED, "sync/nothing-read")
    assert ended.counters.skipped == 1


async def test_an_empty_list_ends_well_and_takes_nothing_away(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")
    await sync(workspace, connection_id)
    provider.shelf.clear()

    done = await sync(workspace, connection_id)

    assert (done.state, done.total) == (SyncState.DONE, 0)
    async with workspace.scope() as scope:
        assert await list_known_blueprints(scope, "printful") == ["a"]


async def test_only_the_wanted_blueprints_are_read(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    for external_id in "abc":
        provider.add(external_id)

    done = await sync(workspace, connection_id, blueprints=("c", "a", "zz"))

    assert (done.state, done.total, done.counters.blueprints) == (SyncState.DONE, 2, 2)
    assert [(each.blueprint, each.code) for each in done.problems] == [("zz", "sync/not-listed")]
    assert [row[0] for row in (await snapshot(workspace))["blueprints"]] == ["a", "c"]


async def test_prices_alone_are_read_of_what_is_known(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a").prices["a-1"] = 500
    provider.add("b")
    await sync(workspace, connection_id, blueprints=("a",))
    provider.calls.clear()
    provider.shelf["a"].prices["a-1"] = 600

    done = await sync(workspace, connection_id, kinds=(SyncKind.PRICES,))

    assert set(provider.calls) == {("prices", "a")}
    assert done.counters == SyncCounters(blueprints=1, prices=2, changed=1)


async def test_prices_of_an_unknown_blueprint_are_a_problem(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")

    ended = await sync(workspace, connection_id, kinds=(SyncKind.PRICES,), blueprints=("a",))

    assert (ended.state, ended.error) == (SyncState.FAILED, "sync/nothing-read")
    assert [(each.blueprint, each.code) for each in ended.problems] == [("a", "sync/not-listed")]


async def test_each_connection_has_its_own_prices(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    shirt = provider.add("a", variants=1)
    await sync(workspace, connection_id)
    shirt.prices["a-1"] = 333
    theirs = await make_connection(stranger)
    done = await sync(stranger, theirs)

    assert (await snapshot(workspace))["prices"] == [("a-1", 901)]
    assert (await snapshot(stranger))["prices"] == [("a-1", 333)]
    assert done.counters.changed == 2  # its price and its stock; the blank was known
    async with stranger.scope() as scope:
        ids = [view.id for view in (await find_variants(scope, [("printful", "a-1")])).values()]
        assert await list_prices(scope, connection_id, ids) == {}


async def test_a_connection_deleted_on_the_way_ends_the_sync_with_it(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider
):
    provider.add("a")
    begun = await start(workspace, connection_id)
    run = await run_of(workspace, begun.id)
    async with workspace.scope() as scope:
        await scope.session.execute(delete(ConnectionRow).where(ConnectionRow.id == connection_id))

    await sync_catalog.body(run)

    assert provider.calls.total() == 0
