"""`/api/v1/session`: signed in with a browser, told who it is, signed out.

These three are no operations: they deal in the caller's cookie, which an operation never sees. So they are asked by
REST alone, never in a batch of tRPC. In the document they stand with the others.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

import msgspec
import structlog
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from printvision.accounts import SignedIn, sign_out
from printvision.accounts import sign_in as use_link
from printvision.accounts.sessions import SESSION_LASTS
from printvision.api.cookies import Cookies, cookies_for
from printvision.api.edge import ANSWER_FIELDS
from printvision.api.errors import CrossSite, TookTooLong
from printvision.api.execution import AnyOperation, Caller, sign_in
from printvision.api.fields import put_rate_limits
from printvision.api.input import read_input
from printvision.api.rest import BASE, CALL_LIMIT_S, AnyRequest, answer, caller_of, read_request
from printvision.api.spending import digest_of
from printvision.entitlements import Feature, Tier
from printvision.platform.operations import Operation, Rest
from printvision.platform.rates import Bucket, Policy, rates_of
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, Principal, SystemScope, system_scope
from printvision.platform.settings import ServerSettings
from printvision.workspaces import WorkspaceName, get_workspace_name

log = structlog.get_logger(__name__)

SIGN_IN: Final = Feature("access", title="Sign in with a browser", lowest_tier=Tier.FREE)
ATTEMPTS_A_MINUTE: Final = 20  # from one address
# Not "cookies": that empties the jar of the whole registrable domain, with other programs' cookies in it.
CLEAR: Final = b'"cache", "storage"'


class OpenSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in a sign-in link."""

    token: Secret


class NothingToSay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cookie says it."""


class PrincipalView(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts; `name` is for people."""

    id: str
    actor: Actor
    name: str

    @classmethod
    def of(cls, principal: Principal) -> PrincipalView:
        name = "API key" if principal.actor is Actor.KEY else principal.id
        return cls(id=principal.id, actor=principal.actor, name=name)


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and to which workspace."""

    workspace: WorkspaceName
    principal: PrincipalView
    tier: Tier


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of the three: whose it is, and the header fields that its answer will have."""

    platform: Platform
    caller: Caller
    cookies: Cookies
    from_our_page: bool
    fields: list[tuple[bytes, bytes]]


async def open_session(visit: Visit, input: OpenSession) -> SessionView:
    """Sign in with the token of a link, which works once; the answer sets a cookie.

    Raises:
        BadLink, CrossSite, InsecureAddress
    """
    visit.cookies.require_allowed()
    if not visit.from_our_page:
        raise CrossSite  # else another site could sign somebody in to a workspace of its own
    ticket = visit.caller.ticket
    async with system_scope(visit.platform, "sign-in") as scope:
        made = await use_link(scope, input.token.reveal(), instead_of=ticket.token if ticket else None)
        view = await _view(scope, made.who)
    lasts_s = int(SESSION_LASTS.total_seconds())
    visit.fields.append((b"set-cookie", visit.cookies.keep(made.token.reveal(), seconds=lasts_s)))
    log.info("session.opened", session_id=str(made.who.session_id), workspace_id=str(made.who.workspace_id))
    return view


async def get_session(visit: Visit, input: NothingToSay) -> SessionView:
    """Who is signed in.

    Raises:
        KeyMissing, BadKey, SignedOut, CrossSite
    """
    who = await sign_in(visit.platform, visit.caller)
    async with system_scope(visit.platform, "session", atomic=False) as scope:
        return await _view(scope, who)


async def close_session(visit: Visit, input: NothingToSay) -> None:
    """Sign out. Where nobody was signed in nothing happens.

    Raises:
        CrossSite
    """
    ticket = visit.caller.ticket
    if ticket is None:
        return
    ticket.require_same_origin()
    async with system_scope(visit.platform, "sign-out", atomic=False) as scope:
        if await sign_out(scope, ticket.token):
            log.info("session.closed")
    visit.fields.append((b"set-cookie", visit.cookies.forget()))
    visit.fields.append((b"clear-site-data", CLEAR))


async def _view(scope: SystemScope, who: SignedIn) -> SessionView:
    name = await get_workspace_name(scope, who.workspace_id)
    return SessionView(workspace=name, principal=PrincipalView.of(who.principal), tier=who.tier)


# -- served ------------------------------------------------------------------------------------------------------------


def _call(key: str, title: str, rest: Rest, run: Callable[..., Any]) -> AnyOperation:
    hints = get_type_hints(run)
    return Operation(
        key=key,
        title=title,
        description=inspect.getdoc(run) or "",
        feature=SIGN_IN,
        permission=None,
        rest=rest,
        input=hints["input"],
        output=hints["return"],
        run=run,
        public=True,
    )


OPEN: Final = _call("session.open", "Sign in", Rest("POST", "/session"), open_session)
GET: Final = _call("session.get", "Tell who is signed in", Rest("GET", "/session"), get_session)
CLOSE: Final = _call("session.close", "Sign out", Rest("DELETE", "/session", 204), close_session)
SESSION_CALLS: Final[Sequence[AnyOperation]] = (OPEN, GET, CLOSE)


def session_routes(server: ServerSettings) -> list[HTTPRouteHandler]:
    """A handler of each."""
    return [
        HTTPRouteHandler(
            BASE + call.rest.path,
            http_method=call.rest.method,
            status_code=200,  # each response carries its own
            name=call.key,
            request_max_body_size=server.max_body_bytes,
            include_in_schema=False,
        )(_handler(call, server))
        for call in SESSION_CALLS
    ]


def _handler(
    call: AnyOperation, server: ServerSettings
) -> Callable[[AnyRequest], Awaitable[Response[bytes | None]]]:
    cookies = cookies_for(server.public_url)

    async def handle(request: AnyRequest) -> Response[bytes | None]:
        visit = Visit(
            request.app.state.platform,
            caller_of(request),
            cookies,
            cookies.is_same_origin(request.headers),
            request.scope["state"][ANSWER_FIELDS],
        )
        limit = asyncio.timeout(CALL_LIMIT_S)
        try:
            async with limit:
                await _spend(visit, call)
                given = await read_request(request, call.rest, server.max_body_bytes)
                output = await call.run(visit, read_input(call.input, given))
        except TimeoutError:
            if not limit.expired():
                raise
            raise TookTooLong(limit_s=CALL_LIMIT_S) from None
        return answer(request, call.rest, output, visit.fields)

    return handle


async def _spend(visit: Visit, call: AnyOperation) -> None:
    """Tokens are tried against a budget of the address alone, whatever else the caller presents."""
    if call is not OPEN:
        spending = visit.caller.spending(
            visit.platform, lambda budgets: put_rate_limits(visit.fields, budgets)
        )
        await spending.enter(1)
        return
    bucket = Bucket(Policy.ADDRESS, f"sign-in:{digest_of(visit.caller.address)}", ATTEMPTS_A_MINUTE)
    budget = await rates_of(visit.platform).spend(bucket)
    put_rate_limits(visit.fields, [budget])
    budget.require()
