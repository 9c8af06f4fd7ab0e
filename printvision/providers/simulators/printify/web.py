"""What every handler shares: the account and the verbs on it, who may call, and its name for faults and limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.printify import views
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.announcer import Announcer
from printvision.providers.simulators.printify.errors import invalid, not_found, turned_away
from printvision.providers.simulators.printify.library import Library
from printvision.providers.simulators.printify.orders import Orders
from printvision.providers.simulators.printify.production import Production
from printvision.providers.simulators.printify.products import Products

AnyRequest = Request[Any, Any, Any]
Page = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
Limit = Annotated[int, QueryParameter(ge=1, le=1_000_000)]


class Desk:
    """The account and the verbs on it; handlers get it by the name `desk`."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.books = Bookkeeping(account.orders, account.ledger)
        self.announcer = Announcer(account)
        self.library = Library(account)
        self.products = Products(account, self.library, self.announcer)
        self.production = Production(account, self.books, self.announcer)
        self.orders = Orders(account, self.products, self.books, self.production, self.announcer)

    def open(self) -> None:
        """Remember, mend and plan again; call it once before the first request."""
        self.account.open()
        self.products.stock()
        self.books.mend()
        self.production.resume()
        self.announcer.courier.resume()

    def check_shop(self, shop_id: int) -> None:
        if shop_id != self.account.config.shop_id or not self.account.connected:
            raise not_found()


TheDesk = NamedDependency[Desk]


def needs_token(
    is_known: Callable[[str], bool],
) -> Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]:
    """A guard that lets only bearers of a known token pass, and only those who say what program they are."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not is_known(token.strip()):
            raise turned_away(401, "Unauthenticated")
        if not connection.headers.get("user-agent", "").strip():
            raise turned_away(403, "The User-Agent header is required")

    return guard


def named(operation: str, *groups: str) -> dict[str, Any]:
    """A handler's `opt`: its operation, for faults, and the limits it falls under beside the one of all calls."""
    return {"operation": operation, "limits": groups}


def json(document: Any, status: int = 200) -> Response[Any]:
    return Response(msgspec.json.encode(document), status_code=status, media_type="application/json")


def stem(name: str) -> str:
    """`5d39b411749d0a000f30e0f4.json` → the id; the web framework takes no ending behind a part of a path."""
    stem, ending = name[:-5], name[-5:]
    if ending != ".json":
        raise not_found()
    return stem


def paged(rows: Sequence[Any], page: int, limit: int, most: int, show: Callable[[Any], Any]) -> Response[Any]:
    """A page of a list.

    Raises:
        Refusal: 400, more than `most` are asked for.
    """
    if limit > most:
        raise invalid(f"The limit may not be greater than {most}.")
    part, around = views.page(rows, page, limit)
    return json({**around, "data": [show(row) for row in part]})
