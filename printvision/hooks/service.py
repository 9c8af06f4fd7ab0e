"""The verbs of endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from printvision.accounts import Permission
from printvision.hooks.errors import EndpointNotActive, TooManyEndpoints, UnknownKinds
from printvision.hooks.events import EndpointAdded
from printvision.hooks.models import DeliveryRow, EndpointRow, EndpointState
from printvision.hooks.payload import TEST_KIND, body_of, kind_schemas
from printvision.hooks.queries import count_endpoints, get_endpoint
from printvision.hooks.schemas import (
    CreateEndpoint,
    DeliveryView,
    EndpointView,
    EndpointWithSecret,
    RotateSecret,
    UpdateEndpoint,
)
from printvision.hooks.signing import SigningSecret, new_secret, open_secrets, rotated, seal_secrets
from printvision.hooks.views import delivery_view, endpoint_view
from printvision.platform import clock
from printvision.platform.events import publish, wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.outbound import check_url
from printvision.platform.scope import WorkspaceScope

MOST_ENDPOINTS: Final = 50


async def create_endpoint(scope: WorkspaceScope, wanted: CreateEndpoint) -> EndpointWithSecret:
    """Store an endpoint; it is sent what happens from now on.

    Raises:
        AddressRefused, UnknownKinds, TooManyEndpoints
    """
    scope.require(Permission.HOOKS_MANAGE)
    _check_kinds(wanted.kinds)
    url = _checked_address(scope, wanted.url)
    if await count_endpoints(scope) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    now, endpoint_id, secret = clock.now(), new_id(), new_secret()
    row = EndpointRow(
        id=endpoint_id,
        workspace_id=scope.workspace_id,
        name=wanted.name,
        url=url,
        kinds=_distinct(wanted.kinds),
        state=EndpointState.ACTIVE,
        secrets=seal_secrets(
            scope.platform.keyring, scope.workspace_id, endpoint_id, [SigningSecret(secret)]
        ),
        calls_a_minute=wanted.calls_a_minute,
        full_at=now,
        served_at=now,
        failures=0,
        created_at=now,
    )
    scope.session.add(row)
    publish(scope, EndpointAdded(subject_id=endpoint_id))
    return EndpointWithSecret(endpoint=endpoint_view(row), secret=secret.reveal())


async def update_endpoint(scope: WorkspaceScope, wanted: UpdateEndpoint) -> EndpointView:
    """Change what is given; an endpoint that is made active starts with a clean slate.

    Raises:
        NotFound, AddressRefused, UnknownKinds
    """
    scope.require(Permission.HOOKS_MANAGE)
    if wanted.kinds is not None:
        _check_kinds(wanted.kinds)
    row = await get_endpoint(scope, wanted.endpoint_id, for_update=True)
    url = _checked_address(scope, wanted.url) if wanted.url is not None else row.url
    if wanted.name is not None:
        row.name = wanted.name
    if url != row.url:
        row.url = url
        _forget_failures(row)
    if wanted.kinds is not None:
        row.kinds = _distinct(wanted.kinds)
    if wanted.calls_a_minute is not None:
        row.calls_a_minute = wanted.calls_a_minute
    if wanted.paused is not None:
        _turn(row, paused=wanted.paused)
    wake_after_commit(scope)
    return endpoint_view(row)


async def delete_endpoint(scope: WorkspaceScope, endpoint_id: UUID) -> None:
    """Send nothing more to it; its deliveries go with it."""
    scope.require(Permission.HOOKS_MANAGE)
    await scope.session.delete(await get_endpoint(scope, endpoint_id, for_update=True))


async def rotate_secret(scope: WorkspaceScope, wanted: RotateSecret) -> EndpointWithSecret:
    """Make a new secret; the ones before sign beside it for a while."""
    scope.require(Permission.HOOKS_MANAGE)
    row = await get_endpoint(scope, wanted.endpoint_id, for_update=True)
    keyring, secret = scope.platform.keyring, new_secret()
    known = open_secrets(keyring, scope.workspace_id, row.id, row.secrets)
    until = clock.now() + timedelta(hours=wanted.overlap_hours)
    fresh = rotated(known, secret, until=until)
    row.secrets = seal_secrets(keyring, scope.workspace_id, row.id, fresh)
    return EndpointWithSecret(endpoint=endpoint_view(row), secret=secret.reveal())


async def send_test(scope: WorkspaceScope, endpoint_id: UUID) -> DeliveryView:
    """Have a test sent to it, whatever kinds it is for.

    Raises:
        NotFound, EndpointNotActive
    """
    scope.require(Permission.HOOKS_MANAGE)
    endpoint = await get_endpoint(scope, endpoint_id)
    check_active(endpoint)
    now = clock.now()
    row = DeliveryRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        endpoint_id=endpoint.id,
        kind=TEST_KIND,
        subject_id=endpoint.id,
        body=body_of(
            kind=TEST_KIND, at=now, workspace_id=scope.workspace_id, subject_id=endpoint.id, data={}
        ),
        happened_at=now,
        state="waiting",
        tries=0,
        next_try_at=now,
    )
    scope.session.add(row)
    wake_after_commit(scope)
    return delivery_view(row)


def check_active(endpoint: EndpointRow) -> None:
    """
    Raises:
        EndpointNotActive
    """
    if endpoint.state != EndpointState.ACTIVE:
        raise EndpointNotActive(state=endpoint.state)


def _turn(row: EndpointRow, *, paused: bool) -> None:
    row.state = EndpointState.PAUSED if paused else EndpointState.ACTIVE
    row.state_detail = None
    if not paused:
        _forget_failures(row)


def _forget_failures(row: EndpointRow) -> None:
    row.failures = 0
    row.failing_since = None
    row.last_failure = None
    row.rest_until = None


def _checked_address(scope: WorkspaceScope, url: str) -> str:
    """As it is written: where its name leads is looked at before each call, with no transaction open."""
    return check_url(url, allow_private=scope.platform.settings.hooks.allow_private_addresses).url


def _check_kinds(kinds: Sequence[str]) -> None:
    if unknown := [kind for kind in _distinct(kinds) if kind not in kind_schemas()]:
        raise UnknownKinds(unknown=unknown)


def _distinct(kinds: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(kinds))
