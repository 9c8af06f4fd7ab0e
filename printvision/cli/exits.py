"""What a command's exit code says."""

from __future__ import annotations

from enum import IntEnum

from printvision.platform.errors import InvalidSettings, PrintVisionError


class Exit(IntEnum):
    """
    Args:
        OK: it was done.
        REFUSED: it was not; the problem on standard error says why.
        USAGE: the command or a setting is written wrongly.
        UNREACHABLE: what it needs does not run, or does not answer.
        INTERRUPTED: Ctrl-C.
    """

    OK = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


def exit_of(error: BaseException) -> Exit:
    """The code a command ends with when it fails so."""
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, InvalidSettings):
        return Exit.USAGE
    if isinstance(error, PrintVisionError):
        return Exit.UNREACHABLE if error.status == 503 else Exit.REFUSED
    return Exit.REFUSED
