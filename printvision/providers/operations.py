"""What the outside may ask of connections."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.oauth import Authorization
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import PersonScope, WorkspaceScope
from printvision.providers import queries, service
from printvision.providers.authorizing import begin_authorization, finish_authorization
from printvision.providers.features import CONNECTIONS
from printvision.providers.models import ConnectionRow
from printvision.providers.schemas import (
    AddConnection,
    AuthorizeConnection,
    CallList,
    ConnectionRef,
    ConnectionView,
    FinishAuthorization,
    ListCalls,
    ListConnections,
    UpdateConnection,
)
from printvision.providers.trying import ask_for_test
from printvision.providers.views import view


@operation(
    "connections.add",
    title="Connect a print provider",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_MANAGE,
    rest=Rest("POST", "/connections", status=201),
    audit=True,
    sensitive_input=True,
    drops=("connections",),
)
async def add(scope: WorkspaceScope, input: AddConnection) -> ConnectionView:
    """The credential is sealed, tried by a run of its own, and never shown again; `last_test` says what came of it.

    Raises:
        UnknownProvider, BadCredentials, AddressNotAllowed
    """
    added = await service.add_connection(scope, input)
    await ask_for_test(scope, added.id)
    return added


@operation(
    "connections.authorize",
    title="Connect a print provider by signing in there",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_MANAGE,
    rest=Rest("POST", "/connections/authorize"),
    audit=True,
    sensitive_input=True,
    step_up=True,
)
async def authorize(scope: WorkspaceScope, input: AuthorizeConnection) -> Authorization:
    """Send the browser to the address: the provider asks whether we may, and sends it back to the page that finishes.

    Raises:
        UnknownProvider, OAuthNotSetUp, BrowserNeeded, BadCredentials, RuleBroken
    """
    return Authorization(address=await begin_authorization(scope, input))


@operation(
    "connections.finish",
    title="Come back from a print provider",
    feature=CONNECTIONS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/connections/authorize/finish"),
    rest_only=True,
    audit=True,
    sensitive_input=True,
)
async def finish(scope: PersonScope, input: FinishAuthorization) -> ConnectionView:
    """In the session that began it, once and within ten minutes.

    Raises:
        UnknownProvider, OAuthNotSetUp, OAuthRefused, OAuthDenied, OAuthUnavailable
    """
    return await finish_authorization(scope, input)


@operation(
    "connections.list",
    title="List connections",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_READ,
    rest=Rest("GET", "/connections"),
)
async def list_all(scope: WorkspaceScope, input: ListConnections) -> Page[ConnectionView]:
    found = queries.connections(scope)
    if input.provider is not None:
        found = found.where(ConnectionRow.provider == input.provider)
    rows, following = await fetch_page(scope, found, ConnectionRow.id, input)
    return Page([view(row) for row in rows], following)


@operation(
    "connections.get",
    title="Show a connection",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_READ,
    rest=Rest("GET", "/connections/{connection_id}"),
)
async def get(scope: WorkspaceScope, input: ConnectionRef) -> ConnectionView:
    return view(await queries.get_connection(scope, input.connection_id))


@operation(
    "connections.update",
    title="Change a connection",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_MANAGE,
    rest=Rest("PATCH", "/connections/{connection_id}"),
    idempotent=True,
    audit=True,
    sensitive_input=True,
    drops=("connections",),
    version=Version(get, ConnectionRow),
)
async def update(scope: WorkspaceScope, input: UpdateConnection) -> ConnectionView:
    """Orders of a connection that is not live stay drafts at the provider; they go on when it is switched live.

    Raises:
        BadCredentials
    """
    return await service.update_connection(scope, input)


@operation(
    "connections.test",
    title="Try a connection",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_MANAGE,
    rest=Rest("POST", "/connections/{connection_id}/test", status=202),
    idempotent=True,
    rate_cost=5,
)
async def test(scope: WorkspaceScope, input: ConnectionRef) -> ConnectionView:
    """The provider is called by a run; read the connection until `last_test` is there."""
    await ask_for_test(scope, input.connection_id)
    return view(await queries.get_connection(scope, input.connection_id))


@operation(
    "connections.disconnect",
    title="Disconnect a print provider",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_MANAGE,
    rest=Rest("POST", "/connections/{connection_id}/disconnect"),
    idempotent=True,
    audit=True,
    drops=("connections",),
    version=Version(get, ConnectionRow),
)
async def disconnect(scope: WorkspaceScope, input: ConnectionRef) -> ConnectionView:
    """Nothing is sent there any more, and its orders wait. What was granted by signing in there is forgotten.

    A fresh credential, or signing in there again, connects it once more.
    """
    return await service.disconnect_connection(scope, input.connection_id)


@operation(
    "connections.calls",
    title="Show a connection's last calls",
    feature=CONNECTIONS,
    permission=Permission.CONNECTIONS_READ,
    rest=Rest("GET", "/connections/{connection_id}/calls"),
)
async def calls(scope: WorkspaceScope, input: ListCalls) -> CallList:
    """Redacted: no credential, no buyer."""
    await queries.get_connection(scope, input.connection_id)
    rows = await queries.list_calls(scope, input.connection_id, limit=input.limit)
    return CallList(items=[row.record for row in rows])
