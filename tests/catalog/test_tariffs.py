"""Tariffs a connection was told: kept by country, found by variant, bounded whatever was said."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import time_machine
from sqlalchemy import event, select

from printvision.catalog import (
    TariffView,
    find_variants,
    list_tariffs,
    save_blueprints,
    save_tariffs,
    save_variants,
)
from printvision.catalog.models import ShippingTariffRow
from printvision.catalog.tariffs import MAX_ASKED, MAX_TARIFFS, MAX_VARIANTS_NAMED
from printvision.platform.money import Money
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.providers.sdk import Blueprint, BlueprintVariant, Tariff
from tests.factories.connections import make_connection
from tests.factories.workspaces import MadeWorkspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def blueprint_id(platform: Platform) -> UUID:
    """Blueprint 71 with the variants 1, 2 and 3."""
    found = [BlueprintVariant(external_id=each, name=each) for each in "123"]
    async with system_scope(platform, "test") as scope:
        await save_blueprints(scope, "fake", [Blueprint(external_id="71", title="Shirt")])
        return (await save_variants(scope, "fake", "71", found, [])).blueprint_id


def tariff(method: str = "STANDARD", *, cents: int = 450, **said: Any) -> Tariff:
    plain = Tariff(
        method=method,
        name=method.title(),
        ships_with="US",
        first=Money(cents, "USD"),
        additional=Money(150, "USD"),
    )
    return msgspec.structs.replace(plain, **said)


async def tell(
    workspace: MadeWorkspace,
    connection_id: UUID,
    blueprint_id: UUID,
    *told: Tariff,
    country: str = "DE",
    asked: Collection[str] = (),
) -> None:
    async with workspace.scope() as scope:
        await save_tariffs(scope, connection_id, blueprint_id, country, told, asked=asked)


async def known(
    workspace: MadeWorkspace, *connection_ids: UUID, country: str = "DE", variants: str = "123"
) -> dict[tuple[UUID, str], TariffView]:
    async with workspace.scope() as scope:
        ids = [
            view.id for view in (await find_variants(scope, [("fake", each) for each in variants])).values()
        ]
        found = await list_tariffs(scope, dict.fromkeys(connection_ids, ids), country)
    return {(view.connection_id, view.variant_external_id): view for view in found.values()}


async def stored(workspace: MadeWorkspace) -> ShippingTariffRow:
    async with workspace.scope() as scope:
        return (await scope.session.scalars(select(ShippingTariffRow))).one()


async def test_a_tariff_for_all_is_found_by_every_variant_with_its_age(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    with time_machine.travel(NOON, tick=False):
        await tell(workspace, connection_id, blueprint_id, tariff(min_days=3, max_days=6), asked=["1"])

    views = await known(workspace, connection_id)

    assert set(views) == {(connection_id, each) for each in "123"}
    for view in views.values():
        assert view.tariffs == (tariff(min_days=3, max_days=6),)
        assert view.seen_at == NOON
        assert (view.blueprint_id, view.blueprint_external_id) == (blueprint_id, "71")


async def test_a_tariff_is_found_only_by_the_variants_it_names(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    small = tariff("STANDARD", variants=("1", "2"))
    large = tariff("STANDARD", cents=900, variants=("3",))
    await tell(workspace, connection_id, blueprint_id, small, large, tariff("EXPRESS"), asked=["1", "3"])

    views = await known(workspace, connection_id)

    assert views[connection_id, "2"].tariffs == (
        msgspec.structs.replace(small, variants=()),
        tariff("EXPRESS"),
    )
    assert views[connection_id, "3"].tariffs == (
        msgspec.structs.replace(large, variants=()),
        tariff("EXPRESS"),
    )


async def test_what_was_never_asked_is_told_apart_from_what_is_not_carried(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await tell(workspace, connection_id, blueprint_id, tariff(variants=("1",)), asked=["1", "2"])

    views = await known(workspace, connection_id)
    elsewhere = await known(workspace, connection_id, country="US")

    assert views[connection_id, "2"].seen_at is not None
    assert views[connection_id, "2"].tariffs == ()
    assert views[connection_id, "3"].seen_at is None
    assert views[connection_id, "3"].ask_about == ("3", "1", "2")
    assert [(view.seen_at, view.ask_about) for view in elsewhere.values()] == [
        (None, (each,)) for each in "123"
    ]


async def test_a_later_answer_takes_the_place_of_the_one_before(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await tell(workspace, connection_id, blueprint_id, tariff(), tariff("EXPRESS"))
    await tell(workspace, connection_id, blueprint_id, tariff(cents=500))

    assert (await known(workspace, connection_id))[connection_id, "1"].tariffs == (tariff(cents=500),)


@pytest.mark.parametrize(
    ("told", "lasts"), [((tariff(),), timedelta(days=7)), ((), timedelta(hours=1))], ids=["some", "none"]
)
async def test_an_answer_is_fresh_for_its_time(
    workspace: MadeWorkspace,
    connection_id: UUID,
    blueprint_id: UUID,
    told: tuple[Tariff, ...],
    lasts: timedelta,
):
    with time_machine.travel(NOON, tick=False):
        await tell(workspace, connection_id, blueprint_id, *told, asked=["1"])

    view = (await known(workspace, connection_id))[connection_id, "1"]

    assert view.is_fresh(NOON + lasts - timedelta(seconds=1))
    assert not view.is_fresh(NOON + lasts)


async def test_several_connections_are_read_by_one_statement(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    other = await make_connection(workspace)
    await tell(workspace, connection_id, blueprint_id, tariff(), asked=["1"])
    await tell(workspace, other, blueprint_id, tariff(cents=300), asked=["1"])
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async with workspace.scope() as scope:
        ids = [view.id for view in (await find_variants(scope, [("fake", each) for each in "123"])).values()]
        event.listen(workspace.platform.db.app.sync_engine, "before_cursor_execute", note)
        found = await list_tariffs(scope, {connection_id: ids, other: ids[:1]}, "DE")
        event.remove(workspace.platform.db.app.sync_engine, "before_cursor_execute", note)

    assert len(statements) == 1
    assert len(found) == 4
    assert found[other, ids[0]].tariffs == (tariff(cents=300),)


async def test_tariffs_of_another_workspace_are_not_found(
    workspace: MadeWorkspace, stranger: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    await tell(workspace, connection_id, blueprint_id, tariff(), asked=["1"])

    views = await known(stranger, connection_id)

    assert {view.seen_at for view in views.values()} == {None}
    assert {view.tariffs for view in views.values()} == {()}


async def test_an_unknown_variant_and_no_variant_are_missing(workspace: MadeWorkspace, connection_id: UUID):
    async with workspace.scope() as scope:
        assert await list_tariffs(scope, {}, "DE") == {}
        assert await list_tariffs(scope, {connection_id: []}, "DE") == {}
        assert await list_tariffs(scope, {connection_id: [uuid4()]}, "DE") == {}


@pytest.mark.parametrize(
    "nonsense",
    [
        tariff(""),
        tariff("x" * 300),
        tariff("NUL\x00"),
        tariff(ships_with="x" * 300),
        tariff(first=Money(-1, "USD")),
        tariff(additional=Money(-1, "USD")),
        tariff(first=Money(2**63, "USD")),
        tariff(additional=Money(150, "EUR")),
        tariff(variants=("", "\x00", "x" * 300)),
    ],
)
async def test_what_cannot_be_reckoned_with_is_left_out(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID, nonsense: Tariff
):
    await tell(workspace, connection_id, blueprint_id, nonsense, tariff("EXPRESS"), asked=["1", "\x00"])

    assert (await known(workspace, connection_id))[connection_id, "1"].tariffs == (tariff("EXPRESS"),)
    assert (await stored(workspace)).asked == ["1"]


async def test_names_and_days_are_mended(workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID):
    await tell(
        workspace, connection_id, blueprint_id, tariff(name="N\x00" + "x" * 5_000, min_days=-2, max_days=9**9)
    )

    (kept,) = (await known(workspace, connection_id))[connection_id, "1"].tariffs
    assert (len(kept.name), kept.name[:2], kept.min_days, kept.max_days) == (1_000, "Nx", None, None)


async def test_a_huge_answer_is_cut_and_keeps_what_was_asked_about(
    workspace: MadeWorkspace, connection_id: UUID, blueprint_id: UUID
):
    many = [tariff(f"M{number}", variants=("2",)) for number in range(3 * MAX_TARIFFS)]
    await tell(workspace, connection_id, blueprint_id, *many, tariff("WANTED", variants=("1",)), asked=["1"])

    assert len((await stored(workspace)).tariffs) == MAX_TARIFFS
    (kept,) = (await known(workspace, connection_id))[connection_id, "1"].tariffs
    assert kept.method == "WANTED"

    crowds = [tariff(f"M{number}", variants=tuple(map(str, range(4_000)))) for number in range(5)]
    asked = [str(number) for number in range(MAX_ASKED + 5)]
    await tell(workspace, connection_id, blueprint_id, *crowds, asked=asked)

    row = await stored(workspace)
    assert sum(len(each["variants"]) for each in row.tariffs) <= MAX_VARIANTS_NAMED
    assert len(row.asked) == MAX_ASKED
