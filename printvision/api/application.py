"""The web application put together: routes, errors as problems, and the platform behind them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from printvision.api import edge
from printvision.api.cors import Cors
from printvision.api.direct import Direct
from printvision.api.edge import Application
from printvision.api.execution import AnyOperation
from printvision.api.files import linked_file
from printvision.api.health import healthz, metrics, readyz, version
from printvision.api.incoming import incoming_of
from printvision.api.live import event_stream
from printvision.api.methods import options_routes
from printvision.api.openapi import openapi_routes
from printvision.api.pages import problem, problems
from printvision.api.problems import MEDIA_TYPE, problem_of
from printvision.api.readiness import Readiness
from printvision.api.rest import rest_routes
from printvision.api.routing import Routes
from printvision.api.trpc import trpc_endpoint
from printvision.platform.rates import rates_of
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.settings import Settings

Opener = Callable[[Settings], AbstractAsyncContextManager[Platform]]


def make_application(
    settings: Settings,
    operations: Iterable[AnyOperation],
    *,
    routes: Sequence[HTTPRouteHandler] = (),
    opener: Opener = open_platform,
) -> Litestar:
    """An application whose `state.platform` is there from start to stop.

    Args:
        operations: what can be called under `/api/v1` and `/trpc`.
        routes: what else is served, such as webhooks.
        opener: gives the platform for the life of the application; one that is open already stays so with
            `lambda _: nullcontext(platform)`.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        async with opener(settings) as platform:
            app.state.platform = platform
            app.state.readiness = Readiness()
            app.state.trusted_proxies = settings.server.proxy_networks()
            try:
                yield
            finally:
                await rates_of(platform).close()

    own = (healthz, readyz, version, metrics, linked_file, event_stream, problem, problems)
    made = tuple(operations)
    told = openapi_routes(made, public_url=settings.server.public_url)
    served = [*routes, *own, *told]
    app = Application(
        [*options_routes(served), *served],
        lifespan=[lifespan],
        exception_handlers={Exception: _exception_handler(settings)},
        request_max_body_size=settings.server.max_body_bytes,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    app.log = structlog.get_logger(edge.__name__).bind()
    app.secure = settings.server.public_url.startswith("https://")
    app.cors = Cors(frozenset(settings.server.cors_origins.split()))
    calls = Routes(rest_routes(made, settings.server))
    app.direct = Direct(calls, trpc_endpoint(made, settings.server), settings.server)
    return app


def _exception_handler(
    settings: Settings,
) -> Callable[[Request[Any, Any, State], Exception], Response[bytes]]:
    def handle(request: Request[Any, Any, State], error: Exception) -> Response[bytes]:
        found = problem_of(
            error,
            public_url=settings.server.public_url,
            request_id=incoming_of(request).request_id,
            max_body_bytes=settings.server.max_body_bytes,
        )
        headers = dict(found.headers)
        return Response(found.encode(), status_code=found.status, media_type=MEDIA_TYPE, headers=headers)

    return handle
