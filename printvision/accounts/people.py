"""People: who can sign in, and in which workspaces they are members."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, LiteralString

import msgspec

from printvision.accounts.errors import EmailTaken
from printvision.accounts.inside import INSIDE
from printvision.accounts.models import MemberRow, PersonRow
from printvision.accounts.roles import OperatorRole, Role
from printvision.accounts.schemas import Membership, PersonView
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import InvalidInput, NotFound
from printvision.platform.features import Tier
from printvision.platform.ids import PersonId, WorkspaceId, new_id
from printvision.platform.scope import SystemScope

_TOLD: Final[LiteralString] = (
    "SELECT id, email, name, email_verified_at, operator_role, disabled_at, created_at FROM people"
)
# Whether mail arrives there is found out by sending some; this refuses what no mail server would take.
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.?[^\s@.<>]+")
_OWNERS: Final[LiteralString] = f"""
{_TOLD} WHERE id IN (SELECT person_id FROM members WHERE workspace_id = %(workspace_id)s AND role = 'owner')
AND disabled_at IS NULL ORDER BY created_at, id LIMIT 20
"""  # noqa: S608 - of our own words
_OWN: Final = """
INSERT INTO members (workspace_id, person_id, role, created_at)
SELECT w.id, %(person_id)s, 'owner', %(now)s FROM workspaces w
WHERE NOT EXISTS (SELECT FROM members m WHERE m.workspace_id = w.id AND m.role = 'owner')
ON CONFLICT (workspace_id, person_id) DO UPDATE SET role = 'owner', custom_role_id = NULL
"""
_TAKEN: Final = "SELECT id FROM people WHERE email = %(email)s"
_INSIDE_OF: Final[LiteralString] = f"""
SELECT w.id, w.slug, w.name, w.tier, m.role, m.entered_until FROM {INSIDE}
WHERE m.person_id = %(person_id)s ORDER BY w.name, w.id
"""  # noqa: S608 - of our own words


def fold_email(address: str) -> str:
    """An address as it is stored and compared: hosts do not tell cases apart, and next to no mailbox does."""
    return address.strip().lower()


async def create_person(
    scope: SystemScope,
    email: str,
    name: str,
    *,
    verified: bool = False,
    operator_role: OperatorRole | None = None,
) -> PersonId:
    """Make somebody who has no way in yet.

    Args:
        verified: whether it is known that they read the mail of `email`.

    Raises:
        InvalidInput: that is no address, or the name is empty or longer than 100 characters.
        EmailTaken: somebody else has that address.
    """
    address, now = fold_email(email), clock.now()
    _check_new(address, name)
    if await run(scope.session, _TAKEN, {"email": address}):
        raise EmailTaken
    person_id = PersonId(new_id())
    scope.session.add(
        PersonRow(
            id=person_id,
            email=address,
            email_verified_at=now if verified else None,
            name=name,
            operator_role=operator_role,
            created_at=now,
        )
    )
    await scope.session.flush()
    return person_id


async def add_member(scope: SystemScope, workspace_id: WorkspaceId, person_id: PersonId, role: Role) -> None:
    """Make a person a member, who was none."""
    scope.session.add(
        MemberRow(workspace_id=workspace_id, person_id=person_id, role=role, created_at=clock.now())
    )
    await scope.session.flush()


async def own_the_unowned(scope: SystemScope, person_id: PersonId) -> None:
    """Make a person the owner of each workspace that has none."""
    await run(scope.session, _OWN, {"person_id": person_id, "now": clock.now()})


async def get_person(scope: SystemScope, person_id: PersonId) -> PersonView:
    """
    Raises:
        NotFound
    """
    rows = await run(scope.session, _TOLD + " WHERE id = %(id)s", {"id": person_id})
    if not rows:
        raise NotFound(kind="person", id=str(person_id))
    return _view(rows[0])


async def find_person(scope: SystemScope, email: str) -> PersonView | None:
    """Who has an address, verified or not."""
    rows = await run(scope.session, _TOLD + " WHERE email = %(email)s", {"email": fold_email(email)})
    return _view(rows[0]) if rows else None


async def find_owners(scope: SystemScope, workspace_id: WorkspaceId) -> list[PersonView]:
    """Who owns a workspace, at most 20, the first of them first."""
    rows = await run(scope.session, _OWNERS, {"workspace_id": workspace_id})
    return [_view(row) for row in rows]


async def memberships_of(scope: SystemScope, person_id: PersonId) -> list[Membership]:
    """The workspaces a person is a member of, and those that they entered, by name."""
    rows = await run(scope.session, _INSIDE_OF, {"person_id": person_id, "now": clock.now()})
    return [
        Membership(
            id=WorkspaceId(one), slug=slug, name=name, tier=Tier(tier), role=Role(role), entered_until=until
        )
        for one, slug, name, tier, role, until in rows
    ]


def _check_new(address: str, name: str) -> None:
    errors: list[dict[str, str]] = []
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        errors.append({"path": "email", "message": "Expected an e-mail address"})
    if not 1 <= len(name.strip()) <= 100:
        errors.append({"path": "name", "message": "Expected 1 to 100 characters"})
    if errors:
        raise InvalidInput(errors=errors)


def _view(row: Sequence[object]) -> PersonView:
    return msgspec.convert(
        dict(zip(PersonView.__struct_fields__, row, strict=True)), PersonView, strict=False
    )
