"""What of a call may be kept: no credential, and nothing about the buyer.

A provider's error message likes to quote what it was sent, so hiding by field name is not enough: the words
of every hidden field of the request are remembered and hidden wherever they turn up in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any, Final, cast

import msgspec

MASK: Final = "***"

SECRET_WORDS: Final = (
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "authorization",
    "signature",
    "credential",
)
PERSONAL_TREES: Final = frozenset(
    (
        *("recipient", "address", "addressto", "shipto", "billto", "shippingaddress", "billingaddress"),
        *("returnaddress", "customer", "buyer", "packingslip", "gift"),
    )
)
PERSONAL_FIELDS: Final = frozenset(
    (
        *(
            "email",
            "phone",
            "address1",
            "address2",
            "line1",
            "line2",
            "addressline1",
            "addressline2",
            "street",
        ),
        *("zip", "zipcode", "postalcode", "postcode", "city", "firstname", "lastname", "fullname", "company"),
        *("taxnumber", "vatnumber"),
    )
)

MAX_DEPTH: Final = 12
MAX_ITEMS: Final = 5
MAX_FIELDS: Final = 60
MAX_TEXT: Final = 1_000
LONGEST_NAME: Final = 80
MAX_PARSED: Final = 256_000
SHORTEST_WORD: Final = 3  # shorter ones, such as a country code, would hide half of every answer

_QUERY = re.compile(r"(https?://[^\s\"'<>?]*)\?[^\s\"'<>]*")
_USERINFO = re.compile(r"(https?://)[^\s/@\"']+@")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?(?P<names>\s*:)?', re.DOTALL)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


class Redactor:
    """Makes things fit to keep; one for each call, since it remembers what the call must not show.

    Args:
        secrets: the credential's own words.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._words = {word for word in secrets if word}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, words: Iterable[str]) -> None:
        """Also hide these words, wherever they turn up."""
        self._words |= {word for word in words if len(word) >= SHORTEST_WORD}
        self._pattern = None

    def learn_body(self, body: Any) -> None:
        """Also hide what the personal and secret fields of this JSON value hold."""
        self.learn(_hidden_words(body))

    def text(self, text: str) -> str:
        """The text without known words, e-mail addresses and what stands in the query of a link."""
        # to look for a word is far cheaper than to match it, and nearly every text has none of them
        for word in self._words:
            if word in text:
                self._pattern = self._pattern or _one_of(self._words)
                text = self._pattern.sub(MASK, text)
                break
        if "://" in text:
            text = _QUERY.sub(rf"\1?{MASK}", text)
            text = _USERINFO.sub(rf"\1{MASK}@", text)
        return _EMAIL.sub(MASK, text) if "@" in text else text

    def value(self, value: Any, *, depth: int = 0) -> Any:
        """A copy of a JSON value with secrets and people hidden and long lists, texts and depths cut."""
        if isinstance(value, str):
            return _cut(self.text(value[: MAX_TEXT * 8]), MAX_TEXT)
        if isinstance(value, dict):
            return self._fields(cast("dict[str, Any]", value), depth) if depth < MAX_DEPTH else "…"
        if isinstance(value, list):
            return self._items(cast("list[Any]", value), depth) if depth < MAX_DEPTH else "…"
        return value

    def body(self, raw: bytes, *, limit: int) -> str:
        """At most `limit` characters of a body, JSON or not, fit to keep."""
        if not raw:
            return ""
        if len(raw) > MAX_PARSED:
            return f"({len(raw)} bytes)"
        try:
            value = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _cut(self._broken(raw.decode("utf-8", "replace")[: limit * 4]), limit)
        return _cut(msgspec.json.encode(self.value(value)).decode(), limit)

    def _broken(self, text: str) -> str:
        """Text that is no JSON; where it set out to be, nobody can say what its values are, so all are hidden."""
        return self.text(_QUOTED.sub(_names_only, text) if text.lstrip()[:1] in ("{", "[") else text)

    def _fields(self, fields: dict[str, Any], depth: int) -> dict[str, Any]:
        return {
            _cut(name, LONGEST_NAME): MASK
            if child is not None and _hides(name)
            else self.value(child, depth=depth + 1)
            for name, child in islice(fields.items(), MAX_FIELDS)
        }

    def _items(self, items: list[Any], depth: int) -> list[Any]:
        kept = [self.value(child, depth=depth + 1) for child in items[:MAX_ITEMS]]
        return [*kept, f"… {len(items) - MAX_ITEMS} more"] if len(items) > MAX_ITEMS else kept


def _names_only(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted["names"] else f'"{MASK}"'


def _hides(name: str) -> bool:
    # a provider uses the same few names all the time; one that is long is nobody's and not remembered
    return _is_hidden(name) if len(name) <= LONGEST_NAME else _is_hidden.__wrapped__(name)


@lru_cache(maxsize=2_048)
def _is_hidden(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return plain in PERSONAL_TREES or plain in PERSONAL_FIELDS or any(word in plain for word in SECRET_WORDS)


def _hidden_words(value: Any, *, hidden: bool = False, depth: int = 0) -> Iterable[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, child in cast("dict[str, Any]", value).items():
            yield from _hidden_words(child, hidden=hidden or _hides(name), depth=depth + 1)
    elif isinstance(value, list | tuple):
        for child in cast("Iterable[Any]", value):
            yield from _hidden_words(child, hidden=hidden, depth=depth + 1)
    elif hidden and isinstance(value, str):
        yield value


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    """The longest first, so that a word that begins with another is hidden whole."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
