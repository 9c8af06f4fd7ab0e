"""How many files, and so connections, this process may have open."""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Final

WANTED: Final = 65_536


def allow_open_files(wanted: int = WANTED) -> int:
    """Raise the soft limit to `wanted`, or to the hard limit where that is lower; never lowers it.

    Returns:
        The limit that holds from now on.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # a sandbox may forbid it: what there is has to do
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
