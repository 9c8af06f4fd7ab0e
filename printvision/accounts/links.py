"""Links that do one thing once: sign in, prove an address, set a password anew, take an invitation.

A token is 256 random bits, kept as its SHA-256 alone: there is no dictionary to try against it. A link that is used is
deleted by the very statement that finds it, so of two who use it at once one succeeds.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString
from uuid import UUID

from printvision.accounts.errors import BadLink
from printvision.accounts.models import LinkRow
from printvision.accounts.proofs import Purpose
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId, new_id
from printvision.platform.redaction import Secret
from printvision.platform.retention import Retention
from printvision.platform.scope import AnyScope, SystemScope

TOKEN_BYTES: Final = 32

_WHICH: Final[LiteralString] = (
    "token_hash = %(token_hash)s AND purpose = %(purpose)s AND expires_at > %(now)s"
)
_SENT: Final = """
SELECT id FROM links WHERE email = %(email)s AND purpose = %(purpose)s AND created_at > %(since)s LIMIT 1
"""
_TOLD: Final[LiteralString] = "id, person_id, email, details"
_USE: Final[LiteralString] = f"DELETE FROM links WHERE {_WHICH} RETURNING {_TOLD}"  # noqa: S608 - of our own words
_SEE: Final[LiteralString] = f"SELECT {_TOLD} FROM links WHERE {_WHICH}"  # noqa: S608 - of our own words

OLD_LINKS: Final = Retention(
    of="links",
    forget="""
DELETE FROM links WHERE id IN (
    SELECT id FROM links WHERE expires_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(0),
    every_s=600,
)


@dataclass(frozen=True, slots=True)
class NewLink:
    """`token` is shown or mailed once and not kept."""

    id: UUID
    token: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkView:
    """Whose a link is: of a person, or of an address that is nobody's yet; `details` are its purpose's own."""

    id: UUID
    person_id: PersonId | None
    email: str | None
    details: Mapping[str, Any]


def new_token() -> Secret:
    """256 random bits, 43 characters that an address and a cookie take as they are."""
    return Secret(secrets.token_urlsafe(TOKEN_BYTES))


def hash_of(token: str) -> bytes:
    """SHA-256 of a token, by which it is stored."""
    return hashlib.sha256(token.encode()).digest()


async def create_link(
    scope: AnyScope,
    purpose: Purpose,
    *,
    lasts: timedelta,
    person_id: PersonId | None = None,
    email: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> NewLink:
    """Make a link for a person, or for whoever reads the mail of an address.

    Args:
        lasts: until it is of no use.
        email: in lower case.
        details: what its use will need, as JSON.
    """
    token, now, link_id = new_token(), clock.now(), new_id()
    scope.session.add(
        LinkRow(
            id=link_id,
            token_hash=hash_of(token.reveal()),
            purpose=purpose,
            person_id=person_id,
            email=email,
            details=dict(details or {}),
            created_at=now,
            expires_at=now + lasts,
        )
    )
    await scope.session.flush()
    return NewLink(link_id, token, now + lasts)


async def was_sent(scope: SystemScope, purpose: Purpose, email: str, within: timedelta) -> bool:
    """Whether a link of this purpose was made for an address a short while ago."""
    values = {"purpose": purpose, "email": email, "since": clock.now() - within}
    return bool(await run(scope.session, _SENT, values))


async def use_link(scope: SystemScope, purpose: Purpose, token: str) -> LinkView:
    """Use a link up.

    Args:
        scope: of one transaction: where what it is for fails, it was not used.

    Raises:
        BadLink: it was used, is out of date, is for something else, or there never was one.
    """
    return await _find(scope, _USE, purpose, token)


async def see_link(scope: SystemScope, purpose: Purpose, token: str) -> LinkView:
    """What a link would do, for a page that asks before it does it.

    Raises:
        BadLink
    """
    return await _find(scope, _SEE, purpose, token)


async def _find(scope: SystemScope, statement: LiteralString, purpose: Purpose, token: str) -> LinkView:
    values = {"token_hash": hash_of(token), "purpose": purpose, "now": clock.now()}
    rows = await run(scope.session, statement, values)
    if not rows:
        raise BadLink
    link_id, person_id, email, details = rows[0]
    return LinkView(link_id, PersonId(person_id) if person_id else None, email, details)
