from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from printvision.platform.errors import InvalidInput
from printvision.platform.ids import new_id
from printvision.platform.paging import ListInput, Page, fetch_page, read_cursor, write_cursor
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.workspaces.models import WorkspaceRow
from tests.factories.workspaces import make_workspace


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


def test_a_cursor_is_the_key_in_22_characters():
    key = new_id()

    assert len(write_cursor(key)) == 22
    assert read_cursor(write_cursor(key)) == key


@given(st.text(max_size=21) | st.text(min_size=23, max_size=64))
def test_a_text_that_is_no_cursor_is_refused(cursor: str):
    with pytest.raises(InvalidInput) as refused:
        read_cursor(cursor)

    assert refused.value.fields["errors"] == [{"path": "cursor", "message": "Not a cursor of this list"}]


@pytest.mark.parametrize("cursor", ["", "A", "A" * 21, "A" * 21 + "B", "A" * 23, "ä" * 22, "A" * 22 + "=="])
def test_what_only_looks_like_a_cursor_is_refused(cursor: str):
    with pytest.raises(InvalidInput):
        read_cursor(cursor)


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 201}, {"limit": "5"}, {"page": 2}])
def test_a_list_is_asked_for_within_bounds(given: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, ListInput)


def test_a_page_goes_over_the_wire_as_items_and_next_cursor():
    assert msgspec.json.encode(Page([1, 2], None)) == b'{"items":[1,2],"next_cursor":null}'
