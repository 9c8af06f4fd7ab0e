"""`printvision mail …`"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.mail.writing import WaitingLetter

app = App(name="mail", help="Read the mail that was not sent.")


@app.command
def outbox(
    *,
    limit: Annotated[int, Parameter(help="How many letters, 1 to 200.")] = 20,
    options: WorkspaceOptions = MINE,
) -> None:
    """The letters that wait, the last first: all of them where no SMTP server is named."""
    letters = asyncio.run(_read(options, max(1, min(limit, 200))))
    options.output().answer({"items": letters}, lambda console: _show(console, letters))


async def _read(options: WorkspaceOptions, limit: int) -> list[WaitingLetter]:
    from printvision.cli.door import open_installation
    from printvision.mail.writing import read_outbox
    from printvision.platform.scope import system_scope

    async with open_installation(options.settings()) as platform, system_scope(platform, "outbox") as scope:
        return await read_outbox(scope, limit)


def _show(console: Console, letters: list[WaitingLetter]) -> None:
    if not letters:
        console.print("No letter waits.")
    for letter in letters:
        console.rule(f"{letter.created_at:%Y-%m-%d %H:%M}  to {letter.recipient}", align="left")
        console.print(letter.subject, style="bold", markup=False)
        console.print(letter.text, soft_wrap=True, markup=False)
        if letter.last_failure:
            console.print(f"Not sent: {letter.last_failure}", style="yellow", markup=False)
