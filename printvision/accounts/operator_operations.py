"""`/api/v1/operators/people`: what those who run the installation do about people."""

from __future__ import annotations

from printvision.accounts import operators
from printvision.accounts.features import ACCESS
from printvision.accounts.operator_schemas import ChangeOperatorRole, ListPeople, OnePerson
from printvision.accounts.permissions import Permission
from printvision.accounts.schemas import PersonView
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import PersonScope


@operation(
    "operators.list_people",
    title="List everybody who has an account",
    feature=ACCESS,
    permission=Permission.OPERATORS_READ,
    rest=Rest("GET", "/operators/people"),
)
async def list_people(scope: PersonScope, input: ListPeople) -> Page[PersonView]:
    """For operators: the last made first."""
    return await operators.list_people(scope, input)


@operation(
    "operators.change_role",
    title="Make somebody an operator or none",
    feature=ACCESS,
    permission=Permission.OPERATORS_MANAGE,
    rest=Rest("PUT", "/operators/people/{person_id}/role"),
    idempotent=True,
    audit=True,
    step_up=True,
)
async def change_role(scope: PersonScope, input: ChangeOperatorRole) -> PersonView:
    """For operators: `operator` may do what you may, `support` sees to workspaces only, null is none.

    Raises:
        SoleOperator
    """
    return await operators.change_operator_role(scope, input.person_id, input.role)


@operation(
    "operators.disable_person",
    title="Have somebody sign in no more",
    feature=ACCESS,
    permission=Permission.OPERATORS_MANAGE,
    rest=Rest("POST", "/operators/people/{person_id}/disable"),
    idempotent=True,
    audit=True,
    step_up=True,
)
async def disable(scope: PersonScope, input: OnePerson) -> PersonView:
    """For operators: all their sessions end, and their links do nothing any more.

    Raises:
        SoleOperator
    """
    return await operators.disable_person(scope, input.person_id)


@operation(
    "operators.enable_person",
    title="Let somebody sign in again",
    feature=ACCESS,
    permission=Permission.OPERATORS_MANAGE,
    rest=Rest("POST", "/operators/people/{person_id}/enable"),
    idempotent=True,
    audit=True,
    step_up=True,
)
async def enable(scope: PersonScope, input: OnePerson) -> PersonView:
    """For operators: what ended stays so; they sign in anew."""
    return await operators.enable_person(scope, input.person_id)
