"""What the outside may ask of outgoing webhooks. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.hooks import queries, replaying, service
from printvision.hooks.features import OUTGOING_WEBHOOKS
from printvision.hooks.models import DeliveryRow, EndpointRow
from printvision.hooks.payload import kind_schemas
from printvision.hooks.schemas import (
    CreateEndpoint,
    DeliveryView,
    EndpointRef,
    EndpointView,
    EndpointWithSecret,
    KindList,
    ListDeliveries,
    ListEndpoints,
    ListKinds,
    Replay,
    Replayed,
    RotateSecret,
    UpdateEndpoint,
)
from printvision.hooks.views import delivery_view, endpoint_view
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope


@operation(
    "hooks.create",
    title="Have events sent to an address",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("POST", "/hooks", status=201),
    audit=True,
    sensitive_input=True,
)
async def create(scope: WorkspaceScope, input: CreateEndpoint) -> EndpointWithSecret:
    """Calls are signed as Standard Webhooks says, by the secret in the answer, which is not shown again.

    Raises:
        AddressRefused, UnknownKinds, TooManyEndpoints
    """
    return await service.create_endpoint(scope, input)


@operation(
    "hooks.list",
    title="List endpoints",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_READ,
    rest=Rest("GET", "/hooks"),
)
async def list_all(scope: WorkspaceScope, input: ListEndpoints) -> Page[EndpointView]:
    rows, following = await fetch_page(scope, queries.endpoints(scope), EndpointRow.id, input)
    return Page([endpoint_view(row) for row in rows], following)


@operation(
    "hooks.get",
    title="Show an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_READ,
    rest=Rest("GET", "/hooks/{endpoint_id}"),
)
async def get(scope: WorkspaceScope, input: EndpointRef) -> EndpointView:
    return endpoint_view(await queries.get_endpoint(scope, input.endpoint_id))


@operation(
    "hooks.update",
    title="Change an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("PATCH", "/hooks/{endpoint_id}"),
    idempotent=True,
    audit=True,
    sensitive_input=True,
    version=Version(get, EndpointRow),
)
async def update(scope: WorkspaceScope, input: UpdateEndpoint) -> EndpointView:
    """What happens while it is not active is sent once it is again.

    Raises:
        AddressRefused, UnknownKinds
    """
    return await service.update_endpoint(scope, input)


@operation(
    "hooks.delete",
    title="Delete an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("DELETE", "/hooks/{endpoint_id}", status=204),
    audit=True,
    version=Version(get, EndpointRow),
)
async def delete(scope: WorkspaceScope, input: EndpointRef) -> None:
    """With its log, and with what was still to be sent."""
    await service.delete_endpoint(scope, input.endpoint_id)


@operation(
    "hooks.rotate_secret",
    title="Give an endpoint a new secret",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("POST", "/hooks/{endpoint_id}/rotate-secret"),
    audit=True,
)
async def rotate_secret(scope: WorkspaceScope, input: RotateSecret) -> EndpointWithSecret:
    """Both secrets sign every call for `overlap_hours`, so that the receiver can change over in its own time."""
    return await service.rotate_secret(scope, input)


@operation(
    "hooks.test",
    title="Send a test to an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("POST", "/hooks/{endpoint_id}/test", status=202),
)
async def test(scope: WorkspaceScope, input: EndpointRef) -> DeliveryView:
    """It is sent by a worker; the endpoint's log says what came of it.

    Raises:
        EndpointNotActive
    """
    return await service.send_test(scope, input.endpoint_id)


@operation(
    "hooks.log",
    title="List what was sent to an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_READ,
    rest=Rest("GET", "/hooks/{endpoint_id}/deliveries"),
)
async def log(scope: WorkspaceScope, input: ListDeliveries) -> Page[DeliveryView]:
    """The newest first, with what is still to be sent; kept for thirty days unless the operator chose otherwise."""
    await queries.get_endpoint(scope, input.endpoint_id)
    found = queries.deliveries(scope, input.endpoint_id)
    if input.state is not None:
        found = found.where(DeliveryRow.state == input.state)
    rows, following = await fetch_page(scope, found, DeliveryRow.id, input)
    return Page([delivery_view(row) for row in rows], following)


@operation(
    "hooks.replay",
    title="Send again what was sent to an endpoint",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_MANAGE,
    rest=Rest("POST", "/hooks/{endpoint_id}/replay", status=202),
    audit=True,
)
async def replay(scope: WorkspaceScope, input: Replay) -> Replayed:
    """One delivery, or those of all events since a moment, the oldest first.

    Raises:
        RuleBroken, EndpointNotActive
    """
    return await replaying.replay(scope, input)


@operation(
    "hooks.kinds",
    title="List the kinds of events",
    feature=OUTGOING_WEBHOOKS,
    permission=Permission.HOOKS_READ,
    rest=Rest("GET", "/event-kinds"),
)
async def kinds(scope: WorkspaceScope, input: ListKinds) -> KindList:
    """Each with the JSON schema of what is sent for it."""
    return KindList(items=list(kind_schemas().values()))
