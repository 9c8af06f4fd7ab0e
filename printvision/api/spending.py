"""Whose budgets a call is taken from, and when.

Before anything is looked up: from the key's where this process knows the key, else from the address's. So made-up keys
are their address's, and leave nothing behind. Once it is known who calls: from the workspace's, and from the key's if
that was not known before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from typing import Final

from printvision.accounts import BadKey, SignedIn, SignedOut
from printvision.api.addresses import subscriber
from printvision.api.signing_in import known_of
from printvision.platform.rates import Bucket, Budget, Policy, calls_a_minute, rates_of
from printvision.platform.runtime import Platform

ATTEMPTS_A_MINUTE: Final = 20  # to sign in, from one address

Told = Callable[[Sequence[Budget]], None]
Heard = Callable[[SignedIn | None], None]


class Spending:
    """One call's way through its budgets: `enter`, then `go_on` with signing in.

    Args:
        credential: the digest of what was presented; None where that is nothing, or nothing that could be a key.
        told: hears what is left of each budget asked, all of them each time, also where one refuses.
        heard: hears whose call it is once that is known, and None where it turns out to be nobody's.

    Attributes:
        who: whose call it is, as far as that is known by now.
    """

    def __init__(
        self,
        platform: Platform,
        credential: str | None,
        address: str,
        *,
        told: Told | None = None,
        heard: Heard | None = None,
    ) -> None:
        self._platform = platform
        self._credential = credential
        self._address = address
        self._told = told
        self._heard = heard
        self.who = known_of(platform).find(credential)
        self._budgets: dict[Policy, Budget] = {}

    async def enter(self, cost: int) -> None:
        """
        Args:
            cost: how many calls of a known key's budget it takes, or of an address's where there is no key; to find
                out about a key that is not known takes one.

        Raises:
            TooManyRequests
        """
        if self.who is not None:
            self._hear(self.who)
            await self._spend(self._of_key(self.who), cost)
        else:
            await self._spend(self._of_address(), 1 if self._credential else cost)

    async def attempt(self, cost: int) -> None:
        """Take what signing in costs: of the address alone, whatever else the caller presents.

        Raises:
            TooManyRequests
        """
        await self._spend(
            Bucket(Policy.ADDRESS, f"sign-in:{digest_of(self._address)}", ATTEMPTS_A_MINUTE), cost
        )

    async def go_on(self, signing_in: Awaitable[SignedIn], cost: int) -> SignedIn:
        """Take what is left to take once it is known who calls.

        Raises:
            TooManyRequests, and what signing in does
        """
        new = self.who is None
        who = await self.find_out(signing_in)
        if new:
            del self._budgets[Policy.ADDRESS]
            await self._spend(self._of_key(who), cost)
        if who.workspace_id is not None:
            await self._spend(self._bucket(Policy.WORKSPACE, str(who.workspace_id), who), cost)
        return who

    async def find_out(self, signing_in: Awaitable[SignedIn]) -> SignedIn:
        """Who calls; nothing is taken for it.

        Raises:
            what signing in does
        """
        try:
            who = await signing_in
        except (BadKey, SignedOut):
            self.who = None
            self._hear(None)
            raise
        self._hear(who)
        self.who = who
        return who

    def _hear(self, who: SignedIn | None) -> None:
        if self._heard:
            self._heard(who)

    async def _spend(self, bucket: Bucket, cost: int) -> None:
        budget = await rates_of(self._platform).spend(bucket, cost)
        self._budgets[bucket.policy] = budget
        if self._told:
            self._told(tuple(self._budgets.values()))
        budget.require()

    def _of_key(self, who: SignedIn) -> Bucket:
        return self._bucket(Policy.KEY, str(who.session_id or who.principal.id), who)

    def _of_address(self) -> Bucket:
        return self._bucket(Policy.ADDRESS, digest_of(self._address), None)

    def _bucket(self, policy: Policy, whose: str, who: SignedIn | None) -> Bucket:
        limit = calls_a_minute(self._platform.settings.server, policy, who.tier if who else None)
        return Bucket(policy, whose, limit)


def digest_of(address: str) -> str:
    """What an address's budget is called: it is told apart, and not written down."""
    return blake2b(subscriber(address).encode(), digest_size=16).hexdigest()
