"""`/api/v1/session/openid`: signing in by an issuer of OpenID Connect."""

from __future__ import annotations

from printvision.accounts.features import ACCESS
from printvision.accounts.openid import signing_in
from printvision.accounts.openid.schemas import (
    BeginOpenId,
    ConnectOpenId,
    FinishOpenId,
    Issuers,
    IssuerView,
    OpenIdBegun,
    OpenIdSignIn,
)
from printvision.accounts.schemas import NothingToSay
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import VisitScope


@operation(
    "session.list_issuers",
    title="List the issuers to sign in by",
    feature=ACCESS,
    rest=Rest("GET", "/session/openid"),
    public=True,
    rest_only=True,
)
async def list_issuers(scope: VisitScope, input: NothingToSay) -> Issuers:
    """Those that the operator set up; none where there is none."""
    issuers = scope.platform.settings.accounts.issuers
    return Issuers(items=[IssuerView(each.name, each.title) for each in issuers])


@operation(
    "session.begin_openid",
    title="Begin to sign in by an issuer",
    feature=ACCESS,
    rest=Rest("POST", "/session/openid/begin"),
    public=True,
    rest_only=True,
    audit=True,
)
async def begin_openid(scope: VisitScope, input: BeginOpenId) -> OpenIdBegun:
    """Send the browser to the address of the answer; it comes back to the page `/sign-in/openid`.

    Raises:
        IssuerUnknown, IssuerUnavailable, CrossSite, InsecureAddress
    """
    return OpenIdBegun(await signing_in.begin(scope, input.issuer, input.next))


@operation(
    "session.finish_openid",
    title="Finish signing in by an issuer",
    feature=ACCESS,
    rest=Rest("POST", "/session/openid/finish"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def finish_openid(scope: VisitScope, input: FinishOpenId) -> OpenIdSignIn:
    """With what the issuer sent the browser back with, in the browser that began.

    Raises:
        OpenIdRefused, IssuerUnavailable, AddressUnproved, SignUpClosed, CrossSite, InsecureAddress
    """
    return await signing_in.finish(scope, input)


@operation(
    "session.connect_openid",
    title="Connect your account with an issuer",
    feature=ACCESS,
    rest=Rest("POST", "/session/openid/connect"),
    public=True,
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def connect_openid(scope: VisitScope, input: ConnectOpenId) -> OpenIdSignIn:
    """By the link that was mailed to the account's address, in the browser that began; signs in.

    Raises:
        BadLink, CrossSite, InsecureAddress
    """
    return await signing_in.connect(scope, input.token)
