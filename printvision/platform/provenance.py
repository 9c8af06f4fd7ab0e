"""Which sources this code was made from."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import msgspec

import printvision

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
CHECKOUT: Final = Path(printvision.__path__[0]).parent


def find_commit(checkout: Path = CHECKOUT) -> str | None:
    """The commit that was installed or lies here; None where neither says so. Changes on top of it are not told."""
    return _installed() or _checked_out(checkout / ".git")


def _installed() -> str | None:
    """Source: the recorded origin of an installation, PEP 610."""
    try:
        text = distribution("printvision").read_text("direct_url.json")
        commit = msgspec.json.decode(text or "{}").get("vcs_info", {}).get("commit_id", "")
    except (PackageNotFoundError, msgspec.DecodeError, AttributeError):
        return None
    return commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else None


def _checked_out(git: Path) -> str | None:
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head if _COMMIT.fullmatch(head) else None
        name = head.removeprefix("ref: ")
        loose = git / name
        if loose.is_file():
            found = loose.read_text().strip()
            return found if _COMMIT.fullmatch(found) else None
        packed = (git / "packed-refs").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return next(
        (line[:40] for line in packed if line[40:] == f" {name}" and _COMMIT.fullmatch(line[:40])), None
    )
