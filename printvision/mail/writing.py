"""Letters written down, and read by the operator of an installation that sends none."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from printvision.mail.letters import Letter
from printvision.mail.models import LetterRow
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import new_id
from printvision.platform.scope import AnyScope, SystemScope
from printvision.platform.sealed import SealedAt

_WAITING: Final = """
SELECT id, recipient, subject, body, created_at, last_failure FROM letters
WHERE body IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""


class WaitingLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was not sent yet; `last_failure` says why, where it was tried."""

    id: UUID
    recipient: str
    subject: str
    text: str
    created_at: datetime
    last_failure: str | None


async def send(scope: AnyScope, letter: Letter, *, to_nobody: bool = False) -> None:
    """Have a letter sent after the scope's transaction, and only then.

    Args:
        to_nobody: it is written as any other and not sent, so that nobody can tell by how long it took.
    """
    now, letter_id = clock.now(), new_id()
    body = scope.platform.keyring.seal(letter.text.encode(), body_at(letter_id))
    scope.session.add(
        LetterRow(
            id=letter_id,
            recipient=letter.to,
            subject=letter.line,
            body=None if to_nobody else body,
            created_at=now,
            due_at=now,
            given_up_at=now if to_nobody else None,
        )
    )
    await scope.session.flush()


async def read_outbox(scope: SystemScope, limit: int = 20) -> list[WaitingLetter]:
    """What was not sent yet, the last first."""
    return [
        WaitingLetter(
            id=letter_id,
            recipient=recipient,
            subject=subject,
            text=scope.platform.keyring.open(body, body_at(letter_id)).decode(),
            created_at=created_at,
            last_failure=last_failure,
        )
        for letter_id, recipient, subject, body, created_at, last_failure in await run(
            scope.session, _WAITING, {"limit": limit}
        )
    ]


def body_at(letter_id: UUID) -> SealedAt:
    return SealedAt(None, "letters", "body", letter_id)
