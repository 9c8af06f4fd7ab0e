"""`/api/v1/session`: signed in with a browser, told who it is, signed out."""

from __future__ import annotations

from printvision.accounts.features import ACCESS
from printvision.accounts.links import use_link
from printvision.accounts.people import get_person, memberships_of
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Proof, Purpose
from printvision.accounts.schemas import EndSession, Myself, NothingToSay, OpenSession, OpenSessions, SignIn
from printvision.accounts.sessions import (
    begin_session,
    end_session,
    end_session_of,
    end_sessions,
    list_sessions,
)
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import PersonScope, VisitScope
from printvision.platform.visits import Jar


@operation(
    "session.open",
    title="Sign in by a link",
    feature=ACCESS,
    rest=Rest("POST", "/session"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def open_session(scope: VisitScope, input: OpenSession) -> SignIn:
    """Sign in with the token of a link, which works once; the answer sets a cookie.

    Raises:
        BadLink, CrossSite, InsecureAddress
    """
    link = await use_link(scope, Purpose.SIGN_IN, input.token.reveal())
    assert link.person_id is not None, "a sign-in link is of a person"
    await begin_session(scope, scope.visit, link.person_id, [Proof.LINK])
    return SignIn(signed_in=True)


@operation(
    "session.get",
    title="Tell who is signed in",
    feature=ACCESS,
    permission=Permission.ACCOUNT_READ,
    rest=Rest("GET", "/session"),
    rest_only=True,
)
async def get_session(scope: PersonScope, input: NothingToSay) -> Myself:
    """Who is signed in with this browser, and which workspaces are theirs."""
    person = await get_person(scope, scope.person_id)
    return Myself(
        id=person.id,
        name=person.name,
        email=person.email,
        operator_role=person.operator_role,
        workspaces=await memberships_of(scope, person.id),
    )


@operation(
    "session.close",
    title="Sign out",
    feature=ACCESS,
    rest=Rest("DELETE", "/session", 204),
    public=True,
    rest_only=True,
    idempotent=True,
    audit=True,
)
async def close_session(scope: VisitScope, input: NothingToSay) -> None:
    """Sign out. Where nobody was signed in nothing happens.

    Raises:
        CrossSite
    """
    if scope.visit.token is not None:
        await end_session(scope, scope.visit.token.reveal())
        scope.visit.forget(Jar.SESSION)


@operation(
    "sessions.list",
    title="List where you are signed in",
    feature=ACCESS,
    permission=Permission.ACCOUNT_READ,
    rest=Rest("GET", "/account/sessions"),
)
async def list_open(scope: PersonScope, input: NothingToSay) -> OpenSessions:
    """Your browsers that are signed in, the last used first."""
    return OpenSessions(items=await list_sessions(scope, scope.person_id, scope.session_id))


@operation(
    "sessions.end",
    title="Sign one of your browsers out",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/sessions/{session_id}", 204),
    audit=True,
)
async def end_one(scope: PersonScope, input: EndSession) -> None:
    """End a session of yours; its live pages end within a second.

    Raises:
        NotFound
    """
    await end_session_of(scope, scope.person_id, input.session_id)


@operation(
    "sessions.end_others",
    title="Sign all your other browsers out",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("DELETE", "/account/sessions", 204),
    idempotent=True,
    audit=True,
)
async def end_others(scope: PersonScope, input: NothingToSay) -> None:
    """End all your sessions but this one."""
    await end_sessions(scope, scope.person_id, but=scope.session_id)
