"""Endpoints and deliveries as others see them."""

from __future__ import annotations

from printvision.hooks.models import DeliveryRow, DeliveryState, EndpointRow, EndpointState
from printvision.hooks.schemas import DeliveryView, EndpointView
from printvision.hooks.signing import message_id_of


def endpoint_view(row: EndpointRow) -> EndpointView:
    return EndpointView(
        id=row.id,
        name=row.name,
        url=row.url,
        kinds=row.kinds,
        state=EndpointState(row.state),
        state_detail=row.state_detail,
        calls_a_minute=row.calls_a_minute,
        failing_since=row.failing_since,
        last_failure=row.last_failure,
        rest_until=row.rest_until,
        created_at=row.created_at,
    )


def delivery_view(row: DeliveryRow) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        message_id=message_id_of(row.id),
        kind=row.kind,
        subject_id=row.subject_id,
        happened_at=row.happened_at,
        state=DeliveryState(row.state),
        tries=row.tries,
        next_try_at=row.next_try_at if row.state == DeliveryState.WAITING else None,
        tried_at=row.tried_at,
        last_status=row.last_status,
        last_answer=row.last_answer,
        last_error=row.last_error,
        done_at=row.done_at,
    )
