"""What a browser was asked to sign: kept here, answered once, by whom it was asked of, within five minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from printvision.accounts.factors.ceremonies import CHALLENGE_LASTS
from printvision.accounts.factors.errors import BadPasskey
from printvision.accounts.links import hash_of, new_token
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.retention import Retention
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.visits import Jar, Visit

_KEEP: Final = """
INSERT INTO passkey_challenges (holder, purpose, challenge, expires_at)
VALUES (%(holder)s, %(purpose)s, %(challenge)s, %(until)s)
ON CONFLICT (holder, purpose) DO UPDATE SET challenge = excluded.challenge, expires_at = excluded.expires_at
"""
_TAKE: Final = """
DELETE FROM passkey_challenges WHERE holder = %(holder)s AND purpose = %(purpose)s RETURNING challenge, expires_at
"""

OLD_CHALLENGES: Final = Retention(
    of="challenges",
    forget="""
DELETE FROM passkey_challenges WHERE (holder, purpose) IN (
    SELECT holder, purpose FROM passkey_challenges WHERE expires_at <= %(before)s
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING purpose
""",
    keep=timedelta(0),
    every_s=600,
)


class Asked(StrEnum):
    """What for; an answer to the one is none to the other."""

    ADD = "add"
    SIGN_IN = "sign-in"
    SECOND = "second"
    PROVE = "prove"


def of_session(session_id: UUID) -> bytes:
    """A session, as who may answer."""
    return hashlib.sha256(b"session" + session_id.bytes).digest()


def of_browser(visit: Visit) -> bytes:
    """A browser in which nobody is signed in: it is given a cookie for this alone.

    Raises:
        InsecureAddress
    """
    token = new_token()
    visit.keep(Jar.PASSKEY, token, CHALLENGE_LASTS)
    return hash_of(token.reveal())


def of_same_browser(visit: Visit) -> bytes:
    """
    Raises:
        BadPasskey: nothing was asked of it.
    """
    if (token := visit.presented.get(Jar.PASSKEY)) is None:
        raise BadPasskey(note="no cookie")
    return hash_of(token.reveal())


async def ask(scope: SystemScope, holder: bytes, what_for: Asked) -> bytes:
    """A challenge of 32 random bytes; the one before it is of no use any more."""
    challenge = secrets.token_bytes(32)
    values = {
        "holder": holder,
        "purpose": what_for,
        "challenge": challenge,
        "until": clock.now() + CHALLENGE_LASTS,
    }
    await run(scope.session, _KEEP, values)
    return challenge


async def take_challenge(scope: SystemScope, holder: bytes, what_for: Asked) -> bytes:
    """What was asked; it is used up by this, whatever the answer is worth.

    Args:
        scope: of which nothing else was asked yet, for this waits for another connection.

    Raises:
        BadPasskey
    """
    async with system_scope(scope.platform, "take a challenge", atomic=False) as own:
        rows = await run(own.session, _TAKE, {"holder": holder, "purpose": what_for})
    if not rows or rows[0][1] <= clock.now():
        raise BadPasskey(note="nothing was asked, or too long ago")
    return rows[0][0]
