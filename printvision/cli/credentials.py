"""Where a credential comes from: a file, standard input, or a person; never an argument that `ps` shows."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Any

import msgspec

from printvision.cli.errors import BadUsage
from printvision.providers import adapter_types

MOST_BYTES = 100_000


def read_credentials(provider: str, source: Path | None) -> dict[str, Any]:
    """The members of a provider's credential.

    Args:
        source: a JSON file, `-` for standard input; None asks whoever sits at the terminal.

    Raises:
        BadUsage: it is not a JSON object, or there is nobody to ask.
    """
    if source is None:
        return _ask(provider)
    try:
        content = sys.stdin.buffer.read(MOST_BYTES) if str(source) == "-" else source.read_bytes()
        return msgspec.json.decode(content, type=dict[str, Any])
    except OSError as error:
        raise BadUsage(f"{source}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadUsage(f'{source}: expected a JSON object such as {{"token": "…"}}') from None


def _ask(provider: str) -> dict[str, Any]:
    kind = adapter_types().get(provider)
    if kind is None:
        return {}  # the operation says which providers there are
    if not sys.stdin.isatty():
        raise BadUsage("Give the credential by --credentials FILE, or - for standard input.")
    asked: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind.settings_type):
        words = field.encode_name if field.required else f"{field.encode_name} (may be left empty)"
        if answer := getpass(f"{provider} {words}: "):
            asked[field.encode_name] = answer
    return asked
