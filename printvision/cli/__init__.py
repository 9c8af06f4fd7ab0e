"""The command line: every task of an installation, for people and (`--json`) for programs. See README.md."""

from printvision.cli.commands import main

__all__ = ["main"]
