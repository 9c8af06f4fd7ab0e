"""Shops whose access is granted by signing in there."""

from __future__ import annotations

import asyncio
from typing import Final

import aiohttp
import msgspec

from printvision.accounts import Permission
from printvision.channels import events
from printvision.channels.errors import ShopNameTaken
from printvision.channels.features import SHOPS
from printvision.channels.models import ShopKind, ShopRow
from printvision.channels.schemas import AuthorizeShop, FinishShop, ShopView
from printvision.channels.service import (
    find_shop_named,
    get_shop_row,
    seal_secret,
    secret_at,
    shops,
    token_at,
    view,
)
from printvision.channels.shopify import door_key
from printvision.channels.shopify_access import KEY, Caller, ShopifyFailed, app_of, is_theirs, subscribe
from printvision.entitlements import decide
from printvision.oauth import (
    App,
    OAuthNotSetUp,
    OAuthRefused,
    begin_attempt,
    finish_attempt,
    trade,
)
from printvision.platform import clock, workflows
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.outbound import open_session
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, PersonScope, WorkspaceScope, workspace_scope
from printvision.platform.workflows import Queue, Run, workflow

ENDED: Final = "The shop has ended the access that it granted: sign in there again"
PAUSES_S: Final = (1.0, 5.0, 20.0)  # between tries
UNREACHABLE: Final = "The shop could not be told where to send its orders: sign in there again"


@workflow("channels.subscribe", queue=Queue.SYNC)
async def subscribe_shop(run: Run) -> None:
    """Have the shop send its orders to us."""
    await run.step(tell_address)


async def begin_shop(scope: WorkspaceScope, wanted: AuthorizeShop) -> str:
    """The shop's address where somebody allows us in.

    Raises:
        OAuthNotSetUp, BrowserNeeded, ShopNameTaken
    """
    scope.require(Permission.SHOPS_MANAGE)
    app = _app(scope.platform, wanted.domain)
    await _check_name(scope, wanted)
    return await begin_attempt(scope, app, msgspec.to_builtins(wanted))


async def finish_shop(scope: PersonScope, given: FinishShop) -> ShopView:
    """Trade what the shop sent the browser back with for a token, and keep the shop.

    Raises:
        OAuthNotSetUp, OAuthRefused, OAuthDenied, OAuthUnavailable, PermissionMissing, ShopNameTaken
    """
    secret, domain = scope.platform.settings.oauth.shopify.client_secret, given.query.get("shop", "")
    if secret is None:
        raise OAuthNotSetUp(provider=KEY)
    if not is_theirs(given.query, secret):
        raise OAuthRefused(note="not signed by Shopify")
    app = _app(scope.platform, domain)
    attempt = await finish_attempt(scope, app, given.query)
    wanted = msgspec.convert(attempt.details, AuthorizeShop)
    if wanted.domain != domain:
        raise OAuthRefused(note="of another shop")
    if not attempt.who.principal.may(Permission.SHOPS_MANAGE):
        raise PermissionMissing(permission=Permission.SHOPS_MANAGE)
    decide(attempt.who.tier, SHOPS).require(SHOPS)
    async with _client(scope.platform) as client:
        tokens = await trade(client, scope.platform, app, attempt)
    async with workspace_scope(scope.platform, attempt.workspace_id, attempt.who.principal) as inside:
        row = await _find_or_make(inside, wanted)
        row.oauth = True
        row.token = inside.platform.keyring.seal(
            tokens.access.reveal().encode(), token_at(inside.workspace_id, row.id)
        )
        seal_secret(inside, row, secret.reveal())
        row.trouble = None
        publish(inside, events.ShopGranted(subject_id=row.id))
        await workflows.start(inside, subscribe_shop, row.id)
        return view(row)


async def tell_address(run: Run) -> bool:
    """
    Returns:
        Whether the shop sends its orders to us now; where not, the shop says why.
    """
    async with run.scope() as scope:
        row = await get_shop_row(scope, run.subject_id)
        if row.token is None or row.domain is None:
            return False
        sealed, domain = row.token, row.domain
        opened = run.platform.keyring.open(sealed, token_at(scope.workspace_id, row.id))
        secret = run.platform.keyring.open(row.secret or b"", secret_at(scope.workspace_id, row.id))
    door = f"/webhooks/{ShopKind.SHOPIFY}/{run.subject_id}?key={door_key(secret.decode(), run.subject_id)}"
    address = run.platform.settings.server.public_url.rstrip("/") + door
    try:
        async with _client(run.platform) as client:
            app = _app(run.platform, domain)
            await _subscribe(Caller(client, app, domain, Secret(opened.decode())), address)
        trouble = None
    except (ShopifyFailed, OAuthNotSetUp) as error:
        refused = isinstance(error, ShopifyFailed) and error.status in (401, 403)
        trouble = ENDED if refused else UNREACHABLE
    await _note(run, sealed, trouble)
    return trouble is None


async def _subscribe(caller: Caller, address: str) -> None:
    """What is there already stays, so that a try that failed half-way is gone on with.

    Raises:
        ShopifyFailed
    """
    for pause_s in (*PAUSES_S, None):
        try:
            await subscribe(caller, address)
        except ShopifyFailed as error:
            if pause_s is None or not error.passing:
                raise
        else:
            return
        await asyncio.sleep(pause_s)


async def _note(run: Run, sealed: bytes, trouble: str | None) -> None:
    """Write what came of it, unless the shop has granted access anew meanwhile: that has a run of its own."""
    async with run.scope() as scope:
        row = await get_shop_row(scope, run.subject_id, for_update=True)
        if row.token != sealed:
            return
        row.trouble = trouble
        if trouble == ENDED:
            row.token = None
            publish(scope, events.ShopSignedOut(subject_id=row.id))


def _app(platform: Platform, domain: str) -> App:
    app = app_of(platform.settings.oauth.shopify, domain)
    if app is None:
        raise OAuthNotSetUp(provider=KEY)
    return app


def _client(platform: Platform) -> aiohttp.ClientSession:
    return open_session(allow_private=platform.settings.providers.allow_private_addresses)


async def _check_name(scope: WorkspaceScope, wanted: AuthorizeShop) -> None:
    named = await find_shop_named(scope, wanted.name)
    if named is not None and named.domain != wanted.domain:
        raise ShopNameTaken(name=wanted.name)


async def _find_or_make(scope: WorkspaceScope, wanted: AuthorizeShop) -> ShopRow:
    """The shop of this domain, whatever it is called; else a new one."""
    query = (
        shops(scope)
        .where(ShopRow.kind == ShopKind.SHOPIFY, ShopRow.domain == wanted.domain)
        .order_by(ShopRow.id)
        .limit(1)
        .with_for_update()
    )
    row = (await scope.session.execute(query)).scalar_one_or_none()
    if row is not None:
        return row
    await _check_name(scope, wanted)
    now = clock.now()
    row = ShopRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        kind=ShopKind.SHOPIFY,
        name=wanted.name,
        domain=wanted.domain,
        live=True,
        orders_from=now,
        created_at=now,
    )
    scope.session.add(row)
    await scope.session.flush()
    return row
