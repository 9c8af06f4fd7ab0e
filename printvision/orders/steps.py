"""What the steps of an order's run share: how they begin, how they end, how they come back later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from printvision.orders import moves
from printvision.orders.address import InvalidAddress
from printvision.orders.models import OrderRow
from printvision.orders.states import HoldReason, Stage
from printvision.orders.whole import Whole
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import pause_connection
from printvision.providers.sdk import (
    ProviderError,
    ProviderNeedsAttention,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 600.0
MOST_TRIES = 60  # some nine hours


class Next(StrEnum):
    """Whether the run goes on from what a call has brought. One that stops has said in the row what it waits for."""

    ON = "on"
    STOP = "stop"


TakeIn = Callable[[WorkspaceScope, Whole], Awaitable[Next]]
"""Writes down what a call has brought, in the transaction that decides what is next."""

AboutT = TypeVar("AboutT")


@dataclass(frozen=True)
class Call(Generic[AboutT]):
    """What is asked of a provider once the transaction that decided on it has committed: `verb(run, about)`."""

    verb: Callable[[Run, AboutT], Awaitable[TakeIn]]
    about: AboutT


@dataclass(frozen=True)
class Todo:
    """What a run does next.

    Args:
        calls: made at once, beside each other. Without any the run ends here.
        last: whether it ends with what they bring.
    """

    calls: Sequence[Call[Any]] = ()
    last: bool = False


END: Final = Todo()


def may_go_on(order: OrderRow) -> bool:
    """Whether its run may go on: it has not ended, waits for no person and is not to be taken back."""
    return not Stage(order.stage).ended and order.held_at is None and order.recall_at is None


def wait_after(tries: int) -> timedelta:
    """How long to wait before another try: 1 s doubling to 10 min."""
    return timedelta(seconds=min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(tries, 12)))


async def come_back(scope: WorkspaceScope, run: Run, order: OrderRow, *, after: timedelta) -> None:
    """Ask for a later run, unless another was asked for since this one: it will see for itself.

    So an order has one run that goes on, however often it was released or changed while its provider was away.
    """
    if order.run_id == run.run_id:
        await moves.carry_on(scope, order, after=after)


async def pause_if_refused(run: Run, connection_id: UUID, error: ProviderError) -> None:
    """Stop using a connection whose credential the provider does not take, so that its people hear of it."""
    if isinstance(error, ProviderNeedsAttention):
        async with run.scope() as scope:
            await pause_connection(scope, connection_id, error.detail or error.title)


async def take_failure(
    scope: WorkspaceScope, run: Run, order: OrderRow, error: ProviderError, *, tries: int
) -> None:
    """Do what a provider's error asks for: come back later, or have a person look.

    A used up rate is no trouble of theirs and no person's matter: the order comes back as soon as they may be asked.
    """
    if isinstance(error, ProviderThrottled):
        await come_back(
            scope, run, order, after=timedelta(seconds=max(error.retry_after_s or 0, FIRST_WAIT_S))
        )
    elif isinstance(error, ProviderUnavailable) and tries >= MOST_TRIES:
        detail = (
            f"It did not answer {tries} times in a row; release the order to try again. {sentence(error)}"
        )
        moves.hold(scope, order, HoldReason.PROVIDER_UNAVAILABLE, detail)
    elif isinstance(error, ProviderUnavailable):
        asked = timedelta(seconds=error.retry_after_s or 0)
        await come_back(scope, run, order, after=max(asked, wait_after(tries)))
    elif isinstance(error, ProviderNeedsAttention):
        moves.hold(scope, order, HoldReason.CONNECTION, sentence(error))
    elif isinstance(error, ProviderRejected):
        moves.hold(scope, order, HoldReason.PROVIDER_REJECTED, sentence(error))
    elif isinstance(error, ProviderUnintelligible):
        moves.hold(scope, order, HoldReason.OUR_FAULT, sentence(error))
    else:
        raise error


def hold_for_address(scope: WorkspaceScope, order: OrderRow, error: InvalidAddress) -> None:
    """Have a person mend where the order goes; also where the shop spoilt the address after it was checked."""
    told = "; ".join(f"{fault['path']} {fault['message']}" for fault in error.fields["errors"])
    moves.hold(scope, order, HoldReason.ADDRESS, told)


def sentence(error: ProviderError) -> str:
    """What a provider's failure is told as."""
    return f"{error.title}: {error.detail}" if error.detail else error.title
