"""The worker's loop that sends letters by SMTP: what is due is taken for a while, sent, and noted as sent.

A process that dies between sending and noting has the letter sent again, by the same Message-ID; one that dies before
has lost nothing. A letter is tried for a day, at growing distances.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import aiosmtplib
import structlog

from printvision.mail.letters import as_message
from printvision.mail.writing import body_at
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.retention import Retention
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import MailSettings

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 1.0
TAKEN_AT_ONCE: Final = 10
TAKEN_FOR: Final = timedelta(minutes=10)  # longer than all of them may take
SMTP_LIMIT_S: Final = 30
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=2)
TRIED_FOR: Final = timedelta(days=1)

OLD_MAIL: Final = Retention(
    of="letters",
    forget="""
DELETE FROM letters WHERE id IN (
    SELECT id FROM letters WHERE created_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id
""",
    keep=timedelta(days=7),
    every_s=3_600,
)

_TAKE: Final = """
UPDATE letters SET due_at = %(until)s, tries = tries + 1 WHERE id IN (
    SELECT id FROM letters WHERE body IS NOT NULL AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING id, recipient, subject, body, tries, created_at
"""
_SENT: Final[LiteralString] = (
    "UPDATE letters SET sent_at = %(now)s, body = NULL, last_failure = NULL WHERE id = %(id)s"
)
_FAILED: Final = (
    "UPDATE letters SET due_at = %(due_at)s, last_failure = %(why)s WHERE id = %(id)s AND body IS NOT NULL"
)
_GIVEN_UP: Final = """
UPDATE letters SET given_up_at = %(now)s, body = NULL, last_failure = %(why)s WHERE id = %(id)s AND body IS NOT NULL
"""


class _Taken(NamedTuple):
    id: UUID
    recipient: str
    subject: str
    body: bytes
    tries: int
    created_at: datetime


class Mailer:
    """Sends what is due until it is cancelled; where no server is named it sends nothing."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._settings = platform.settings.mail

    async def run(self) -> None:
        if self._settings.host is None:
            log.info("mail.not_sent", reason="no SMTP server is named: letters wait in the outbox")
            await asyncio.Event().wait()
        while True:
            try:
                while await self.send_due():
                    pass
            except Exception:
                log.exception("mail.loop_failed")
            await asyncio.sleep(LOOK_EVERY_S)

    async def send_due(self) -> int:
        """Send some of what is due; how many were tried."""
        now = clock.now()
        values = {"now": now, "until": now + TAKEN_FOR, "most": TAKEN_AT_ONCE}
        async with system_scope(self._platform, "mail") as scope:
            taken = [_Taken(*row) for row in await run(scope.session, _TAKE, values)]
        for letter in taken:
            await self._send(letter)
        return len(taken)

    async def _send(self, letter: _Taken) -> None:
        text = self._platform.keyring.open(letter.body, body_at(letter.id)).decode()
        try:
            message = as_message(
                letter.id, letter.recipient, letter.subject, text, sender=self._settings.sender
            )
            await _deliver(self._settings, message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            await self._note_failure(letter, error)
            return
        await self._note(_SENT, {"id": letter.id, "now": clock.now()})
        log.info("mail.sent", letter_id=str(letter.id), tries=letter.tries)

    async def _note_failure(self, letter: _Taken, error: Exception) -> None:
        now, why = clock.now(), f"{type(error).__name__}: {error}"[:500]
        final = _is_final(error) or now - letter.created_at > TRIED_FOR
        log.warning("mail.failed", letter_id=str(letter.id), tries=letter.tries, given_up=final, why=why)
        if final:
            await self._note(_GIVEN_UP, {"id": letter.id, "now": now, "why": why})
            return
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(letter.tries - 1, 16))
        await self._note(_FAILED, {"id": letter.id, "due_at": now + wait, "why": why})

    async def _note(self, statement: LiteralString, values: dict[str, object]) -> None:
        async with system_scope(self._platform, "mail", atomic=False) as scope:
            await run(scope.session, statement, values)


async def _deliver(settings: MailSettings, message: EmailMessage) -> None:
    assert settings.host is not None, "asked before"
    await aiosmtplib.send(
        message,
        hostname=settings.host,
        port=settings.port,
        username=settings.user,
        password=settings.password.reveal() if settings.password else None,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        timeout=SMTP_LIMIT_S,
    )


def _is_final(error: Exception) -> bool:
    """Whether the server said that it will never take it (5yz of the recipient or the text), or no server could."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(500 <= each.code < 600 for each in error.recipients)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False  # a matter of the settings, which somebody will mend
    return isinstance(error, ValueError) or (
        isinstance(error, aiosmtplib.SMTPResponseException) and 500 <= error.code < 600
    )
