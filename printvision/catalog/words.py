"""A provider's words, made fit to be stored: bounded, and free of what PostgreSQL cannot hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import msgspec

MAX_TEXT: Final = 1_000
MAX_RAW_BYTES: Final = 64_000
MAX_DEPTH: Final = 32
MAX_WORDS: Final = 200
MAX_ID: Final = 200

_NUL: Final = "\x00"
_checksums = msgspec.json.Encoder(order="deterministic")


def is_id(value: str) -> bool:
    """Whether it can be a key: cutting or cleaning one would make it another thing's."""
    return 0 < len(value) <= MAX_ID and _NUL not in value


def text(value: str) -> str:
    """At most `MAX_TEXT` characters, without NUL."""
    return value.replace(_NUL, "")[:MAX_TEXT]


def optional_text(value: str | None) -> str | None:
    return None if value is None else text(value)


def link(value: str | None) -> str | None:
    """A web address that a page may show; None for anything else."""
    fit = value is not None and value.startswith(("https://", "http://")) and len(value) <= MAX_TEXT
    return text(value) if fit and value is not None else None


def words(values: Sequence[str]) -> list[str]:
    """The first `MAX_WORDS`, each as `text`."""
    return [text(value) for value in values[:MAX_WORDS]]


def raw(value: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's own object, or a note of its size where it is larger than `MAX_RAW_BYTES`."""
    size = len(msgspec.json.encode(value))
    if size > MAX_RAW_BYTES:
        return {"left_out_bytes": size}
    return cast("dict[str, Any]", _without_nul(value, 0))


def checksum(value: msgspec.Struct) -> str:
    """64 hex digits, equal exactly for structs that say the same."""
    return hashlib.sha256(_checksums.encode(value)).hexdigest()


def _without_nul(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value.replace(_NUL, "")
    if depth >= MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return {key.replace(_NUL, ""): _without_nul(member, depth + 1) for key, member in members.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_without_nul(member, depth + 1) for member in cast("Sequence[Any]", value)]
    return value
