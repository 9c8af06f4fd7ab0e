"""How often somebody may be wrong: a look at a code is taken before it is had, so that however many try at once, no
more are looked at than there are.

Both are written in a transaction of their own: what is refused is rolled back, and this must not be.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from printvision.accounts.factors.errors import CodesPaused, TooManyCodes, WrongCode
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.retention import Retention
from printvision.platform.scope import SystemScope, system_scope

# A session has five in a row, then it is over.
OF_SESSION: Final = 5
# An account has ten in a row by codes that can be guessed; then none for an hour. A passkey, a recovery code and a
# remembered device still open it, so nobody who has its password can keep its owner out.
OF_PERSON: Final = 10
PAUSE: Final = timedelta(hours=1)
_SESSION_LASTS: Final = timedelta(days=8)  # longer than any session

_TAKE: Final = """
INSERT INTO code_tries AS t (id, tries, expires_at) VALUES (%(id)s, 1, %(until)s)
ON CONFLICT (id) DO UPDATE SET
  tries = CASE WHEN t.expires_at <= %(now)s THEN 1 ELSE t.tries + 1 END,
  expires_at = CASE WHEN t.expires_at <= %(now)s THEN %(until)s ELSE t.expires_at END
WHERE t.tries < %(most)s OR t.expires_at <= %(now)s
RETURNING t.tries
"""
_PAUSED_UNTIL: Final = "SELECT expires_at FROM code_tries WHERE id = %(id)s"
_FORGET: Final = "DELETE FROM code_tries WHERE id = ANY(%(ids)s)"
_END_SESSION: Final = "DELETE FROM sessions WHERE id = %(id)s"

OLD_TRIES: Final = Retention(
    of="tries of codes",
    forget="""
DELETE FROM code_tries WHERE id IN (
    SELECT id FROM code_tries WHERE expires_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(0),
    every_s=600,
)


async def take_try(scope: SystemScope, session_id: UUID, person_id: PersonId | None) -> int:
    """Take one look at a code.

    Args:
        scope: of which nothing else was asked yet, for this waits for another connection.
        person_id: whose code it is, where it can be guessed.

    Returns:
        How many are left to the session after this one.

    Raises:
        CodesPaused
        TooManyCodes: the session was ended.
    """
    now = clock.now()
    async with system_scope(scope.platform, "take a look at a code") as own:
        taken = await _take(own, session_id, now, _SESSION_LASTS, OF_SESSION)
        if taken is None:
            await run(own.session, _END_SESSION, {"id": session_id})
        elif person_id is not None and await _take(own, person_id, now, PAUSE, OF_PERSON) is None:
            [[until]] = await run(own.session, _PAUSED_UNTIL, {"id": person_id})
            raise CodesPaused(until=until)  # which takes nothing of the session
    if taken is None:
        raise TooManyCodes
    return OF_SESSION - taken


async def refuse(scope: SystemScope, session_id: UUID, left: int) -> WrongCode | TooManyCodes:
    """What to raise for a wrong code; where it was the last the session is ended.

    Args:
        left: as `take_try` said.
    """
    if left:
        return WrongCode(left=left)
    async with system_scope(scope.platform, "end a session", atomic=False) as own:
        await run(own.session, _END_SESSION, {"id": session_id})
    return TooManyCodes()


async def forget_tries(scope: SystemScope, session_id: UUID, person_id: PersonId) -> None:
    """A right one: what was wrong before it does not count."""
    await run(scope.session, _FORGET, {"ids": [session_id, person_id]})


async def _take(scope: SystemScope, who: UUID, now: datetime, lasts: timedelta, most: int) -> int | None:
    rows = await run(scope.session, _TAKE, {"id": who, "now": now, "until": now + lasts, "most": most})
    return rows[0][0] if rows else None
