"""Who presented which credential lately: whose budget a call is taken from, and, for a second, who it is.

A busy key would else ask the database with every call.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from printvision.accounts import SignedIn
from printvision.platform.runtime import Platform

FRESH_FOR_S: Final = 1.0
MOST_KNOWN: Final = 10_000


class _Seen(NamedTuple):
    who: SignedIn
    asked_at_s: float


class Known:
    """The credentials that signed in lately, by their digests; one that is refused is forgotten.

    A revoked key opens nothing any more within `FRESH_FOR_S`, and a workspace's new tier holds within it.

    Args:
        now_s: of any clock that does not go back.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.now_s = now_s
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def find(self, digest: str | None) -> SignedIn | None:
        """Who it was when it was last asked for, however long ago."""
        seen = self._seen.get(digest) if digest else None
        return seen.who if seen else None

    def find_fresh(self, digest: str | None) -> SignedIn | None:
        """Who it is, where that was asked for within `FRESH_FOR_S`."""
        seen = self._seen.get(digest) if digest else None
        return seen.who if seen and self.now_s() < seen.asked_at_s + FRESH_FOR_S else None

    def remember(self, digest: str, who: SignedIn, asked_at_s: float) -> None:
        """
        Args:
            asked_at_s: by `now_s`, before the look-up: what it answers may be as old as it took.
        """
        self._seen[digest] = _Seen(who, asked_at_s)
        self._seen.move_to_end(digest)
        if len(self._seen) > MOST_KNOWN:
            self._seen.popitem(last=False)

    def forget(self, digest: str) -> None:
        """From now on it is as one that was made up."""
        self._seen.pop(digest, None)


def known_of(platform: Platform) -> Known:
    """The process's one `Known`, made on first use."""
    known = platform.extras.get(Known)
    if not isinstance(known, Known):
        known = platform.extras[Known] = Known()
    return known
