"""An operator in a workspace is told to whoever looks at it, as long as they are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from printvision.accounts import OperatorRole, Permission
from printvision.accounts.entries import enter, leave
from printvision.accounts.entry_schemas import EnterWorkspace
from printvision.platform.ids import PersonId
from printvision.platform.scope import Actor, PersonScope, Principal, SystemScope, system_scope
from printvision.platform.visits import Visit
from tests.factories.people import make_person
from tests.web.conftest import Desk
from tests.web.test_pages import LOOKS, fits, violations


def outside(scope: SystemScope, person_id: PersonId) -> PersonScope:
    may = frozenset({Permission.OPERATORS_ENTER})
    who = Principal(Actor.PERSON, str(person_id), may)
    return PersonScope(scope.platform, scope.purpose, scope.transaction, Visit(address=""), who)


@pytest.mark.parametrize(("width", "height", "theme"), LOOKS)
async def test_it_comes_stays_and_goes_without_a_reload(
    desk: Desk, web: Path, width: int, height: int, theme: str
):
    platform = desk.product.platform
    olga = await make_person(platform, name="Olga", operator_role=OperatorRole.SUPPORT)
    page = await desk.sign_in(await desk.open(width=width, height=height, theme=theme))
    told = page.get_by_text("Olga, who runs this installation, is in this workspace until")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    await expect(told).to_have_count(0)

    wanted = EnterWorkspace(workspace_id=desk.workspace.id, reason="An order hangs", break_glass=True)
    async with system_scope(platform, "test") as scope:
        entry = await enter(outside(scope, olga), wanted)

    await expect(told).to_be_visible()
    await expect(page.get_by_text("Their reason: An order hangs")).to_be_visible()
    await page.reload()
    await expect(told).to_be_visible()
    await fits(page)
    assert await violations(page, web) == []
    await page.wait_for_selector("[data-live=live]")
    async with system_scope(platform, "test") as scope:
        await leave(outside(scope, olga), entry.id)
    await expect(told).to_have_count(0)
    assert desk.complaints == []
