from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from printvision.cli.options import HERE, Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from printvision.cli.doctor.checks import Check


def doctor(*, options: Options = HERE) -> int:
    """Check the whole installation. Ends with 0 if all is well, 3 if the database does not answer, else 1."""
    from printvision.cli.doctor.examination import examine
    from printvision.cli.exits import Exit
    from printvision.platform.logs import configure_logs

    configure_logs("doctor", level="critical", json=False)
    checks = asyncio.run(examine(options))
    well = all(check.ok for check in checks)
    options.output().answer({"ok": well, "checks": checks}, lambda console: _show(console, checks))
    if any(check.name == "database" and not check.ok for check in checks):
        return Exit.UNREACHABLE
    return Exit.OK if well else Exit.REFUSED


def _show(console: Console, checks: Sequence[Check]) -> None:
    from rich.text import Text

    from printvision.cli.output import table

    marks = {True: Text("✓", style="green"), False: Text("✗", style="bold red")}
    console.print(table(("", "check", ""), ((marks[check.ok], check.name, check.detail) for check in checks)))
    unwell = sum(not check.ok for check in checks)
    console.print()
    if unwell:
        console.print(Text(f"{unwell} of {len(checks)} checks found something.", style="bold red"))
    else:
        console.print(Text(f"All {len(checks)} checks are well.", style="bold green"))
