"""From the sign-in page to an issuer and back.

What a browser began, only it can finish: `state` works once and names the browser by the hash of a token that it alone
keeps, in a cookie. The nonce and PKCE's verifier are made of both, so what is stored is of no use to a reader.

Whoever is not connected yet is known by nothing but an e-mail address, and only where the issuer says that it was
verified. Where an account has that address the issuer's word alone does not open it: a link goes to the address, and
opened in the browser that began it connects the two. Nobody's account is thus taken over by an issuer that is careless
with addresses, nor by a letter that somebody opened by mistake.

No transaction is open while an issuer is called.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

import structlog

from printvision.accounts.entering import address_of
from printvision.accounts.errors import BadLink, SignUpClosed
from printvision.accounts.factors.signing_in import go_on
from printvision.accounts.links import create_link, hash_of, new_token, use_link
from printvision.accounts.openid.errors import AddressUnproved, IssuerUnknown, OpenIdRefused
from printvision.accounts.openid.issuer import CodeRefused, Issuer, Metadata
from printvision.accounts.openid.schemas import FinishOpenId, OpenIdSignIn
from printvision.accounts.openid.tokens import BadToken, kid_of, read_token
from printvision.accounts.people import create_person, find_person, fold_email, get_person
from printvision.accounts.proofs import Proof, Purpose
from printvision.mail import Letter, send
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import VisitScope, system_scope
from printvision.platform.visits import Jar

CALLBACK_PAGE: Final = "/sign-in/openid"
ATTEMPT_LASTS: Final = timedelta(minutes=10)
CONNECTING_LASTS: Final = timedelta(hours=1)

_FIND: Final = """
SELECT p.id FROM identities i JOIN people p ON p.id = i.person_id AND p.disabled_at IS NULL
WHERE i.issuer = %(issuer)s AND i.subject = %(subject)s
"""
_KNOWN: Final = "SELECT person_id FROM identities WHERE issuer = %(issuer)s AND subject = %(subject)s"
_CONNECT: Final = """
INSERT INTO identities (issuer, subject, person_id, created_at)
VALUES (%(issuer)s, %(subject)s, %(person_id)s, %(now)s)
ON CONFLICT DO NOTHING RETURNING person_id
"""
_IS_INVITED: Final = """
SELECT id FROM links WHERE purpose = 'invite' AND email = %(email)s AND expires_at > %(now)s LIMIT 1
"""

_log: Final = structlog.get_logger(__name__)


class Somebody(NamedTuple):
    """Who an issuer says it is; `email` only where it says that it was verified."""

    issuer: str
    subject: str
    email: str | None
    name: str


class _Began(NamedTuple):
    issuer: Issuer
    next: str
    browser: str


class Issuers:
    """The issuers of the settings; one of these a process, for what they publish is kept."""

    def __init__(self, platform: Platform) -> None:
        self.all = {each.name: Issuer(each) for each in platform.settings.accounts.issuers}

    @classmethod
    def of(cls, platform: Platform) -> Issuers:
        found = platform.extras.setdefault(cls, cls(platform))
        assert isinstance(found, cls)
        return found


async def begin(scope: VisitScope, name: str, then: str) -> str:
    """The issuer's address that the browser goes to, after the answer had it keep a token.

    Raises:
        IssuerUnknown, IssuerUnavailable, CrossSite, InsecureAddress
    """
    scope.visit.require_our_page()
    issuer = Issuers.of(scope.platform).all.get(name)
    if issuer is None:
        raise IssuerUnknown
    metadata = await issuer.metadata()
    browser = new_token()
    scope.visit.keep(Jar.OPENID, browser, CONNECTING_LASTS)
    details = {"issuer": name, "browser": hash_of(browser.reveal()).hex(), "next": own_page(then)}
    link = await create_link(scope, Purpose.OPENID, lasts=ATTEMPT_LASTS, details=details)
    return _address(scope.platform, issuer, metadata, link.token.reveal(), browser.reveal())


async def finish(scope: VisitScope, given: FinishOpenId) -> OpenIdSignIn:
    """
    Raises:
        OpenIdRefused, IssuerUnavailable, AddressUnproved, SignUpClosed, CrossSite, InsecureAddress
    """
    scope.visit.require_our_page()
    began = await _use_state(scope, given.state.reveal())
    if given.code is None or given.error is not None:
        raise _refused("the issuer said no")
    who = await _ask(scope.platform, began, given)
    person_id = await _find_person(scope, who)
    if person_id is None:
        person_id = await _let_in(scope, who, began)
    if person_id is None:
        return OpenIdSignIn(signed_in=False, mailed=True)
    got = await go_on(scope, person_id, Proof.OPENID)
    scope.visit.forget(Jar.OPENID)
    return OpenIdSignIn(signed_in=got.signed_in, second=list(got.second), next=began.next)


async def connect(scope: VisitScope, token: Secret) -> OpenIdSignIn:
    """Connect an account with whom an issuer knows, by the link that was mailed to its address, and sign in.

    Raises:
        BadLink: also in another browser than the one that began.
        CrossSite, InsecureAddress
    """
    scope.visit.require_our_page()
    link = await use_link(scope, Purpose.CONNECT_OPENID, token.reveal())
    if link.person_id is None or not _is_browser(scope, link.details["browser"]):
        raise BadLink
    person = await get_person(scope, link.person_id)
    if person.disabled_at is not None or person.email != link.details["email"]:
        raise BadLink
    who = Somebody(link.details["issuer"], link.details["subject"], person.email, person.name)
    if not await _connect(scope, who, link.person_id):
        raise BadLink
    got = await go_on(scope, link.person_id, Proof.OPENID)
    scope.visit.forget(Jar.OPENID)
    return OpenIdSignIn(signed_in=got.signed_in, second=list(got.second), next=link.details["next"])


def own_page(then: str) -> str:
    """A page of ours: what a browser would read as another site's address is the first page instead."""
    plain = then.isascii() and then.isprintable() and "\\" not in then
    try:
        parts = urlsplit(then)
    except ValueError:
        return "/"
    ours = then.startswith("/") and not then.startswith("//") and not parts.scheme and not parts.netloc
    return then if plain and ours else "/"


def _address(platform: Platform, issuer: Issuer, metadata: Metadata, state: str, browser: str) -> str:
    challenge = hashlib.sha256(_made_of("verifier", browser, state).encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": issuer.settings.client_id,
        "redirect_uri": callback_address(platform),
        "scope": "openid email profile",
        "state": state,
        "nonce": _made_of("nonce", browser, state),
        "code_challenge": _text(challenge),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return metadata.authorization_endpoint + joint + urlencode(asked)


def callback_address(platform: Platform) -> str:
    """What is registered at every issuer: the page that issuers send browsers back to."""
    return platform.settings.server.public_url.rstrip("/") + CALLBACK_PAGE


async def _use_state(scope: VisitScope, state: str) -> _Began:
    """Used up for good, whatever comes of it."""
    browser = scope.visit.presented.get(Jar.OPENID)
    try:
        async with system_scope(scope.platform, "openid") as using:
            link = await use_link(using, Purpose.OPENID, state)
    except BadLink:
        raise _refused("no such state") from None
    issuer = Issuers.of(scope.platform).all.get(link.details["issuer"])
    if browser is None or issuer is None or not _is_browser(scope, link.details["browser"]):
        raise _refused("begun in another browser")
    return _Began(issuer, link.details["next"], browser.reveal())


async def _ask(platform: Platform, began: _Began, given: FinishOpenId) -> Somebody:
    issuer, state = began.issuer, given.state.reveal()
    metadata = await issuer.metadata()
    # RFC 9207: an answer of another issuer than the one that was asked.
    if given.iss != metadata.issuer and (
        given.iss is not None or metadata.authorization_response_iss_parameter_supported
    ):
        raise _refused("the answer is of another issuer")
    assert given.code is not None
    verifier = _made_of("verifier", began.browser, state)
    try:
        tokens = await issuer.exchange(given.code.reveal(), verifier, callback_address(platform))
        claims = read_token(
            tokens.id_token,
            await issuer.keys(kid_of(tokens.id_token)),
            issuer=metadata.issuer,
            client_id=issuer.settings.client_id,
            nonce=_made_of("nonce", began.browser, state),
            access_token=tokens.access_token,
        )
    except CodeRefused:
        raise _refused("the issuer does not take the code") from None
    except BadToken as error:
        raise _refused(f"the token does not hold: {error}") from None
    if "email" not in claims:
        told = await issuer.userinfo(Secret(tokens.access_token))
        if told and told.get("sub") != claims["sub"]:
            raise _refused("userinfo is of somebody else")
        claims = told | claims
    return _somebody(metadata.issuer, claims)


def _somebody(issuer: str, claims: dict[str, Any]) -> Somebody:
    email, name = claims.get("email"), claims.get("name")
    verified = isinstance(email, str) and claims.get("email_verified") is True
    address = fold_email(email) if verified and isinstance(email, str) else None
    called = name.strip()[:100] if isinstance(name, str) else ""
    return Somebody(issuer, claims["sub"], address, called or (address or "").partition("@")[0][:100])


async def _find_person(scope: VisitScope, who: Somebody) -> PersonId | None:
    values = {"issuer": who.issuer, "subject": who.subject}
    if not await run(scope.session, _KNOWN, values):
        return None
    rows = await run(scope.session, _FIND, values)
    if not rows:
        raise _refused("the account is disabled")
    return PersonId(rows[0][0])


async def _let_in(scope: VisitScope, who: Somebody, began: _Began) -> PersonId | None:
    """Make an account, as far as the settings let; None where there is one, which was sent a link."""
    if who.email is None:
        raise AddressUnproved
    person = await find_person(scope, who.email)
    if person is not None:
        if person.disabled_at is not None:
            raise _refused("the account is disabled")
        details = {
            "issuer": who.issuer,
            "subject": who.subject,
            "email": person.email,
            "browser": hash_of(began.browser).hex(),
            "next": began.next,
        }
        link = await create_link(
            scope, Purpose.CONNECT_OPENID, lasts=CONNECTING_LASTS, person_id=person.id, details=details
        )
        where = address_of(scope.platform, Purpose.CONNECT_OPENID, link.token)
        title = began.issuer.settings.title
        words = f"Hello {person.name}, somebody signed in by {title} with your address."
        after = (
            f"If it was you, open the link in the same browser: from then on you can sign in by {title}. "
            "It works once, for an hour. If it was not you, nothing has to be done."
        )
        letter = Letter(
            person.email, f"Connect your account with {title}", [words, after], ("Connect the account", where)
        )
        await send(scope, letter)
        return None
    setting = scope.platform.settings.accounts.sign_up
    if setting == "closed":
        raise SignUpClosed
    values = {"email": who.email, "now": clock.now()}
    if setting == "invite" and not await run(scope.session, _IS_INVITED, values):
        raise SignUpClosed
    person_id = await create_person(scope, who.email, who.name, verified=True)
    if not await _connect(scope, who, person_id):
        raise _refused("connected meanwhile")
    return person_id


async def _connect(scope: VisitScope, who: Somebody, person_id: PersonId) -> bool:
    values = {"issuer": who.issuer, "subject": who.subject, "person_id": person_id, "now": clock.now()}
    return bool(await run(scope.session, _CONNECT, values))


def _is_browser(scope: VisitScope, hashed: str) -> bool:
    browser = scope.visit.presented.get(Jar.OPENID)
    return browser is not None and hmac.compare_digest(hash_of(browser.reveal()).hex(), hashed)


def _made_of(what: str, browser: str, state: str) -> str:
    return _text(hmac.digest(browser.encode(), f"{what}:{state}".encode(), "sha256"))


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refused(reason: str) -> OpenIdRefused:
    _log.warning("openid sign-in refused", reason=reason)
    return OpenIdRefused()
