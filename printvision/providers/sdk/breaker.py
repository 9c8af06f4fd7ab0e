"""A breaker per connection: a provider that keeps failing is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from purgatory import AsyncCircuitBreakerFactory

from printvision.providers.sdk.errors import ProviderThrottled, ProviderUnavailable

THRESHOLD: Final = 8  # failures in a row
OPEN_FOR_S: Final = 30.0


def counts(error: BaseException) -> bool:
    """Whether the error speaks of a provider that is down; a lock-out comes from one that is up."""
    return isinstance(error, ProviderUnavailable) and not isinstance(error, ProviderThrottled)


def _spares(error: BaseException) -> bool:
    return not counts(error)


class Breaker:
    """The breaker of one connection, kept in this process.

    Args:
        name: the connection.
        threshold: failures in a row that open it.
        open_for_s: how long it stays open before one failure more or one success decides again.
    """

    def __init__(
        self, name: str, *, provider: str, threshold: int = THRESHOLD, open_for_s: float = OPEN_FOR_S
    ) -> None:
        self._name = name
        self._provider = provider
        self._open_for_s = open_for_s
        self._factory = AsyncCircuitBreakerFactory(
            default_threshold=threshold,
            default_ttl=open_for_s,
            exclude=[(BaseException, _spares)],
        )

    async def check(self) -> None:
        """Raise where the breaker is open, without counting anything.

        Raises:
            ProviderUnavailable: `retry_after_s` is what is left of the pause.
        """
        self._refuse_if_open(await self._circuit())

    async def is_open(self) -> bool:
        return self._open_for(await self._circuit()) > 0

    @asynccontextmanager
    async def guard(self) -> AsyncGenerator[None]:
        """Run one attempt under the breaker; what it raises decides whether it was a failure."""
        circuit = await self._circuit()
        self._refuse_if_open(circuit)
        async with circuit:
            yield

    async def _circuit(self) -> Any:
        return await self._factory.get_breaker(self._name)

    def _open_for(self, circuit: Any) -> float:
        opened_at: float | None = circuit.context.opened_at
        return 0.0 if opened_at is None else opened_at + self._open_for_s - time.time()

    def _refuse_if_open(self, circuit: Any) -> None:
        # purgatory would raise one and the same exception object for every caller, and it grows each time
        if (left_s := self._open_for(circuit)) >= 0 and circuit.context.state == "opened":
            raise ProviderUnavailable(
                "It failed several times in a row and is left alone for a moment",
                provider=self._provider,
                retry_after_s=left_s,
            )
