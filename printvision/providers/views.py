"""A connection as others see it: without what is sealed."""

from __future__ import annotations

from datetime import timedelta

from printvision.providers.models import ConnectionRow, ConnectionState
from printvision.providers.queries import Known
from printvision.providers.registry import adapter_type
from printvision.providers.schemas import ConnectionView
from printvision.providers.sdk import Rate


def agreed_rate(row: ConnectionRow | Known) -> Rate:
    """The provider's published rate, or what it agreed to with this account."""
    if row.rate_requests is not None:
        return Rate(row.rate_requests, timedelta(minutes=1))
    return adapter_type(row.provider).rate


def view(row: ConnectionRow | Known) -> ConnectionView:
    rate = agreed_rate(row)
    return ConnectionView(
        id=row.id,
        provider=row.provider,
        name=row.name,
        base_url=row.base_url,
        sandbox=row.sandbox,
        live=row.live,
        active=row.state == ConnectionState.ACTIVE,
        oauth=row.oauth,
        signed_out=row.state == ConnectionState.SIGNED_OUT,
        state_detail=row.state_detail,
        account_name=row.account_name,
        webhooks=row.webhook_secret is not None,
        last_test=row.last_test,
        requests_a_minute=round(rate.requests * 60 / rate.per.total_seconds()),
        created_at=row.created_at,
    )
