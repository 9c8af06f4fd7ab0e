from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select, update

from printvision.platform.ids import new_id
from printvision.platform.paging import (
    CursorOfAnotherList,
    ListInput,
    Page,
    fetch_page,
    read_cursor,
    write_cursor,
)
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.workspaces.models import WorkspaceRow
from tests.factories.workspaces import MadeWorkspace, make_workspace


class Narrowed(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    word: str | None = None


async def pages(platform: Platform, limit: int) -> list[list[UUID]]:
    found: list[list[UUID]] = []
    cursor: str | None = None
    while True:
        async with system_scope(platform, "test") as scope:
            rows, cursor = await fetch_page(
                scope, select(WorkspaceRow), WorkspaceRow.id, ListInput(limit=limit, cursor=cursor)
            )
        found.append([row.id for row in rows])
        if cursor is None:
            return found


@pytest.mark.parametrize(
    ("limit", "sizes"), [(1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (5, [5]), (6, [5]), (200, [5])]
)
async def test_pages_tell_everything_once_newest_first(platform: Platform, limit: int, sizes: list[int]):
    made = [(await make_workspace(platform)).id for _ in range(5)]

    found = await pages(platform, limit)

    assert [len(page) for page in found] == sizes
    assert [each for page in found for each in page] == made[::-1]


async def test_what_is_born_meanwhile_moves_nothing(platform: Platform):
    made = [(await make_workspace(platform)).id for _ in range(3)]
    async with system_scope(platform, "test") as scope:
        _, cursor = await fetch_page(scope, select(WorkspaceRow), WorkspaceRow.id, ListInput(limit=2))
    await make_workspace(platform)

    async with system_scope(platform, "test") as scope:
        rows, end = await fetch_page(scope, select(WorkspaceRow), WorkspaceRow.id, ListInput(cursor=cursor))

    assert ([row.id for row in rows], end) == ([made[0]], None)


async def test_an_empty_list_is_one_empty_page(platform: Platform):
    assert await pages(platform, 5) == [[]]


async def test_a_cursor_leads_back_to_its_place(platform: Platform):
    key, at = new_id(), datetime(1969, 7, 20, 20, 17, 40, 123456, UTC)
    async with system_scope(platform, "test") as scope:
        plain, timed = write_cursor(scope, Narrowed(), key), write_cursor(scope, Narrowed(), key, at)

        assert (len(plain), len(timed)) == (32, 43)
        assert read_cursor(scope, Narrowed(cursor=plain)) == (key,)
        assert read_cursor(scope, Narrowed(cursor=timed), timed=True) == (at, key)
        for cursor, is_timed in ((plain, True), (timed, False)):
            with pytest.raises(CursorOfAnotherList):
                read_cursor(scope, Narrowed(cursor=cursor), timed=is_timed)


async def test_a_cursor_is_of_its_list_filters_and_workspace_alone(
    platform: Platform, workspace: MadeWorkspace
):
    key = new_id()
    async with workspace.scope() as scope:
        cursor = write_cursor(scope, Narrowed(word="a", limit=5), key)

        assert read_cursor(scope, Narrowed(word="a", limit=7, cursor=cursor)) == (key,)
        for other in (Narrowed(word="b", cursor=cursor), Narrowed(cursor=cursor), ListInput(cursor=cursor)):
            with pytest.raises(CursorOfAnotherList):
                read_cursor(scope, other)
    async with (await make_workspace(platform)).scope() as scope:
        with pytest.raises(CursorOfAnotherList):
            read_cursor(scope, Narrowed(word="a", cursor=cursor))


async def test_what_only_looks_like_a_cursor_is_refused(platform: Platform):
    async with system_scope(platform, "test") as scope:
        real = write_cursor(scope, ListInput(), new_id())
        changed = ("B" if real[0] == "A" else "A") + real[1:]
        for cursor in ("", "A", "A" * 32, "A" * 33, "A" * 43, "ä" * 32, real + "==", real[:-1], changed):
            with pytest.raises(CursorOfAnotherList):
                read_cursor(scope, ListInput(cursor=cursor))


@pytest.mark.parametrize("ascending", [False, True])
async def test_a_list_by_a_time_tells_everything_once_also_where_times_are_the_same(
    platform: Platform, ascending: bool
):
    made = [(await make_workspace(platform)).id for _ in range(5)]
    async with system_scope(platform, "test") as scope:
        for number, each in enumerate(made):
            at = datetime(2026, 1, 1 + number // 2, tzinfo=UTC)
            await scope.session.execute(
                update(WorkspaceRow).where(WorkspaceRow.id == each).values(created_at=at)
            )
    found: list[UUID] = []
    cursor: str | None = None
    while True:
        async with system_scope(platform, "test") as scope:
            rows, cursor = await fetch_page(
                scope,
                select(WorkspaceRow),
                WorkspaceRow.id,
                ListInput(limit=1, cursor=cursor),
                by=WorkspaceRow.created_at,
                ascending=ascending,
            )
        found += [row.id for row in rows]
        if cursor is None:
            break

    assert found == (made if ascending else made[::-1])


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 201}, {"limit": "5"}, {"page": 2}])
def test_a_list_is_asked_for_within_bounds(given: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, ListInput)


def test_a_page_goes_over_the_wire_as_items_and_next_cursor():
    assert msgspec.json.encode(Page([1, 2], None)) == b'{"items":[1,2],"next_cursor":null}'
