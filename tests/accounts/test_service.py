from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from printvision.accounts import (
    BadKey,
    KeyId,
    KeyMissing,
    Permission,
    SignedIn,
    authenticate,
    create_key,
    revoke_key,
)
from printvision.accounts.keys import make_key
from printvision.accounts.models import ApiKeyRow
from printvision.accounts.permissions import OF_KEYS
from printvision.platform.db import Transaction
from printvision.platform.errors import NotFound, RuleBroken
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, PermissionMissing, SystemScope, system_scope
from tests.factories.workspaces import MadeWorkspace, make_workspace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def sign_in(platform: Platform, presented: str | None) -> SignedIn:
    async with system_scope(platform, "test") as scope:
        return await authenticate(scope, presented)


async def stored(platform: Platform, key_id: KeyId) -> ApiKeyRow:
    async with system_scope(platform, "test") as scope:
        return (await scope.session.scalars(select(ApiKeyRow).where(ApiKeyRow.id == key_id))).one()


async def test_a_key_opens_its_workspace_with_its_permissions(platform: Platform, workspace: MadeWorkspace):
    view, key = await workspace.made_key(Permission.ORDERS_READ, Permission.ORDERS_CREATE)

    signed_in = await sign_in(platform, key.reveal())

    assert signed_in.workspace_id == workspace.id
    assert signed_in.principal.actor is Actor.KEY
    assert signed_in.principal.id == str(view.id)
    assert signed_in.principal.permissions == {Permission.ORDERS_READ, Permission.ORDERS_CREATE}
    assert view.permissions == ["orders:order:create", "orders:order:read"]


async def test_a_key_without_a_list_may_do_all_there_is(platform: Platform, workspace: MadeWorkspace):
    view, key = await workspace.made_key()

    assert (await sign_in(platform, key.reveal())).principal.permissions == OF_KEYS
    assert view.permissions == ["*"]


async def test_only_a_hash_of_the_key_is_stored(platform: Platform, workspace: MadeWorkspace):
    view, key = await workspace.made_key()

    async with system_scope(platform, "test") as scope:
        row = (await scope.session.execute(text("SELECT k::text FROM api_keys k"))).scalar_one()

    assert key.reveal().split("_")[2] not in row
    assert view.prefix in row


@pytest.mark.parametrize("presented", [None, ""])
async def test_no_key_is_told_from_a_bad_one(platform: Platform, presented: str | None):
    with pytest.raises(KeyMissing):
        await sign_in(platform, presented)


async def test_an_unknown_key_is_refused(platform: Platform, workspace: MadeWorkspace):
    await workspace.key()

    with pytest.raises(BadKey):
        await sign_in(platform, make_key().text.reveal())


async def test_the_right_prefix_with_another_secret_is_refused(platform: Platform, workspace: MadeWorkspace):
    view, _ = await workspace.made_key()
    async with system_scope(platform, "test") as scope:
        other = make_key()
        await scope.session.execute(
            text("UPDATE api_keys SET prefix = :prefix WHERE id = :id"),
            {"prefix": other.prefix, "id": view.id},
        )

    with pytest.raises(BadKey):
        await sign_in(platform, other.text.reveal())


async def test_a_wrong_checksum_is_refused_without_a_look_at_the_database(platform: Platform):
    key = make_key().text.reveal()
    no_database = SystemScope(platform, "test", Transaction(AsyncSession, None))

    with pytest.raises(BadKey):
        await authenticate(no_database, key[:-1] + ("a" if key[-1] != "a" else "b"))


async def test_an_expired_key_is_refused_from_its_moment_on(platform: Platform, workspace: MadeWorkspace):
    with time_machine.travel(NOON, tick=False) as time:
        async with workspace.scope() as scope:
            _, key = await create_key(scope, "For a day", expires_at=NOON + timedelta(days=1))

        time.shift(timedelta(hours=23, minutes=59))
        assert (await sign_in(platform, key.reveal())).workspace_id == workspace.id
        time.shift(timedelta(minutes=1))
        with pytest.raises(BadKey):
            await sign_in(platform, key.reveal())


async def test_a_revoked_key_is_refused_and_keeps_its_first_moment(
    platform: Platform, workspace: MadeWorkspace
):
    view, key = await workspace.made_key()
    with time_machine.travel(NOON, tick=False) as time:
        async with workspace.scope() as scope:
            await revoke_key(scope, view.id)
        time.shift(60)
        async with workspace.scope() as scope:
            await revoke_key(scope, view.id)

    with pytest.raises(BadKey):
        await sign_in(platform, key.reveal())
    assert (await stored(platform, view.id)).revoked_at == NOON


async def test_a_key_of_another_workspace_is_not_there_to_revoke(
    platform: Platform, workspace: MadeWorkspace
):
    view, key = await workspace.made_key()
    other = await make_workspace(platform)

    async with other.scope() as scope:
        with pytest.raises(NotFound):
            await revoke_key(scope, view.id)
    async with workspace.scope() as scope:
        with pytest.raises(NotFound):
            await revoke_key(scope, KeyId(uuid4()))

    assert (await sign_in(platform, key.reveal())).workspace_id == workspace.id


async def test_its_use_is_noted_once_a_minute(platform: Platform, workspace: MadeWorkspace):
    with time_machine.travel(NOON, tick=False) as time:
        view, key = await workspace.made_key()
        assert (await stored(platform, view.id)).last_used_at is None

        await sign_in(platform, key.reveal())
        time.shift(59)
        await sign_in(platform, key.reveal())
        assert (await stored(platform, view.id)).last_used_at == NOON

        time.shift(1)
        await sign_in(platform, key.reveal())
        assert (await stored(platform, view.id)).last_used_at == NOON + timedelta(minutes=1)


async def test_nobody_gives_a_permission_they_do_not_have(platform: Platform, workspace: MadeWorkspace):
    async with workspace.scope(Permission.KEYS_MANAGE, Permission.ORDERS_READ) as scope:
        await create_key(scope, "Reads", [Permission.ORDERS_READ])
        with pytest.raises(PermissionMissing) as refused:
            await create_key(scope, "Cancels", [Permission.ORDERS_CANCEL])
        with pytest.raises(PermissionMissing):
            await create_key(scope, "Everything")

    assert refused.value.fields == {"permission": "orders:order:cancel"}
    async with system_scope(platform, "test") as scope:
        assert await scope.session.scalar(select(func.count()).select_from(ApiKeyRow)) == 1


async def test_making_and_revoking_need_the_permission(workspace: MadeWorkspace):
    view, _ = await workspace.made_key()
    async with workspace.scope(Permission.ORDERS_READ) as scope:
        with pytest.raises(PermissionMissing):
            await create_key(scope, "Reads", [Permission.ORDERS_READ])
        with pytest.raises(PermissionMissing):
            await revoke_key(scope, view.id)


async def test_a_name_and_an_expiry_out_of_bounds_are_both_told(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        with pytest.raises(RuleBroken) as refused:
            await create_key(scope, " ", expires_at=NOON)

    assert [error["path"] for error in refused.value.fields["errors"]] == ["name", "expires_at"]
