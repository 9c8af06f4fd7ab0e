"""What every handler shares: the account, who may call, and its name for faults and limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.announcer import Announcer
from printvision.providers.simulators.printful.drafting import Drafting
from printvision.providers.simulators.printful.errors import Refusal
from printvision.providers.simulators.printful.library import Library
from printvision.providers.simulators.printful.orders import Orders
from printvision.providers.simulators.printful.production import Production
from printvision.providers.simulators.printful.rate_limits import RateLimits

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
Offset = Annotated[int, QueryParameter(ge=0, le=1_000_000)]


class Shop:
    """The account and the verbs on it; handlers get it by the name `shop`."""

    def __init__(self, account: Account, limits: RateLimits) -> None:
        self.account = account
        self.limits = limits
        self.library = Library(account)
        self.books = Bookkeeping(account.orders, account.ledger)
        self.announcer = Announcer(account)
        self.production = Production(account, self.books, self.announcer)
        self.orders = Orders(account, self.books, self.production, self.announcer)
        self.drafting = Drafting(account, self.library)

    @property
    def url(self) -> str:
        return self.account.config.public_url

    def open(self) -> None:
        """Remember, mend and plan again; call it once before the first request."""
        self.account.open()
        self.books.mend()
        self.production.resume()
        self.library.resume()
        self.announcer.courier.resume()


TheShop = NamedDependency[Shop]


def needs_token(
    is_known: Callable[[str], bool],
) -> Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]:
    """A guard that lets only bearers of a known token pass."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal(401, "Malformed Authorization header.")
        if not is_known(token.strip()):
            raise Refusal(401, "The access token provided is invalid.")

    return guard


def named(operation: str, group: str = "general") -> dict[str, Any]:
    """A handler's `opt`: its operation, for faults, and the group of calls whose rate limit it shares."""
    return {"operation": operation, "limit": group}


def found(data: Any, **more: Any) -> Response[Any]:
    """v2's wrapper of a good answer."""
    return json({"data": data, **more})


def json(document: Any, status: int = 200) -> Response[Any]:
    return Response(msgspec.json.encode(document), status_code=status, media_type="application/json")
