"""Letters, sent to a real SMTP server: after their cause alone, in doubt twice, never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import msgspec
import pytest
import time_machine
from aiosmtpd.smtp import SMTP

from printvision.mail import OLD_MAIL, Letter, Mailer, send
from printvision.mail.writing import read_outbox
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import MailSettings

LETTER = Letter(
    "ada@print.example",
    "Set a new password",
    ["Hello Ada.", "It works once."],
    ("Open it", "https://print.example/reset#tok-en"),
)


class Post:
    """What a mail server got; `says` is its answer to the next letters."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.says: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.says:
            return self.says.pop(0)
        self.got.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def mailer(platform: Platform, post: Post) -> AsyncGenerator[Mailer]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(post), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender="Desk <desk@print.example>")
    platform.settings = msgspec.structs.replace(platform.settings, mail=mail)
    yield Mailer(platform)
    server.close()


async def write(platform: Platform, letter: Letter = LETTER) -> None:
    async with system_scope(platform, "test") as scope:
        await send(scope, letter)


async def rows(platform: Platform) -> list[tuple[Any, ...]]:
    async with system_scope(platform, "test") as scope:
        found = await run(
            scope.session, "SELECT body, tries, sent_at, given_up_at, last_failure FROM letters"
        )
    return [tuple(row) for row in found]


async def test_a_letter_is_sent_once_and_its_text_forgotten(platform: Platform, mailer: Mailer, post: Post):
    await write(platform)

    assert (await mailer.send_due(), await mailer.send_due()) == (1, 0)

    [message] = post.got
    assert (message["From"], message["To"], message["Subject"]) == (
        "Desk <desk@print.example>",
        "ada@print.example",
        "Set a new password",
    )
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == (
        "Hello Ada.\n\nOpen it:\nhttps://print.example/reset#tok-en\n\nIt works once.\n"
    )
    assert '<a href="https://print.example/reset#tok-en">' in html.get_content()
    [(body, tries, sent_at, given_up_at, _)] = await rows(platform)
    assert (body, tries, given_up_at, sent_at is not None) == (None, 1, None, True)


async def test_what_is_rolled_back_is_not_sent(platform: Platform, mailer: Mailer, post: Post):
    with suppress(RuntimeError):
        async with system_scope(platform, "test") as scope:
            await send(scope, LETTER)
            raise RuntimeError

    assert await mailer.send_due() == 0
    assert post.got == []


async def test_a_letter_that_was_sent_and_not_noted_is_sent_again_and_can_be_told(
    platform: Platform, mailer: Mailer, post: Post, monkeypatch: pytest.MonkeyPatch
):
    await write(platform)

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        with monkeypatch.context() as patch:
            patch.setattr(mailer, "_note", die)
            with pytest.raises(asyncio.CancelledError):
                await mailer.send_due()
        assert await mailer.send_due() == 0  # another process may be at it
        traveller.shift(timedelta(minutes=10))
        assert await mailer.send_due() == 1

    first, second = post.got
    assert first["Message-ID"] == second["Message-ID"]
    assert (await rows(platform))[0][2] is not None


async def test_a_server_that_cannot_now_is_asked_again_at_growing_distances(
    platform: Platform, mailer: Mailer, post: Post
):
    post.says = ["451 Try later", "451 Try later"]
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        await write(platform)
        assert await mailer.send_due() == 1
        assert "451" in (await rows(platform))[0][4]
        for wait_s in (30, 60):
            traveller.shift(wait_s - 1)
            assert await mailer.send_due() == 0
            traveller.shift(1)
            assert await mailer.send_due() == 1

    assert len(post.got) == 1


async def test_a_letter_that_is_refused_for_good_is_given_up_and_its_text_forgotten(
    platform: Platform, mailer: Mailer, post: Post
):
    post.says = ["550 No such person"]
    await write(platform)

    assert (await mailer.send_due(), await mailer.send_due()) == (1, 0)

    [(body, _, sent_at, given_up_at, why)] = await rows(platform)
    assert (body, sent_at, given_up_at is not None, "550" in why) == (None, None, True, True)


async def test_after_a_day_a_letter_is_given_up(platform: Platform, mailer: Mailer, post: Post):
    post.says = ["451 Try later"] * 2
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        await write(platform)
        await mailer.send_due()
        traveller.shift(timedelta(days=1, seconds=1))
        await mailer.send_due()

    assert (await rows(platform))[0][3] is not None
    with time_machine.travel(begun + timedelta(days=7, seconds=1), tick=False):
        assert await forget(platform, OLD_MAIL) == 1


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: all@print.example", "Hello\nX: y", "\x00\x1b[2J", "x" * 500]
)
async def test_a_subject_makes_no_header_of_its_own(
    platform: Platform, mailer: Mailer, post: Post, subject: str
):
    await write(platform, Letter("ada@print.example", subject, ["Hello."]))

    await mailer.send_due()

    for message in post.got:
        assert set(message.keys()) == {
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
            *("MIME-Version", "Content-Type"),
        }


async def test_an_address_with_line_ends_sends_nothing(platform: Platform, mailer: Mailer, post: Post):
    await write(platform, Letter("ada@print.example\r\nBcc: all@print.example", "Hello", ["Hello."]))

    await mailer.send_due()

    assert post.got == []
    assert (await rows(platform))[0][3] is not None


async def test_names_in_a_letter_are_no_markup(platform: Platform, mailer: Mailer, post: Post):
    await write(platform, Letter("ada@print.example", "Hello", ["<img src=x onerror=alert(1)> & you"]))

    await mailer.send_due()

    html = post.got[0].get_body(("html",))
    assert html is not None
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; you" in html.get_content()


async def test_without_a_server_letters_wait_where_the_operator_reads_them(platform: Platform):
    await write(platform)

    async with system_scope(platform, "test") as scope:
        [letter] = await read_outbox(scope)
        [(stored,)] = await run(scope.session, "SELECT letters::text FROM letters")

    assert (letter.recipient, letter.subject, "reset#tok-en" in letter.text) == (
        "ada@print.example",
        "Set a new password",
        True,
    )
    assert "tok-en" not in stored
