"""Work that somebody began goes on as what they may now, and ends with their membership."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from printvision.accounts import BadKey, Role, SignedOut, create_key, sign_in_again
from printvision.accounts.roles import PERMISSIONS
from printvision.platform.db import run
from printvision.platform.scope import Actor, Principal, system_scope
from tests.factories.people import make_member
from tests.factories.workspaces import MadeWorkspace, make_workspace


async def test_a_person_may_later_what_their_role_lets_them_then(workspace: MadeWorkspace):
    person_id = await make_member(workspace, Role.ADMIN)
    before = Principal(Actor.PERSON, str(person_id), PERMISSIONS[Role.ADMIN])
    async with system_scope(workspace.platform, "test") as scope:
        await run(scope.session, "UPDATE members SET role = 'viewer'")
        now = await sign_in_again(scope, before, workspace.id)

    assert (now.principal.id, now.principal.permissions) == (str(person_id), PERMISSIONS[Role.VIEWER])


@pytest.mark.parametrize("end", ["DELETE FROM members", "UPDATE people SET disabled_at = now()"])
async def test_who_is_no_member_any_more_does_nothing_later(workspace: MadeWorkspace, end: str):
    person_id = await make_member(workspace, Role.ADMIN)
    before = Principal(Actor.PERSON, str(person_id), PERMISSIONS[Role.ADMIN])
    async with system_scope(workspace.platform, "test") as scope:
        await scope.session.execute(text(end))
        with pytest.raises(SignedOut):
            await sign_in_again(scope, before, workspace.id)


async def test_a_test_key_stays_one(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        view, _ = await create_key(scope, "Trying", test=True)
    before = Principal(Actor.KEY, str(view.id))
    async with system_scope(workspace.platform, "test") as scope:
        assert (await sign_in_again(scope, before, workspace.id)).principal.test is True
        other = await make_workspace(workspace.platform)
        with pytest.raises(BadKey):
            await sign_in_again(scope, before, other.id)
