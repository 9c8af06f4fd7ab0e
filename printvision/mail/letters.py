"""What a letter is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Final
from uuid import UUID

from printvision.platform import clock

MAX_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one person.

    Args:
        to: an address.
        subject: one line; line ends in it become spaces.
        paragraphs: plain text, of which a browser's mail programme gets the same as HTML.
        link: what the letter is about to open, on a line of its own, after its words.
    """

    to: str
    subject: str
    paragraphs: Sequence[str]
    link: tuple[str, str] | None = None

    @property
    def line(self) -> str:
        """The subject, in one line whatever is in the names in it."""
        return " ".join("".join(each if each.isprintable() else " " for each in self.subject).split())[
            :MAX_SUBJECT
        ]

    @property
    def text(self) -> str:
        parts = list(self.paragraphs)
        if self.link:
            words, address = self.link
            parts.insert(1, f"{words}:\n{address}")
        return "\n\n".join(parts) + "\n"


def as_message(letter_id: UUID, to: str, subject: str, text: str, *, sender: str) -> EmailMessage:
    """A letter as it is sent: text, and the same as HTML. The library refuses header fields with line ends in them."""
    message = EmailMessage()
    host = parseaddr(sender)[1].partition("@")[2] or "localhost"
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(_as_html(text), subtype="html")
    return message


def _as_html(text: str) -> str:
    parts = "".join(f"<p>{_with_links(part)}</p>" for part in text.strip().split("\n\n"))
    return f'<!doctype html><html lang="en"><body style="font:16px/1.5 sans-serif">{parts}</body></html>'


def _with_links(part: str) -> str:
    lines = [
        f'<a href="{escape(line, quote=True)}">{escape(line)}</a>'
        if line.startswith(("https://", "http://"))
        else escape(line)
        for line in part.split("\n")
    ]
    return "<br>".join(lines)
