"""Who may open a stream, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from printvision.accounts import SignedIn
from printvision.api.live.hub import hub_of
from printvision.api.live.kinds import choose_kinds
from printvision.api.live.stream import Stream
from printvision.entitlements import Feature, Tier, decide
from printvision.platform.runtime import Platform

LIVE_EVENTS: Final = Feature("events", title="See changes as they happen", lowest_tier=Tier.FREE)


async def open_stream(
    platform: Platform, who: SignedIn, *, kinds: Sequence[str] = (), after: str | None = None
) -> Stream:
    """Events of the caller's workspace that the caller may see, in the order of their transactions.

    Args:
        kinds: such as `orders.held`, or `orders` for all of that domain; empty for everything.
        after: the last id that was got; None to begin with what happens now.

    Returns:
        An iterator to `close` when done. It begins with a heartbeat, whose id says where it begins.

    Raises:
        WorkspaceMissing
        RuleBroken, PermissionMissing: of the kinds; nothing was opened.
        UnknownEventId, EventIdTooOld: of `after`.
        TooManyStreams, StreamsEnding
    """
    _ = who.inside  # before it is asked what they may see there
    decide(who.tier, LIVE_EVENTS).require(LIVE_EVENTS)
    return await hub_of(platform).open(who, choose_kinds(kinds, who.principal), after)
