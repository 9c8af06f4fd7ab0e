"""A provider that goes dark in the middle of it all: nothing is answered, applied or told for a while."""

from __future__ import annotations

from collections.abc import Callable

from printvision.cli.simulating import change_faults, get_faults


class Blackout:
    """
    Args:
        port: of the provider's simulator.
        lasts_s: how long; it is over by itself.
        after: how many orders are sent before it begins.
    """

    def __init__(
        self, provider: str, port: int, *, lasts_s: float, after: int, say: Callable[[str], None]
    ) -> None:
        self._provider = provider
        self._port = port
        self._lasts_s = lasts_s
        self._after = after
        self._say = say
        self._is_dark = False
        self._was_dark = False

    async def look(self, sent: int) -> None:
        """Begin it when its moment has come, and tell both ends. To be called now and then.

        Args:
            sent: how many orders are sent by now.

        Raises:
            SimulatorUnreachable
        """
        if self._is_dark:
            if (await get_faults(self._port)).blackout.for_s:
                return
            self._is_dark = False
            self._say(f"{self._provider} is back.")
        elif sent >= self._after and not self._was_dark:
            await change_faults(self._port, {"blackout": {"for_s": self._lasts_s}})
            self._is_dark = self._was_dark = True
            self._say(f"{self._provider} went dark, for {self._lasts_s:.0f} s.")
