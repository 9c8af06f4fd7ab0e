"""What of connections crosses the wire. Credentials go in and never come out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.oauth import Answer
from printvision.platform.paging import ListInput

Name = Annotated[str, Meta(min_length=1, max_length=100)]
ProviderKey = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,30}$")]
Credentials = Annotated[
    dict[Annotated[str, Meta(max_length=50)], Annotated[str, Meta(max_length=10_000)] | bool | None],
    Meta(min_length=1, max_length=20),
]


class ConnectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace's account with a provider, without its credential; a `sandbox` gets test orders and no other.

    `oauth`: access was granted by signing in there; `signed_out`: that has ended, and its orders wait until somebody
    signs in there again.
    """

    id: UUID
    provider: str
    name: str
    base_url: str
    sandbox: bool
    live: bool
    active: bool
    oauth: bool
    signed_out: bool
    state_detail: str | None
    account_name: str | None
    webhooks: bool
    last_test: dict[str, Any] | None
    requests_a_minute: int
    created_at: datetime


class AddConnection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        credentials: what the provider's adapter asks for, such as `{"token": "…"}` for Printful.
        sandbox: it gets the orders of test keys and no other; this stays as it is.
        base_url: only where an operator allows private addresses: a simulator.
        requests_a_minute: where the provider agreed to another rate than the published one.
    """

    provider: ProviderKey
    name: Name
    credentials: Credentials
    sandbox: bool = False
    live: bool = False
    base_url: Annotated[str, Meta(max_length=500)] | None = None
    requests_a_minute: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class ConnectionRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    connection_id: UUID


class ListConnections(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provider: ProviderKey | None = None


class UpdateConnection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields left out stay as they are."""

    connection_id: UUID
    name: Name | None = None
    live: bool | None = None
    credentials: Credentials | None = None


class AuthorizeConnection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        name: of the new connection; the provider's where it is left out.
        connection_id: one that is there already, to be granted anew; the other fields are of a new one.
        settings: what the adapter asks for beside the token, such as `{"shop_id": "…"}` for Printify.
    """

    provider: ProviderKey
    name: Name | None = None
    connection_id: UUID | None = None
    settings: Credentials | None = None
    sandbox: bool = False
    live: bool = False
    requests_a_minute: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class FinishAuthorization(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`query` is what the provider sent the browser back with, as it came."""

    provider: ProviderKey
    query: Answer


class ConnectionTest(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider said to our cheapest call.

    Args:
        warnings: sentences about settings of the account that could print or lose an order.
    """

    ok: bool
    account_id: str | None = None
    account_name: str | None = None
    problem: str | None = None
    detail: str | None = None
    warnings: tuple[str, ...] = ()


class ListCalls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    connection_id: UUID
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class CallList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[dict[str, Any]]
