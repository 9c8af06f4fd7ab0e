"""Those who run the installation, and what they do about people: who is one of them, and who may not sign in.

Somebody is always left who can make others operators: whoever changes that locks all of these first, so that of two who
lower each other one is told that they are the last.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from printvision.accounts.errors import SoleOperator
from printvision.accounts.models import PersonRow
from printvision.accounts.operator_schemas import ListPeople
from printvision.accounts.people import get_person
from printvision.accounts.permissions import Permission
from printvision.accounts.roles import OperatorRole
from printvision.accounts.schemas import PersonView
from printvision.accounts.sessions import end_sessions
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import PersonScope, SystemScope

_LOCK: Final = """
SELECT id FROM people WHERE operator_role = 'operator' AND disabled_at IS NULL ORDER BY id FOR UPDATE
"""
_SET_ROLE: Final = "UPDATE people SET operator_role = %(role)s WHERE id = %(id)s"
_DISABLE: Final = "UPDATE people SET disabled_at = coalesce(disabled_at, %(now)s) WHERE id = %(id)s"
_ENABLE: Final = "UPDATE people SET disabled_at = NULL WHERE id = %(id)s"
_FORGET_LINKS: Final = "DELETE FROM links WHERE person_id = %(id)s"


async def list_people(scope: PersonScope, page: ListPeople) -> Page[PersonView]:
    """Everybody who has an account, the last made first."""
    scope.require(Permission.OPERATORS_READ)
    statement = select(PersonRow)
    if page.operators:
        statement = statement.where(PersonRow.operator_role.is_not(None))
    rows, next_cursor = await fetch_page(scope, statement, PersonRow.id, page)
    return Page([_view(row) for row in rows], next_cursor)


async def change_operator_role(
    scope: PersonScope, person_id: PersonId, role: OperatorRole | None
) -> PersonView:
    """Have somebody be an operator, be another kind of one, or be none.

    Raises:
        NotFound
        SoleOperator: nobody else could make operators.
    """
    scope.require(Permission.OPERATORS_MANAGE)
    if role is not OperatorRole.OPERATOR:
        await require_other_operator(scope, person_id)
    await run(scope.session, _SET_ROLE, {"id": person_id, "role": role})
    return await get_person(scope, person_id)


async def disable_person(scope: PersonScope, person_id: PersonId) -> PersonView:
    """Have somebody sign in no more: their sessions end, and their links do nothing; they stay a member where they are.

    Raises:
        NotFound, SoleOperator
    """
    scope.require(Permission.OPERATORS_MANAGE)
    await require_other_operator(scope, person_id)
    await run(scope.session, _DISABLE, {"id": person_id, "now": clock.now()})
    await run(scope.session, _FORGET_LINKS, {"id": person_id})
    await end_sessions(scope, person_id)
    return await get_person(scope, person_id)


async def enable_person(scope: PersonScope, person_id: PersonId) -> PersonView:
    """Let somebody sign in again.

    Raises:
        NotFound
    """
    scope.require(Permission.OPERATORS_MANAGE)
    await run(scope.session, _ENABLE, {"id": person_id})
    return await get_person(scope, person_id)


async def require_other_operator(scope: SystemScope, person_id: PersonId) -> None:
    """
    Raises:
        SoleOperator: nobody could make operators, were it not for them.
    """
    if [row[0] for row in await run(scope.session, _LOCK)] == [person_id]:
        raise SoleOperator


def _view(row: PersonRow) -> PersonView:
    return PersonView(
        id=PersonId(row.id),
        email=row.email,
        name=row.name,
        email_verified_at=row.email_verified_at,
        operator_role=OperatorRole(row.operator_role) if row.operator_role else None,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
    )
