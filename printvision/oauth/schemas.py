from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes on, within ten minutes."""

    address: str


Answer = Annotated[
    dict[Annotated[str, Meta(max_length=50)], Annotated[str, Meta(max_length=4_000)]], Meta(max_length=20)
]
"""What a browser was sent back with, as it came."""
