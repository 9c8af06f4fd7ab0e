"""The simulator's own doors, for tests and people: faults, ledger, health. No provider has them.

They answer only to this machine, under `/_simulator`, in our words and not in the provider's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Annotated, Any

import msgspec
from litestar import Router, get, patch, post, put
from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException, ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery, JSONBody, QueryParameter

from printvision.providers.simulators.faults import Dice, Faults
from printvision.providers.simulators.granting import Granting, TokenLine
from printvision.providers.simulators.ledger import Ledger, LedgerEvent, LedgerLine

Health = Callable[[], dict[str, Any]]


def control_router(
    dice: Dice, ledger: Ledger, health: Health, granting: Granting, revoke: Callable[[], int]
) -> Router:
    """`GET|PUT|PATCH /_simulator/faults`, `GET /_simulator/ledger?event=&our_ref=`, `GET /_simulator/health`,
    `GET /_simulator/tokens` (what became of each refresh token), `POST /_simulator/tokens/revoke` (the account's owner
    takes back all that was granted).

    PUT replaces all faults, PATCH those it names. A blackout does not reach these doors.
    """

    @get("/faults")
    async def read_faults() -> Faults:
        return dice.faults

    @put("/faults")
    async def set_faults(data: JSONBody[Faults]) -> Faults:
        dice.set(data)
        return dice.faults

    @patch("/faults")
    async def change_faults(data: JSONBody[dict[str, Any]]) -> Faults:
        try:
            dice.change(data)
        except msgspec.ValidationError as error:
            raise ValidationException(str(error)) from None
        return dice.faults

    @get("/ledger")
    async def read_lines(
        event: FromQuery[LedgerEvent | None] = None,
        our_ref: Annotated[str | None, QueryParameter(max_length=100)] = None,
    ) -> Sequence[LedgerLine]:
        return [
            line for line in ledger.read() if event in (None, line.event) and our_ref in (None, line.our_ref)
        ]

    @get("/health")
    async def read_health() -> dict[str, Any]:
        return health()

    @get("/tokens")
    async def read_tokens() -> Sequence[TokenLine]:
        return granting.read()

    @post("/tokens/revoke", status_code=200)
    async def revoke_all() -> dict[str, int]:
        return {"revoked": revoke()}

    return Router(
        "/_simulator",
        route_handlers=[
            *(read_faults, set_faults, change_faults, read_lines, read_health),
            *(read_tokens, revoke_all),
        ],
        guards=[_only_this_machine],
    )


def _only_this_machine(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    client = connection.client
    if client is not None and not ip_address(client.host).is_loopback:
        raise PermissionDeniedException("the simulator's own doors answer to this machine alone")
