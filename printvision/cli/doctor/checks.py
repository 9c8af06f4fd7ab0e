"""What a check is, and how one is made: a function that returns what it saw, or raises `Unwell`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

import msgspec

from printvision.platform.errors import PrintVisionError

CHECK_WITHIN_S: Final = 15.0


class Check(msgspec.Struct, frozen=True):
    """What came of one check; `detail` is one sentence, with what to do where it is not `ok`."""

    name: str
    ok: bool
    detail: str


class Unwell(Exception):
    """Something is not as it should be; the message says what, and what to do."""


async def look(name: str, check: Awaitable[str]) -> Check:
    """Carry out a check; whatever it raises is its result."""
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            return Check(name, True, await check)
    except Unwell as unwell:
        return Check(name, False, str(unwell))
    except TimeoutError:
        return Check(name, False, f"no answer within {CHECK_WITHIN_S:.0f} s")
    except PrintVisionError as error:
        told = f"{error.title}: {error.detail}" if error.detail else error.title
        return Check(name, False, f"{told}. {error.action}")
    except Exception as error:  # noqa: BLE001 -- a check that breaks must not hide the others
        return Check(name, False, f"the check itself broke: {type(error).__name__}: {error}")
