"""Passwords: which are good enough, and how they are kept.

Argon2id takes 46 MiB and some 50 ms of a core each time. So a process hashes a few at once and lets others wait; who
comes when too many do is told to come again, and the calls of everybody else go on.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from printvision.platform.errors import PrintVisionError
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform

LEAST_LENGTH: Final = 8
MOST_LENGTH: Final = 256
MOST_WAITING: Final = 250  # of whom the last waits some 12 s for one thread, which costs nobody anything
WAIT_S: Final = 2
LEAST_SCORE: Final = 3  # of zxcvbn's 0 to 4: more than a hundred million guesses
SCORED_LENGTH: Final = 72  # what is longer is judged by its beginning: scoring takes the square of it

# OWASP's first choice for argon2id.
_HASHER: Final = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=47_104, parallelism=1),))

Answer = TypeVar("Answer")


class WeakPassword(PrintVisionError):
    """Somebody else would guess it soon, or has read it in a list; nothing was changed."""

    status = 422
    code = "accounts/weak-password"
    title = "This password is too easy to guess"
    action = "Take a longer one: four or five words that have nothing to do with each other are good."


class HashingBusy(PrintVisionError):
    """More people sign in at this moment than this machine can look at; nothing was changed."""

    status = 503
    code = "accounts/busy"
    title = "Too many people are signing in at this moment"
    action = "Try again in a few seconds."
    retry_after_s: int


class Hashing:
    """A process's few threads for passwords, and the few that may wait for them."""

    def __init__(self, threads: int | None = None, waiting: int = MOST_WAITING) -> None:
        threads = threads or max(1, (os.cpu_count() or 2) // 2)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords", initializer=_give_way)
        self._most = threads + waiting
        self._here = 0

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """
        Raises:
            HashingBusy
        """
        if self._here >= self._most:
            raise HashingBusy(retry_after_s=WAIT_S)
        self._here += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._here -= 1

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _give_way() -> None:
    """Have this thread take what others leave of the processor, where the system knows of such a thing."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


async def hash_password(platform: Platform, password: Secret, *, about: Iterable[str] = ()) -> str:
    """A password as it is kept, once it was found to be good enough.

    Args:
        about: words that whoever knows the person would try: their name, their address.

    Raises:
        WeakPassword, HashingBusy
    """
    text, words = _folded(password), [word.lower() for word in about if word]
    known = _refused_too(platform.settings.accounts.refused_passwords)
    return await hashing_of(platform).run(lambda: _hash(text, words, known))


async def check_password(platform: Platform, password: Secret, kept: str | None) -> tuple[bool, str | None]:
    """Whether it is the one that is kept, and how to keep it from now on where that is done otherwise today.

    Args:
        kept: None where there is nobody, or nobody with a password: it takes as long.

    Raises:
        HashingBusy
    """
    text = _folded(password)
    return await hashing_of(platform).run(lambda: _check(text, kept))


def hashing_of(platform: Platform) -> Hashing:
    """The process's one `Hashing`, made on first use; it ends with the platform."""
    hashing = platform.extras.get(Hashing)
    if not isinstance(hashing, Hashing):
        hashing = platform.extras[Hashing] = Hashing()
        platform.on_close(hashing.close)
    return hashing


def _folded(password: Secret) -> str:
    """One spelling of what looks the same, whichever keyboard it came from."""
    return unicodedata.normalize("NFKC", password.reveal())


def _check(text: str, kept: str | None) -> tuple[bool, str | None]:
    if len(text) > MOST_LENGTH:
        text = ""
    same, better = _HASHER.verify_and_update(text, kept or _nobodys())
    return (same and kept is not None, better if same and kept else None)


def _hash(text: str, about: list[str], known: frozenset[str]) -> str:
    _require_good(text, about, known)
    return _HASHER.hash(text)


@cache
def _nobodys() -> str:
    return _HASHER.hash(os.urandom(16).hex())


def _require_good(text: str, about: list[str], known: frozenset[str]) -> None:
    if not LEAST_LENGTH <= len(text) <= MOST_LENGTH:
        raise WeakPassword(f"A password has {LEAST_LENGTH} to {MOST_LENGTH} characters")
    if text.lower() in known:
        raise WeakPassword("This password stands in a list of those that are not taken here")
    # Not at import: its lists take a fifth of a second to read, and most processes never look at a password.
    from zxcvbn import zxcvbn

    judged = zxcvbn(text[:SCORED_LENGTH], user_inputs=[*about, "printvision"], max_length=SCORED_LENGTH)
    if judged["score"] < LEAST_SCORE:
        raise WeakPassword(str(judged["feedback"]["warning"]) or None)


@cache
def _refused_too(path: str | None) -> frozenset[str]:
    if path is None:
        return frozenset()
    return frozenset(line.strip().lower() for line in Path(path).read_text("utf-8", "replace").splitlines())
