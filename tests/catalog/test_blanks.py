from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from printvision.catalog import (
    BlueprintWritten,
    Written,
    find_variant,
    list_known_blueprints,
    mark_missing_blueprints,
    print_areas,
    save_blueprints,
    save_variants,
)
from printvision.catalog.models import BlueprintRow, ProviderVariantRow
from printvision.platform.errors import NotFound
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.providers.sdk import Blueprint, BlueprintVariant, PrintArea
from tests.factories.fake_adapter import front
from tests.factories.workspaces import MadeWorkspace


def blueprint(external_id: str, **said: Any) -> Blueprint:
    return Blueprint(external_id=external_id, title=said.pop("title", f"Blank {external_id}"), **said)


def variants(*external_ids: str, **said: Any) -> list[BlueprintVariant]:
    return [BlueprintVariant(external_id=each, name=f"Variant {each}", **said) for each in external_ids]


async def keep(platform: Platform, *found: Blueprint) -> Written:
    async with system_scope(platform, "test") as scope:
        return await save_blueprints(scope, "fake", found)


async def read(
    platform: Platform, found: Sequence[BlueprintVariant], areas: Sequence[PrintArea] = ()
) -> BlueprintWritten:
    async with system_scope(platform, "test") as scope:
        return await save_variants(scope, "fake", "71", found, areas)


async def changes(platform: Platform, table: Any) -> dict[str, datetime]:
    async with system_scope(platform, "test") as scope:
        rows = await scope.session.scalars(select(table))
        return {row.external_id: row.changed_at for row in rows}


async def test_a_list_is_written_once_and_again_changes_nothing(platform: Platform):
    first = await keep(platform, blueprint("71"), blueprint("72", brand="Plain"))
    before = await changes(platform, BlueprintRow)
    second = await keep(platform, blueprint("72", brand="Plain"), blueprint("71"))

    assert first == Written(seen=2, changed=2)
    assert second == Written(seen=2, changed=0)
    assert await changes(platform, BlueprintRow) == before


async def test_only_what_differs_is_rewritten(platform: Platform):
    await keep(platform, blueprint("71"), blueprint("72"))
    before = await changes(platform, BlueprintRow)
    written = await keep(platform, blueprint("71"), blueprint("72", title="Renamed"))
    after = await changes(platform, BlueprintRow)

    assert written == Written(seen=2, changed=1)
    assert after["71"] == before["71"]
    assert after["72"] > before["72"]


async def test_a_change_that_only_their_own_words_show_is_kept(platform: Platform):
    await keep(platform, blueprint("71", raw={"origin": "LV"}))
    written = await keep(platform, blueprint("71", raw={"origin": "MX"}))

    async with system_scope(platform, "test") as scope:
        stored = (await scope.session.scalars(select(BlueprintRow.raw))).one()
    assert written.changed == 1
    assert stored == {"origin": "MX"}


async def test_a_list_that_names_one_thing_twice_is_written(platform: Platform):
    assert await keep(platform, blueprint("71"), blueprint("71", title="Later")) == Written(seen=2, changed=1)

    async with system_scope(platform, "test") as scope:
        assert (await scope.session.scalars(select(BlueprintRow.title))).all() == ["Later"]


async def test_hostile_words_are_made_fit_to_store(platform: Platform):
    await keep(
        platform,
        blueprint(
            "71",
            title="T\x00shirt" + "x" * 5_000,
            image_url="javascript:alert(1)",
            raw={"a\x00": ["b\x00", {"c": None}], "n": 1},
        ),
        blueprint("72", raw={"big": "x" * 70_000}),
    )

    async with system_scope(platform, "test") as scope:
        first, second = await scope.session.scalars(select(BlueprintRow).order_by(BlueprintRow.external_id))
    assert first.title == "Tshirt" + "x" * 994
    assert first.image_url is None
    assert first.raw == {"a": ["b", {"c": None}], "n": 1}
    assert second.raw == {"left_out_bytes": 70_010}


@pytest.mark.parametrize("external_id", ["", "7\x001", "7" * 201])
async def test_a_thing_whose_id_could_not_be_kept_is_left_out(platform: Platform, external_id: str):
    assert await keep(platform, blueprint(external_id)) == Written()


async def test_what_a_complete_list_lacks_is_discontinued_until_it_is_listed_again(platform: Platform):
    await keep(platform, *(blueprint(each) for each in "abcde"))
    async with system_scope(platform, "test") as scope:
        gone = await mark_missing_blueprints(scope, "fake", {"a", "b", "c", "d"})
        known = await list_known_blueprints(scope, "fake")
    back = await keep(platform, blueprint("e"))

    assert gone == Written(seen=4, gone=1)
    assert known == ["a", "b", "c", "d"]
    assert back.changed == 1
    async with system_scope(platform, "test") as scope:
        assert await list_known_blueprints(scope, "fake") == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("listed", [set[str](), {"a", "b"}])
async def test_a_list_that_lost_more_than_it_has_is_not_believed(platform: Platform, listed: set[str]):
    await keep(platform, *(blueprint(each) for each in "abcde"))
    async with system_scope(platform, "test") as scope:
        assert (await mark_missing_blueprints(scope, "fake", listed)).gone == 0
        assert len(await list_known_blueprints(scope, "fake")) == 5


async def test_another_providers_list_discontinues_nothing(platform: Platform):
    await keep(platform, blueprint("71"))
    async with system_scope(platform, "test") as scope:
        await mark_missing_blueprints(scope, "other", {"1", "2", "3"})
        assert await list_known_blueprints(scope, "fake") == ["71"]


async def test_variants_are_written_once_and_again_change_nothing(platform: Platform):
    await keep(platform, blueprint("71"))
    first = await read(platform, variants("1", "2"), [front()])
    before = await changes(platform, ProviderVariantRow)
    second = await read(platform, variants("2", "1"), [front()])

    assert (first.seen, first.changed, first.gone) == (2, 2, 0)
    assert (second.seen, second.changed, second.gone) == (2, 0, 0)
    assert await changes(platform, ProviderVariantRow) == before


async def test_a_vanished_variant_stays_and_says_since_when(platform: Platform):
    await keep(platform, blueprint("71"))
    await read(platform, variants("1", "2", "3"))
    missed = await read(platform, variants("1"))
    again = await read(platform, variants("1"))
    back = await read(platform, variants("1", "2"))

    assert (missed.gone, missed.vanished) == (2, ("2", "3"))
    assert (again.changed, again.gone) == (0, 0)
    assert (back.changed, back.gone) == (1, 0)
    async with system_scope(platform, "test") as scope:
        second, third = await find_variant(scope, "fake", "2"), await find_variant(scope, "fake", "3")
    assert second is not None
    assert second.gone_at is None
    assert third is not None
    assert third.gone_at is not None


async def test_an_empty_answer_takes_no_variant_and_no_print_area_away(platform: Platform):
    await keep(platform, blueprint("71"))
    first = await read(platform, variants("1"), [front()])
    empty = await read(platform, [], [])

    assert (empty.seen, empty.changed, empty.gone) == (0, 0, 0)
    async with system_scope(platform, "test") as scope:
        assert await print_areas(scope, [first.blueprint_id]) == {first.blueprint_id: (front(),)}
        assert (await find_variant(scope, "fake", "1") or pytest.fail("gone")).gone_at is None


async def test_other_print_areas_are_a_change(platform: Platform):
    await keep(platform, blueprint("71"))
    await read(platform, variants("1"), [front()])
    before = await changes(platform, BlueprintRow)
    await read(platform, variants("1"), [front()])
    same = await changes(platform, BlueprintRow)
    await read(platform, variants("1"), [front(3000, 4000)])

    assert same == before
    assert (await changes(platform, BlueprintRow))["71"] > before["71"]


async def test_variants_of_a_blueprint_that_no_list_named_are_refused(platform: Platform):
    with pytest.raises(NotFound):
        await read(platform, variants("1"))


async def test_a_workspace_may_read_the_catalogue_and_not_write_it(
    platform: Platform, workspace: MadeWorkspace
):
    await keep(platform, blueprint("71"))

    async with workspace.scope() as scope:
        assert await list_known_blueprints(scope, "fake") == ["71"]
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with workspace.scope() as scope:
            await save_blueprints(scope, "fake", [blueprint("72")])  # pyright: ignore[reportArgumentType]
