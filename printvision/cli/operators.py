"""`printvision operators`: who runs the installation, and how the first of them comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions
from printvision.cli.sign_in import LINK_LASTS, link_address

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.accounts import NewLink
    from printvision.accounts.schemas import PersonView
    from printvision.platform.runtime import Platform
    from printvision.platform.scope import PersonScope

app = App(name="operators", help="Let the first people in, and see who runs this.")


@app.command
def invite(
    email: Annotated[str, Parameter(help="Their e-mail address.")],
    *,
    name: Annotated[str | None, Parameter(help="What they are called; without it, their address.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Make an operator, and print a link that signs them in once. A workspace that is nobody's becomes theirs."""
    asyncio.run(_invite(email, name or email, options))


@app.command(name="list")
def list_operators(*, options: WorkspaceOptions = MINE) -> None:
    """Who runs this installation, at most 200."""
    found = asyncio.run(_list(options))

    def show(console: Console) -> None:
        for each in found:
            out = "" if each.disabled_at is None else " (may not sign in)"
            console.print(f"{each.email}  {each.name}  {each.operator_role}{out}", soft_wrap=True)

    options.output().answer(found, show)


@app.command
def remove(
    email: Annotated[str, Parameter(help="Their e-mail address.")], /, *, options: WorkspaceOptions = MINE
) -> None:
    """Have somebody be an operator no more; they stay a member where they are. The last one stays."""
    person = asyncio.run(_remove(email, options))
    options.output().answer(person, lambda console: console.print(f"{person.email} is no operator any more."))


async def _list(options: WorkspaceOptions) -> list[PersonView]:
    from printvision.accounts import ListPeople, list_people

    async with _at_the_machine(options) as scope:
        return (await list_people(scope, ListPeople(operators=True, limit=200))).items


async def _remove(email: str, options: WorkspaceOptions) -> PersonView:
    from printvision.accounts import change_operator_role, find_person
    from printvision.platform.errors import NotFound

    async with _at_the_machine(options) as scope:
        person = await find_person(scope, email)
        if person is None or person.operator_role is None:
            raise NotFound(kind="operator", id=email)
        return await change_operator_role(scope, person.id, None)


@asynccontextmanager
async def _at_the_machine(options: WorkspaceOptions) -> AsyncGenerator[PersonScope]:
    from printvision.cli.door import open_installation, operator
    from printvision.platform.scope import PersonScope, system_scope
    from printvision.platform.visits import Visit

    purpose = "operators"
    async with open_installation(options.settings()) as platform, system_scope(platform, purpose) as scope:
        yield PersonScope(platform, purpose, scope.transaction, Visit(address=""), operator())


async def _invite(email: str, name: str, options: WorkspaceOptions) -> None:
    from printvision.cli.door import open_installation

    settings = options.settings()
    async with open_installation(settings) as platform:
        link = await make_operator(platform, email, name)
    address = link_address(settings.server.public_url, link)

    def show(console: Console) -> None:
        console.print(address, soft_wrap=True)
        console.print("It works once, for 15 minutes.", style="dim")

    options.output().answer({"url": address, "expires_at": link.expires_at}, show)


async def make_operator(platform: Platform, email: str, name: str) -> NewLink:
    """Somebody who runs the installation, and owns every workspace that had no owner; and their way in.

    Raises:
        EmailTaken, InvalidInput
    """
    from printvision.accounts import OperatorRole, Purpose, create_link, create_person, own_the_unowned
    from printvision.platform.scope import system_scope

    async with system_scope(platform, "operators invite") as scope:
        person_id = await create_person(
            scope, email, name, verified=True, operator_role=OperatorRole.OPERATOR
        )
        await own_the_unowned(scope, person_id)
        return await create_link(scope, Purpose.SIGN_IN, lasts=LINK_LASTS, person_id=person_id)
