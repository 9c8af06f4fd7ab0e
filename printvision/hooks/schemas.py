"""What of endpoints crosses the wire. A secret is told once, when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.hooks.models import DeliveryState, EndpointState
from printvision.hooks.payload import KindSchema
from printvision.platform.outbound import MAX_URL_CHARS
from printvision.platform.paging import ListInput

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Address = Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS)]
Kind = Annotated[str, Meta(max_length=100)]
Kinds = Annotated[
    tuple[Kind, ...], Meta(max_length=200, description="Kinds of events; none stands for every one.")
]
CallsAMinute = Annotated[int, Meta(ge=1, le=6_000)]


class CreateEndpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        url: a public https address, on port 443 or from 1024 up.
        calls_a_minute: more are never sent to it, tries after failures included.
    """

    name: Name
    url: Address
    kinds: Kinds = ()
    calls_a_minute: CallsAMinute = 600


class ListEndpoints(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class EndpointRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    endpoint_id: UUID


class UpdateEndpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields left out stay as they are.

    Args:
        paused: true: events wait until it is false again, as long as deliveries are kept. False also makes a disabled
            endpoint active.
    """

    endpoint_id: UUID
    name: Name | None = None
    url: Address | None = None
    kinds: Kinds | None = None
    calls_a_minute: CallsAMinute | None = None
    paused: bool | None = None


class RotateSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        overlap_hours: how long the secrets from before still sign beside the new one.
    """

    endpoint_id: UUID
    overlap_hours: Annotated[int, Meta(ge=0, le=168)] = 24


class EndpointView(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint, without its secret.

    Args:
        kinds: none stands for every one.
        state: `paused` by a person, or `disabled` because it failed for days or answered that it is gone.
        failing_since: of its first failed call after the last one that went well.
        last_failure: in words, why its last call failed, such as that its name leads nowhere; None once one went well.
        rest_until: it failed several times in a row, or asked for it, and is left alone until then.
    """

    id: UUID
    name: str
    url: str
    kinds: list[str]
    state: EndpointState
    state_detail: str | None
    calls_a_minute: int
    failing_since: datetime | None
    last_failure: str | None
    rest_until: datetime | None
    created_at: datetime


class EndpointWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        secret: `whsec_` and base64; it is not shown again.
    """

    endpoint: EndpointView
    secret: str


class ListDeliveries(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    endpoint_id: UUID
    state: DeliveryState | None = None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one endpoint.

    Args:
        message_id: the `webhook-id` of every try.
        next_try_at: None once it is over.
        last_status: of the last answer; None where there was none, and then `last_error` says why.
        last_answer: the first kilobyte of it, as text.
    """

    id: UUID
    message_id: str
    kind: str
    subject_id: UUID
    happened_at: datetime
    state: DeliveryState
    tries: int
    next_try_at: datetime | None
    tried_at: datetime | None
    last_status: int | None
    last_answer: str | None
    last_error: str | None
    done_at: datetime | None


class Replay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent again under its old `webhook-id`: one delivery, or those of events since a moment.

    Args:
        failed_only: leave out what was delivered.
    """

    endpoint_id: UUID
    delivery_id: UUID | None = None
    since: datetime | None = None
    failed_only: bool = False


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        count: deliveries that are sent again; what is being sent at this moment is not sent once more.
        more: there are more than are taken at once; replay since `last_happened_at` for the next.
    """

    count: int
    more: bool
    last_happened_at: datetime | None


class ListKinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to say: they are the same for all."""


class KindList(msgspec.Struct, frozen=True, kw_only=True):
    items: list[KindSchema]
