"""What must not be read by the wrong eyes: secrets, and the people in an order.

`Secret` keeps a value out of every representation; `redact` makes a copy of anything that is fit for a log.
"""

from __future__ import annotations

import hmac
from typing import Any, Final

MASK: Final = "***"


class Secret:
    """A text that prints as `***`; only `reveal()` gives it out.

    Two secrets are compared in constant time. A secret never equals a plain `str`, cannot be pickled and is
    not iterable, so that it does not leak by being treated as text.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled; store it sealed")


def dec_hook(kind: type, value: Any) -> Any:
    """For `msgspec` decoders: a JSON string becomes a `Secret`."""
    if kind is Secret:
        if isinstance(value, str):
            return Secret(value)
        raise ValueError("Expected `str`")
    raise NotImplementedError(f"{kind!r} is not decoded here")


def enc_hook(value: Any) -> Any:
    """For `msgspec` encoders whose output is shown or logged: a `Secret` becomes `***`."""
    if isinstance(value, Secret):
        return MASK
    raise NotImplementedError(f"{type(value)!r} is not encoded here")


def revealing_enc_hook(value: Any) -> Any:
    """For `msgspec` encoders whose output is sealed at once: a `Secret` becomes its text."""
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"{type(value)!r} is not encoded here")
