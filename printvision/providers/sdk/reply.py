"""An answer, and how an adapter reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from printvision.platform.errors import PrintVisionError
from printvision.providers.sdk.errors import ProviderError, ProviderUnintelligible
from printvision.providers.sdk.wire import Answer

T = TypeVar("T")

_MISUNDERSTOOD = (
    msgspec.ValidationError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    PrintVisionError,
)

NUL: Final = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # its escape, and not an escaped backslash before one


class Reply:
    """An answer.

    Args:
        answer: status, headers and body.
        refuse: makes (and records) the error for a body that is not what it should be.
    """

    def __init__(self, answer: Answer, refuse: Callable[[str], ProviderUnintelligible]) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.raw = answer.body
        self._refuse = refuse

    def json(self) -> Any:
        """The body as plain values. NUL characters are left out: no database stores them in a text.

        Raises:
            ProviderUnintelligible: it is not JSON.
        """
        body = NUL.sub(rb"\1", self.raw) if b"\\u0000" in self.raw else self.raw
        try:
            return msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._refuse("The answer is not JSON") from None

    def decode(self, kind: type[T]) -> T:
        """The body as `kind`; fields that `kind` does not name are left out.

        Raises:
            ProviderUnintelligible: it is something else.
        """
        return self.read(lambda body: msgspec.convert(body, kind))

    def read(self, translate: Callable[[Any], T], part: Any = msgspec.UNSET) -> T:
        """`translate` the body, or the `part` of it that is given.

        Raises:
            ProviderUnintelligible: `translate` could not make sense of it.
        """
        try:
            return translate(self.json() if part is msgspec.UNSET else part)
        except ProviderError:
            raise
        except _MISUNDERSTOOD as error:
            raise self._refuse(f"The answer has another shape: {error}") from None
