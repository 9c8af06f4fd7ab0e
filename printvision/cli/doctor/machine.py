"""Checks of this machine: disk and keyring."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Final

from printvision.cli.doctor.checks import Unwell
from printvision.platform.runtime import keyring_path
from printvision.platform.sealed import Keyring
from printvision.platform.settings import Settings

LEAST_FREE_BYTES: Final = 1_000_000_000
LEAST_FREE_SHARE: Final = 0.03


async def told_settings(settings: Settings) -> str:
    where = "at DATABASE_URL" if settings.database.url else "bundled"
    return f"data in {settings.data_path}, database {where}, public address {settings.server.public_url}"


async def disk_room(settings: Settings) -> str:
    """Room where the data lies: at least 1 GB, and 3 % of the disk."""
    usage = shutil.disk_usage(_existing(settings.data_path))
    free = f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.0f} GB"
    if usage.free < LEAST_FREE_BYTES or usage.free < LEAST_FREE_SHARE * usage.total:
        raise Unwell(f"{free}: make room, or move the data folder")
    return free


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


async def keyring(settings: Settings) -> str:
    """There, sound, and for its owner's eyes alone."""
    path = keyring_path(settings)
    if not path.exists() and not settings.data_path.exists():
        raise Unwell("there is none yet: the first `printvision up` makes it")
    Keyring.load(path)
    return f"{path}, mode {stat.S_IMODE(path.stat().st_mode):04o}"
