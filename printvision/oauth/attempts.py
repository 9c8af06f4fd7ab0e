"""To an authorization server and back: what a session began, only it can finish, once and within ten minutes.

The state names the session, the workspace and who was asked; only its hash is kept. Each server sends the browser back
to an address of its own, so that one server's answer is not taken for another's (RFC 9700, 4.4).
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import aiohttp
import structlog

from printvision.accounts import SignedIn, SignedOut, hash_of, new_token, sign_in_again
from printvision.oauth.declared import App, callback_address
from printvision.oauth.errors import BrowserNeeded, OAuthDenied, OAuthRefused, OAuthUnavailable
from printvision.oauth.models import AttemptRow
from printvision.oauth.tokens import TokenError, TokenRefused, Tokens, exchange
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.origin import origin_of
from printvision.platform.retention import Retention
from printvision.platform.runtime import Platform
from printvision.platform.scope import PersonScope, WorkspaceScope, system_scope
from printvision.platform.sealed import SealedAt

LASTS: Final = timedelta(minutes=10)

_USE: Final = """
DELETE FROM oauth_attempts WHERE state_hash = %(state_hash)s
RETURNING id, workspace_id, session_id, key, verifier, details, expires_at
"""
OLD_ATTEMPTS: Final = Retention(
    of="oauth_attempts",
    forget="""
DELETE FROM oauth_attempts WHERE id IN (
    SELECT id FROM oauth_attempts WHERE expires_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(0),
    every_s=600,
)

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was begun, and that the same session goes on with it.

    Args:
        who: they, as they are in the workspace now.
    """

    workspace_id: WorkspaceId
    who: SignedIn
    code: str
    verifier: str
    details: Mapping[str, Any]


async def begin_attempt(scope: WorkspaceScope, app: App, details: Mapping[str, Any]) -> str:
    """The address that the browser goes to.

    Raises:
        BrowserNeeded
    """
    if scope.session_id is None:
        raise BrowserNeeded
    state, verifier, now, attempt_id = new_token(), new_token().reveal(), clock.now(), new_id()
    sealed = scope.platform.keyring.seal(verifier.encode(), _sealed_at(scope.workspace_id, attempt_id))
    scope.session.add(
        AttemptRow(
            id=attempt_id,
            workspace_id=scope.workspace_id,
            session_id=scope.session_id,
            key=app.key,
            state_hash=hash_of(state.reveal()),
            verifier=sealed,
            details=dict(details),
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    await scope.session.flush()
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect = callback_address(scope.platform.settings, app.key)
    return app.authorize_address(redirect=redirect, state=state.reveal(), challenge=challenge)


async def finish_attempt(scope: PersonScope, app: App, query: Mapping[str, str]) -> Attempt:
    """Use the state up for good, whatever comes of it; no transaction is open afterwards.

    Args:
        query: what the server sent the browser back with.

    Raises:
        OAuthRefused, OAuthDenied
    """
    state = query.get("state")
    if not state or scope.session_id is None:
        raise _refused("no state, or no session")
    async with system_scope(scope.platform, "oauth") as using:
        rows = await run(using.session, _USE, {"state_hash": hash_of(state)})
        if not rows:
            raise _refused("no such state")
        attempt_id, workspace_id, session_id, key, sealed, details, expires_at = rows[0]
    if (session_id, key) != (scope.session_id, app.key) or expires_at <= clock.now():
        raise _refused("of another session or provider, or too old")
    _check_issuer(app, query.get("iss"))
    if "error" in query or query.get("success") == "0":  # the second as Printful says it
        raise OAuthDenied
    code = query.get("code")
    if not code:
        raise _refused("no code")
    async with system_scope(scope.platform, "oauth", atomic=False) as asking:
        try:
            who = await sign_in_again(asking, scope.principal, WorkspaceId(workspace_id))
        except SignedOut:
            raise _refused("no member any more") from None
    verifier = scope.platform.keyring.open(sealed, _sealed_at(workspace_id, attempt_id)).decode()
    return Attempt(WorkspaceId(workspace_id), who, code, verifier, details)


async def trade(client: aiohttp.ClientSession, platform: Platform, app: App, attempt: Attempt) -> Tokens:
    """What the code is worth. No transaction is to be open meanwhile.

    Raises:
        OAuthRefused, OAuthUnavailable
    """
    redirect = callback_address(platform.settings, app.key)
    try:
        return await exchange(client, app, code=attempt.code, redirect=redirect, verifier=attempt.verifier)
    except TokenRefused as error:
        raise OAuthRefused(note=str(error)) from None
    except TokenError as error:
        raise OAuthUnavailable(note=str(error)) from None


def _check_issuer(app: App, given: str | None) -> None:
    """RFC 9207: whoever says who they are must be who was asked; and where they always say it, silence is wrong too."""
    known = app.declared.issuer
    expected = known or origin_of(app.at(app.declared.authorize_url))
    if given is None and known is None:
        return
    if given is None or given.rstrip("/") != expected.rstrip("/"):
        raise _refused("the answer is of another issuer")


def _sealed_at(workspace_id: UUID, attempt_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "oauth_attempts", "verifier", attempt_id)


def _refused(reason: str) -> OAuthRefused:
    _log.warning("oauth refused", reason=reason)
    return OAuthRefused()
