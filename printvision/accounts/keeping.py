"""What people do about their own account."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from printvision.accounts.entering import address_of, keep_password
from printvision.accounts.errors import EmailTaken, SoleOwner, WrongPassword
from printvision.accounts.links import create_link, use_link
from printvision.accounts.operators import require_other_operator
from printvision.accounts.passwords import check_password, hash_password
from printvision.accounts.people import find_person, fold_email, get_person
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Purpose
from printvision.accounts.schemas import ChangePassword, PersonView
from printvision.accounts.sessions import end_sessions
from printvision.mail import Letter, send
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.redaction import Secret
from printvision.platform.scope import PersonScope, SystemScope, VisitScope, system_scope

CONFIRM_LASTS: Final = timedelta(days=1)

_KEPT: Final = "SELECT password_hash, name, email FROM people WHERE id = %(id)s"
_RENAME: Final = "UPDATE people SET name = %(name)s WHERE id = %(id)s"
_MOVE: Final = """
UPDATE people SET email = %(email)s, email_verified_at = %(now)s WHERE id = %(id)s AND email = %(before)s RETURNING id
"""
# Locked in one order, so that of two owners who leave at once one is told that they are the last.
_OWNED_ALONE: Final = """
SELECT w.slug FROM workspaces w JOIN members m ON m.workspace_id = w.id AND m.person_id = %(id)s AND m.role = 'owner'
WHERE NOT EXISTS (
  SELECT FROM members o WHERE o.workspace_id = w.id AND o.role = 'owner' AND o.person_id <> %(id)s
)
ORDER BY w.slug
"""
_LOCK: Final = """
SELECT id FROM workspaces WHERE id IN (SELECT workspace_id FROM members WHERE person_id = %(id)s AND role = 'owner')
ORDER BY id FOR UPDATE
"""
_DELETE: Final = "DELETE FROM people WHERE id = %(id)s"


async def change_password(scope: PersonScope, wanted: ChangePassword) -> None:
    """Change it; all other sessions end, and mail tells of it.

    Raises:
        WrongPassword, WeakPassword, HashingBusy
    """
    scope.require(Permission.ACCOUNT_MANAGE)
    async with system_scope(scope.platform, "password", atomic=False) as reading:
        [(kept, name, email)] = await run(reading.session, _KEPT, {"id": scope.person_id})
    if kept is not None:
        given = wanted.current or Secret("")
        if not (await check_password(scope.platform, given, kept))[0]:
            raise WrongPassword
    made = await hash_password(scope.platform, wanted.password, about=(name, email))
    await keep_password(scope, scope.person_id, made)
    await end_sessions(scope, scope.person_id, but=scope.session_id)


async def rename(scope: PersonScope, name: str) -> PersonView:
    """Be called otherwise."""
    scope.require(Permission.ACCOUNT_MANAGE)
    await run(scope.session, _RENAME, {"id": scope.person_id, "name": name.strip()})
    return await get_person(scope, scope.person_id)


async def ask_to_change_email(scope: PersonScope, email: str) -> None:
    """Send a link to the new address, which is theirs once they open it; whether somebody else has it is not told."""
    scope.require(Permission.ACCOUNT_MANAGE)
    person, address = await get_person(scope, scope.person_id), fold_email(email)
    if await find_person(scope, address) is not None:
        return
    link = await create_link(
        scope,
        Purpose.CHANGE_EMAIL,
        lasts=CONFIRM_LASTS,
        person_id=person.id,
        email=address,
        details={"before": person.email},
    )
    where = address_of(scope.platform, Purpose.CHANGE_EMAIL, link.token)
    words = f"Hello {person.name}, open the link to sign in with this address from now on."
    after = "It works once, for a day. If it was not you, nothing has to be done."
    await send(scope, Letter(address, "Confirm your new address", [words, after], ("Confirm it", where)))


async def change_email(scope: VisitScope, token: Secret) -> None:
    """Have an account go by the address that a link was sent to; the old address is told.

    Raises:
        BadLink
        EmailTaken: somebody else has it by now.
    """
    link = await use_link(scope, Purpose.CHANGE_EMAIL, token.reveal())
    assert link.person_id is not None, "it is of a person"
    assert link.email is not None, "and of an address"
    if await find_person(scope, link.email) is not None:
        raise EmailTaken
    before = link.details["before"]
    values = {"id": link.person_id, "email": link.email, "before": before, "now": clock.now()}
    if not await run(scope.session, _MOVE, values):
        raise EmailTaken  # it was moved elsewhere meanwhile
    words = "Your account goes by another e-mail address from now on."
    after = "If it was not you, tell who runs this installation at once."
    await send(scope, Letter(before, "Your address was changed", [words, after]))


async def delete_account(scope: PersonScope) -> None:
    """Delete it, with its sessions, factors and memberships; what it did in workspaces stays theirs.

    Raises:
        SoleOwner, SoleOperator
    """
    scope.require(Permission.ACCOUNT_MANAGE)
    await require_other_owners(scope, {"id": scope.person_id})
    await require_other_operator(scope, scope.person_id)
    person = await get_person(scope, scope.person_id)
    await run(scope.session, _DELETE, {"id": scope.person_id})
    words = f"Goodbye {person.name}, your account is deleted."
    await send(scope, Letter(person.email, "Your account is deleted", [words]))


async def require_other_owners(scope: SystemScope, whose: dict[str, object]) -> None:
    """
    Raises:
        SoleOwner: a workspace has no owner but this one.
    """
    await run(scope.session, _LOCK, whose)
    if alone := await run(scope.session, _OWNED_ALONE, whose):
        raise SoleOwner(workspaces=[row[0] for row in alone])
