"""Puts Printify's simulator together."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from printvision.providers.simulators.control import control_router
from printvision.providers.simulators.printify import catalog_calls, order_calls, product_calls, shop_calls
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.config import SimulatorConfig
from printvision.providers.simulators.printify.errors import (
    Answers,
    Refusal,
    answer_http_error,
    answer_refusal,
)
from printvision.providers.simulators.printify.limits import Limits
from printvision.providers.simulators.printify.web import Desk, needs_token
from printvision.providers.simulators.serving import serve_app
from printvision.providers.simulators.transport import FaultyTransport

_DOMAINS = (catalog_calls, order_calls, product_calls, shop_calls)
_LARGEST_BODY = 8 * 1024 * 1024  # pictures of up to 5 MB may come as base64


def create_app(config: SimulatorConfig) -> Litestar:
    """A simulated Printify as an ASGI application. One at a time may use a data folder."""
    limits = Limits(enforced=config.rate_limit)
    desk = Desk(Account(config))
    transport = FaultyTransport(desk.account.dice, Answers())

    @asynccontextmanager
    async def working(_: Litestar) -> AsyncGenerator[None]:
        desk.open()
        workers = [
            asyncio.create_task(work) for work in (desk.account.agenda.run(), desk.announcer.courier.run())
        ]
        try:
            yield
        finally:
            await transport.close()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            desk.account.close()

    def is_known(token: str) -> bool:
        tokens = (*config.api_tokens, *_granted(desk.account))
        return any(hmac.compare_digest(token.encode(), known.encode()) for known in tokens)

    api = Router(
        "/",
        route_handlers=[handler for domain in _DOMAINS for handler in domain.HANDLERS],
        guards=[needs_token(is_known)],
    )
    control = control_router(
        desk.account.dice,
        desk.account.ledger,
        lambda: _health(desk, transport, limits),
        desk.account.granting,
        desk.account.revoke,
    )
    return Litestar(
        route_handlers=[api, control, *shop_calls.PUBLIC_HANDLERS],
        dependencies={"desk": Provide(lambda: desk, sync_to_thread=False)},
        middleware=[transport, limits],
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_http_error},
        lifespan=[working],
        openapi_config=None,
        request_max_body_size=_LARGEST_BODY,
        signature_namespace={"Desk": Desk},
        logging_config=None,
    )


async def serve_simulator(config: SimulatorConfig, host: str, port: int) -> None:
    """Serve until cancelled, then end cleanly; nothing that was answered is forgotten."""
    await serve_app(create_app(config), host, port)


def _granted(account: Account) -> list[str]:
    now = time.time()
    return [grant.access_token for grant in account.grants.values() if grant.access_until > now]


def _health(desk: Desk, transport: FaultyTransport, limits: Limits) -> dict[str, Any]:
    return {
        "provider": "printify",
        "orders": len(desk.account.orders),
        "products": len(desk.account.products),
        "planned": len(desk.account.agenda),
        "held": transport.held,
        "faults": dict(desk.account.dice.hits),
        "webhooks": dict(desk.announcer.courier.counts),
        "error_answers": limits.share(),
    }
