"""What a bucket is called, and what it says to somebody who asked for a part of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from printvision.platform.errors import PrintVisionError

PERIOD_S: Final = 60.0


class Policy(StrEnum):
    """Whose budget it is; headers, metrics and refusals name it so."""

    KEY = "key"
    WORKSPACE = "workspace"
    ADDRESS = "address"


class TooManyRequests(PrintVisionError):
    """The budget of the key, its workspace or the address is spent for `retry_after_s` seconds."""

    status = 429
    code = "access/too-many-requests"
    title = "Too many requests in a short time"
    action = "Wait as many seconds as Retry-After says, then go on more slowly."
    policy: Policy
    retry_after_s: int


class Bucket(NamedTuple):
    """A budget: `limit` calls at once, which fill up again evenly within a minute.

    Args:
        whose: the id of the key or the workspace, or a digest of the address.
    """

    policy: Policy
    whose: str
    limit: int

    @property
    def name(self) -> str:
        return self.policy + ":" + self.whose


class Budget(NamedTuple):
    """What a bucket holds once a call has asked for its part.

    Args:
        limit: what a full bucket allows at once.
        remaining: what is left now, as far as this process knows.
        reset_s: seconds, as a client may be told them: until the bucket is full again, or, after a refusal,
            until there is enough for the call.
        refused: nothing was spent.
    """

    policy: Policy
    limit: int
    remaining: int
    reset_s: int
    refused: bool = False

    def require(self) -> None:
        """
        Raises:
            TooManyRequests: says when to come again.
        """
        if self.refused:
            raise TooManyRequests(policy=self.policy, retry_after_s=self.reset_s)
