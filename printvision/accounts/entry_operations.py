"""`/api/v1/consents`, `/api/v1/entries` and `/api/v1/operators/entries`: operators in a workspace."""

from __future__ import annotations

from printvision.accounts import entries
from printvision.accounts.entry_schemas import (
    ConsentView,
    EnterWorkspace,
    EntryView,
    GiveConsent,
    ListConsents,
    ListEntries,
    OneConsent,
    OneEntry,
)
from printvision.accounts.features import ACCESS
from printvision.accounts.permissions import Permission
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import PersonScope, WorkspaceScope


@operation(
    "consents.give",
    title="Let operators in for a while",
    feature=ACCESS,
    permission=Permission.WORKSPACE_OWN,
    rest=Rest("POST", "/consents", status=201),
    audit=True,
    step_up=True,
)
async def give(scope: WorkspaceScope, input: GiveConsent) -> ConsentView:
    """They can help with orders, products and artwork; credentials, keys and members stay closed to them."""
    return await entries.give_consent(scope, input.hours)


@operation(
    "consents.list",
    title="List when operators were let in",
    feature=ACCESS,
    permission=Permission.WORKSPACE_OWN,
    rest=Rest("GET", "/consents"),
)
async def list_consents(scope: WorkspaceScope, input: ListConsents) -> Page[ConsentView]:
    """The last given first; those that are over too."""
    return await entries.list_consents(scope, input)


@operation(
    "consents.revoke",
    title="Let operators in no more",
    feature=ACCESS,
    permission=Permission.WORKSPACE_OWN,
    rest=Rest("DELETE", "/consents/{consent_id}", status=204),
    audit=True,
)
async def revoke(scope: WorkspaceScope, input: OneConsent) -> None:
    """Whoever is in by this consent is out, and their open pages end within a second."""
    await entries.revoke_consent(scope, input.consent_id)


@operation(
    "entries.list",
    title="List which operators were in the workspace",
    feature=ACCESS,
    permission=Permission.WORKSPACE_READ,
    rest=Rest("GET", "/entries"),
)
async def list_entries(scope: WorkspaceScope, input: ListEntries) -> Page[EntryView]:
    """Who, why and until when, by consent or without, the last first."""
    return await entries.list_entries(scope, input)


@operation(
    "operators.enter",
    title="Enter a workspace",
    feature=ACCESS,
    permission=Permission.OPERATORS_ENTER,
    rest=Rest("POST", "/operators/workspaces/{workspace_id}/enter", status=201),
    audit=True,
    step_up=True,
)
async def enter(scope: PersonScope, input: EnterWorkspace) -> EntryView:
    """For operators: by its consent, or by breaking the glass, which only looks and is told to its owners at once.

    Raises:
        NoConsent, AlreadyMember
    """
    return await entries.enter(scope, input)


@operation(
    "operators.leave",
    title="Leave a workspace that you entered",
    feature=ACCESS,
    permission=Permission.OPERATORS_ENTER,
    rest=Rest("DELETE", "/operators/entries/{entry_id}", status=204),
    audit=True,
)
async def leave(scope: PersonScope, input: OneEntry) -> None:
    """For operators: your open pages there end within a second."""
    await entries.leave(scope, input.entry_id)


@operation(
    "operators.list_entries",
    title="List which operators were in which workspace",
    feature=ACCESS,
    permission=Permission.OPERATORS_READ,
    rest=Rest("GET", "/operators/entries"),
)
async def list_all(scope: PersonScope, input: ListEntries) -> Page[EntryView]:
    """For operators: of all of them, the last first."""
    return await entries.list_all_entries(scope, input)
