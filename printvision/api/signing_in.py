"""Who presents a key, asked of the database once a second at most: a busy key would else ask with every call."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from typing import Final

from printvision.accounts import SignedIn, authenticate
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

KNOWN_FOR_S: Final = 1.0
MOST_KNOWN: Final = 10_000


class SignIns:
    """The keys that signed in lately, by their hashes. A revoked one opens nothing any more within `KNOWN_FOR_S`, and a
    workspace's new tier holds within it; whoever is refused is asked for anew each time."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[float, SignedIn]] = OrderedDict()

    @property
    def known(self) -> int:
        """How many are remembered."""
        return len(self._known)

    async def sign_in(self, platform: Platform, presented: str | None) -> SignedIn:
        """Whose key this is.

        Raises:
            KeyMissing, BadKey
        """
        hash_ = hashlib.sha256((presented or "").encode()).digest()
        asked_at = time.monotonic()  # before the look-up: what it answers may be old by as long as it took
        known = self._known.get(hash_)
        if known and asked_at < known[0]:
            return known[1]
        async with system_scope(platform, "sign-in", atomic=False) as scope:
            found = await authenticate(scope, presented)
        self._known[hash_] = asked_at + KNOWN_FOR_S, found
        self._known.move_to_end(hash_)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return found


def sign_ins_of(platform: Platform) -> SignIns:
    """The process's one `SignIns`, made on first use."""
    made = platform.extras.get(SignIns)
    if not isinstance(made, SignIns):
        made = platform.extras[SignIns] = SignIns()
    return made
