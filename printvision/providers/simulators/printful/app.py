"""Puts Printful's simulator together."""

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
from printvision.providers.simulators.printful import (
    catalog_v1,
    catalog_v2,
    files,
    hooks,
    orders_v1,
    orders_v2,
    rates,
    store_products,
    stores,
    tasks,
)
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.config import SimulatorConfig
from printvision.providers.simulators.printful.errors import (
    Answers,
    Refusal,
    answer_http_error,
    answer_refusal,
)
from printvision.providers.simulators.printful.rate_limits import RateLimits
from printvision.providers.simulators.printful.web import Shop, needs_token
from printvision.providers.simulators.serving import serve_app
from printvision.providers.simulators.transport import FaultyTransport

_DOMAINS = (orders_v2, orders_v1, catalog_v2, catalog_v1, rates, tasks, files, hooks, stores, store_products)
_LARGEST_BODY = 2 * 1024 * 1024


def create_app(config: SimulatorConfig) -> Litestar:
    """A simulated Printful as an ASGI application. One at a time may use a data folder."""
    limits = RateLimits(enforced=config.rate_limit)
    shop = Shop(Account(config), limits)
    transport = FaultyTransport(shop.account.dice, Answers())

    @asynccontextmanager
    async def working(_: Litestar) -> AsyncGenerator[None]:
        shop.open()
        workers = [
            asyncio.create_task(work)
            for work in (shop.account.agenda.run(), shop.announcer.courier.run(), shop.library.run())
        ]
        try:
            yield
        finally:
            await transport.close()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            shop.account.close()

    def is_known(token: str) -> bool:
        tokens = (*config.api_tokens, *_granted(shop.account))
        return any(hmac.compare_digest(token.encode(), known.encode()) for known in tokens)

    api = Router(
        "/",
        route_handlers=[handler for domain in _DOMAINS for handler in domain.HANDLERS],
        guards=[needs_token(is_known)],
    )
    control = control_router(
        shop.account.dice,
        shop.account.ledger,
        lambda: _health(shop, transport),
        shop.account.granting,
        shop.account.revoke,
    )
    return Litestar(
        route_handlers=[api, control, *stores.PUBLIC_HANDLERS],
        dependencies={"shop": Provide(lambda: shop, sync_to_thread=False)},
        middleware=[transport, limits],
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_http_error},
        lifespan=[working],
        openapi_config=None,
        request_max_body_size=_LARGEST_BODY,
        signature_namespace={"Shop": Shop},
        logging_config=None,
    )


async def serve_simulator(config: SimulatorConfig, host: str, port: int) -> None:
    """Serve until cancelled, then end cleanly; nothing that was answered is forgotten."""
    await serve_app(create_app(config), host, port)


def _granted(account: Account) -> list[str]:
    now = time.time()
    return [grant.access_token for grant in account.grants.values() if grant.access_until > now]


def _health(shop: Shop, transport: FaultyTransport) -> dict[str, Any]:
    return {
        "provider": "printful",
        "orders": len(shop.account.orders),
        "planned": len(shop.account.agenda),
        "held": transport.held,
        "faults": dict(shop.account.dice.hits),
        "webhooks": dict(shop.announcer.courier.counts),
    }
