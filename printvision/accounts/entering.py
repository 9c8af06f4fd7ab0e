"""The ways in: with a password, after a forgotten one, and for the first time.

Nothing here tells whether somebody has an account: the same answer in the same time, and what differs goes by mail. No
transaction is open while a password is looked at, which takes long on purpose.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from printvision.accounts.errors import BadLink, SignUpClosed, WrongPassword
from printvision.accounts.factors import go_on
from printvision.accounts.joining import join
from printvision.accounts.links import LinkView, create_link, see_link, use_link, was_sent
from printvision.accounts.passwords import check_password, hash_password
from printvision.accounts.people import (
    create_person,
    find_person,
    fold_email,
    get_person,
)
from printvision.accounts.proofs import Proof, Purpose
from printvision.accounts.schemas import LinkShown, SignIn
from printvision.accounts.sessions import begin_session, end_sessions
from printvision.mail import Letter, send
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import SystemScope, VisitScope, system_scope

RESET_LASTS: Final = timedelta(hours=1)
SIGN_UP_LASTS: Final = timedelta(days=1)
AGAIN_AFTER: Final = timedelta(minutes=1)  # until then one letter to an address is enough
PAGES: Final = {
    Purpose.RESET_PASSWORD: "/reset",
    Purpose.SIGN_UP: "/welcome",
    Purpose.INVITE: "/invitation",
    Purpose.CHANGE_EMAIL: "/confirm",
    Purpose.SIGN_IN: "/sign-in",
    Purpose.CONNECT_OPENID: "/connect",
}

_FIND: Final = "SELECT id, password_hash FROM people WHERE email = %(email)s AND disabled_at IS NULL"
_KEEP: Final = """
UPDATE people SET password_hash = %(hash)s, password_changed_at = %(now)s WHERE id = %(id)s RETURNING id
"""
_KEEP_BETTER: Final = (
    "UPDATE people SET password_hash = %(better)s WHERE id = %(id)s AND password_hash = %(kept)s"
)
_UNCHANGED: Final = """
SELECT id FROM people WHERE id = %(id)s AND password_hash = %(kept)s AND disabled_at IS NULL FOR SHARE
"""


class _Known(NamedTuple):
    id: PersonId
    password_hash: str | None


def address_of(platform: Platform, purpose: Purpose, token: Secret) -> str:
    """The address of a link. What follows `#` stays in the browser: no server and no proxy logs it."""
    return f"{platform.settings.server.public_url.rstrip('/')}{PAGES[purpose]}#{token.reveal()}"


async def sign_in_by_password(scope: VisitScope, email: str, password: Secret) -> SignIn:
    """
    Raises:
        WrongPassword: it is not theirs, they have none, or there is nobody of that address.
        HashingBusy
    """
    known = await _find(scope.platform, email)
    same, better = await check_password(scope.platform, password, known.password_hash if known else None)
    if known is None or not same:
        raise WrongPassword
    if not await run(scope.session, _UNCHANGED, {"id": known.id, "kept": known.password_hash}):
        raise WrongPassword  # it was changed while we looked
    if better is not None:
        values = {"id": known.id, "better": better, "kept": known.password_hash}
        await run(scope.session, _KEEP_BETTER, values)
    return await go_on(scope, known.id, Proof.PASSWORD)


async def ask_for_reset(scope: VisitScope, email: str) -> None:
    """Send a link that sets a new password, to who has an account; nobody is told whether, nor by how long
    it takes. An address gets one a minute.
    """
    address, person = fold_email(email), await find_person(scope, email)
    known = person is not None and person.disabled_at is None
    if await was_sent(scope, Purpose.RESET_PASSWORD, address, AGAIN_AFTER):
        return
    link = await create_link(
        scope,
        Purpose.RESET_PASSWORD,
        lasts=RESET_LASTS,
        person_id=person.id if person and known else None,
        email=address,
    )
    hello = f"Hello {person.name if person else address}, somebody asked for a new password for your account."
    after = "The link works once, for an hour. If it was not you, nothing has to be done."
    where = address_of(scope.platform, Purpose.RESET_PASSWORD, link.token)
    letter = Letter(address, "Set a new password", [hello, after], ("Set a new password", where))
    await send(scope, letter, to_nobody=not known)


async def reset_password(scope: VisitScope, token: Secret, password: Secret) -> None:
    """Set a new password by a link; all sessions end, and whoever has second factors needs them as before.

    Raises:
        BadLink, WeakPassword, HashingBusy
    """
    person_id = (await _look(scope.platform, Purpose.RESET_PASSWORD, token)).person_id
    if person_id is None:
        raise BadLink  # which was mailed to nobody
    async with system_scope(scope.platform, "reset", atomic=False) as reading:
        person = await get_person(reading, person_id)
    made = await hash_password(scope.platform, password, about=(person.name, person.email))
    await use_link(scope, Purpose.RESET_PASSWORD, token.reveal())
    await keep_password(scope, person_id, made)
    await end_sessions(scope, person_id)


async def keep_password(scope: SystemScope, person_id: PersonId, made: str) -> None:
    """Have somebody sign in with another password from now on, and tell them by mail."""
    await run(scope.session, _KEEP, {"id": person_id, "hash": made, "now": clock.now()})
    person = await get_person(scope, person_id)
    words = f"Hello {person.name}, the password of your account was changed."
    after = "If it was not you, set a new one on the sign-in page now, and tell who runs this installation."
    await send(scope, Letter(person.email, "Your password was changed", [words, after]))


async def ask_to_sign_up(scope: VisitScope, email: str) -> None:
    """Send a link that makes an account, to whoever reads the mail of an address that has none; nobody is told whether.

    Raises:
        SignUpClosed
    """
    if scope.platform.settings.accounts.sign_up != "open":
        raise SignUpClosed
    address, person = fold_email(email), await find_person(scope, email)
    if await was_sent(scope, Purpose.SIGN_UP, address, AGAIN_AFTER):
        return
    # Also for who has an account, to whom it is not sent: what is done is the same.
    link = await create_link(scope, Purpose.SIGN_UP, lasts=SIGN_UP_LASTS, email=address)
    where = address_of(scope.platform, Purpose.SIGN_UP, link.token)
    if person is not None:
        words = "Somebody wanted to make an account with this address, which has one already."
        letter = Letter(address, "You have an account already", [words, "Sign in with it."])
    else:
        words = "Welcome. Your account is made once you open the link and choose a password."
        after = "The link works once, for a day. If it was not you, nothing has to be done."
        letter = Letter(address, "Make your account", [words, after], ("Make the account", where))
    await send(scope, letter)


async def show_link(scope: VisitScope, purpose: Purpose, token: Secret) -> LinkShown:
    """What a link would do, for the page that asks before it does it.

    Raises:
        BadLink
    """
    link = await see_link(scope, purpose, token.reveal())
    person = await get_person(scope, link.person_id) if link.person_id else None
    email = link.email or (person.email if person else None)
    known = bool(link.email) and await find_person(scope, link.email or "") is not None
    return LinkShown(purpose=purpose, email=email, has_account=known or person is not None)


async def enter_first(
    scope: VisitScope, token: Secret, purpose: Purpose, name: str, password: Secret
) -> SignIn:
    """Make the account that a sign-up or an invitation is for, and sign in to it.

    Raises:
        BadLink, WeakPassword, HashingBusy
        EmailTaken: that address has an account by now.
    """
    link = await _look(scope.platform, purpose, token)
    if link.email is None:
        raise BadLink
    made = await hash_password(scope.platform, password, about=(name, link.email))
    link = await use_link(scope, purpose, token.reveal())
    person_id = await create_person(scope, link.email or "", name, verified=True)
    await run(scope.session, _KEEP, {"id": person_id, "hash": made, "now": clock.now()})
    if purpose is Purpose.INVITE:
        await join(scope, link.details, person_id)
    await begin_session(scope, scope.visit, person_id, [Proof.PASSWORD])
    return SignIn(signed_in=True)


async def _find(platform: Platform, email: str) -> _Known | None:
    async with system_scope(platform, "password", atomic=False) as reading:
        rows = await run(reading.session, _FIND, {"email": fold_email(email)})
    return _Known(PersonId(rows[0][0]), rows[0][1]) if rows else None


async def _look(platform: Platform, purpose: Purpose, token: Secret) -> LinkView:
    async with system_scope(platform, "link", atomic=False) as reading:
        return await see_link(reading, purpose, token.reveal())
