"""What must not be read by the wrong eyes: secrets, and the people in an order.

`Secret` keeps a value out of every representation. `redact` makes a copy of anything that is fit for a log or
a kept call: masked by the name of its key, by the shape of its value, and bounded in depth and size. What has
no shape, such as a person's name in free text, is not found: put it under its key, or leave it out.
"""

from __future__ import annotations

import dataclasses
import hmac
import re
from collections.abc import Collection, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NoReturn, cast
from uuid import UUID

import msgspec

MASK: Final = "***"
MAX_DEPTH: Final = 8
MAX_ITEMS: Final = 64
MAX_TEXT: Final = 4_000


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

    def __reduce__(self) -> NoReturn:
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


# -- by the name of the key ----------------------------------------------------------------------------------


class _Key(Enum):
    PLAIN = "plain"
    SECRET = "secret"  # noqa: S105 - a word, not a secret
    PERSONAL = "personal"
    PERSON = "person"  # holds a person: everything in it is masked except the country
    NAME = "name"  # a person's where the thing beside it is a person's, else a product's or a file's


_OF_A_PERSON: Final = (_Key.PERSONAL, _Key.PERSON)
_SECRET_PARTS: Final = re.compile(
    "authorization|token|secret|passw|pwd|passphrase|apikey|accesskey|privatekey|signingkey|cookie|signature"
    "|hmac|credential|bearer|sessionid|onetimecode|^otp$|^pin$|^auth$"
)
_ABOUT_A_SECRET: Final = re.compile(
    "(?<!session)_(ids?|count|type|prefix|at|in|until|name|header|length|url)$"
)
_PERSONAL_NAMES: Final = re.compile(
    "(first|last|middle|full|given|family|recipient|customer|buyer|shipping|billing|contact)name|surname"
    "|.*email(address)?|.*phone(number)?|mobile|telephone|tel|fax|(browser)?ip(address)?"
    "|address[123]?|addressline[123]|line[123]|street[12]?|streetaddress|housenumber|city|zip|zipcode|postcode"
    "|postalcode|latitude|longitude|company|tax(id|number)|vatnumber|dateofbirth|birthday|giftmessage|customernote"
)
_PERSON_NAMES: Final = re.compile(
    "recipient|customer|buyer|person|contact|(ship|bill)to|(shipping|billing|default|delivery|return)address"
    "|addresses|clientdetails"
)
_COUNTRY: Final = frozenset({"country", "countrycode"})
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def _kind_of(key: str) -> _Key:
    snake = _CAMEL.sub("_", key).lower().replace("-", "_")
    plain = snake.replace("_", "")
    if _SECRET_PARTS.search(plain) and not _ABOUT_A_SECRET.search(snake):
        return _Key.SECRET
    if _PERSON_NAMES.fullmatch(plain):
        return _Key.PERSON
    if _PERSONAL_NAMES.fullmatch(plain):
        return _Key.PERSONAL
    return _Key.NAME if plain == "name" else _Key.PLAIN


@lru_cache(maxsize=4096)
def _is_country(key: str) -> bool:
    return key.lower().replace("_", "") in _COUNTRY


# -- by the shape of the value -------------------------------------------------------------------------------

_TOKENS: Final = re.compile(
    r"(?i)(?=[bcegkprstwx?&])(?:"  # how they begin: three quarters of the places need no other look
    r"\b(?P<scheme>bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{6,}"
    r"|\bpv_[A-Za-z0-9_-]{8,}"  # our own API keys
    r"|\b(?:shp[a-z]{2}|sk_live|sk_test|rk_live|whsec|ghp|gho|xox[abp])_?[A-Za-z0-9+/=_-]{8,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}"  # a JWT
    r"|\b(?P<word>secret|password|key|signature|cookie)\s+(?:[A-Fa-f0-9]{16,}|[A-Za-z0-9+/_=-]{24,})"
    r"|(?P<link>[?&]s=)[A-Za-z0-9_-]{16,}"  # the signature of our file links
    r")"
)
_USERINFO: Final = re.compile(r"(?<=://)[^/\s?#@]*(?:@[^/\s?#@]*)*@")
_KEYED: Final = re.compile(
    r"(?<![\w-])(?P<key>[A-Za-z][\w-]*)(?P<is>\\?[\"']?\s{0,3}[:=]\s{0,3}|\)=\()"
    r"(?P<value>\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$)|\\\"[^\"\\]*(?:\\\"|$)|\[[^\]]*(?:\]|$)"
    r"|[^\s,;&\])}\"'\[{\\][^\s,;&\])}\"']*)"
)
_EMAIL: Final = re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(
    r"(?<![\w+])(?:\+\d(?:[ ().-]{0,2}\d){6,14}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w-])"
)
_SQL_VALUES: Final = re.compile(r"(?s)\[parameters: .*?(?:\)\]|\}\]|$)|(?m:^[ \t]*(?:DETAIL|CONTEXT):[^\n]*)")


def redact_text(text: str, *, max_text: int = MAX_TEXT) -> str:
    """Mask tokens, keyed secrets and personal values, e-mail addresses and telephone numbers; URLs too.

    At most `max_text` characters come back, with what was left out counted at the end.
    """
    left_out = len(text) - max_text
    if left_out > 0:
        # Cut between words, for half a secret has no shape.
        text = text[:max_text]
        text = text[: max(text.rfind(" "), max_text - 512)]
    text = _redact_shapes(text)
    return f"{text}… ({left_out} more)" if left_out > 0 else text


def _redact_shapes(text: str) -> str:
    if "\n" in text or "[parameters" in text:
        text = _SQL_VALUES.sub(MASK, text)
    if "://" in text:
        text = _USERINFO.sub(f"{MASK}@", text)
    text = _TOKENS.sub(_mask_token, text)
    if "=" in text or ":" in text:
        text = _mask_keyed(text)
    if "@" in text:
        text = _EMAIL.sub(MASK, text)
    return _PHONE.sub(MASK, text)


def _mask_token(found: re.Match[str]) -> str:
    lead = found["scheme"] or found["word"]
    return f"{lead} {MASK}" if lead else f"{found['link'] or ''}{MASK}"


def _mask_keyed(text: str) -> str:
    parts: list[str] = []
    done = at = 0
    while found := _KEYED.search(text, at):
        at = found.end("is")
        if _is_masked(_kind_of(found["key"]), found["value"]):
            parts += text[done:at], MASK
            done = at = found.end()
    return "".join(parts) + text[done:]


def _is_masked(kind: _Key, value: str) -> bool:
    # Unquoted, `name: orders` is far more often a thing's name than a person's.
    return kind is not _Key.PLAIN and (kind is not _Key.NAME or value[0] in "\"'\\")


# -- whole values --------------------------------------------------------------------------------------------


_SHOWN: Final = (int, float, Decimal, UUID, date, time, timedelta)
_MOSTLY: Final = frozenset({str, int, float, bool, type(None)})  # what most values are: looked at no further


def redact(value: Any, *, max_text: int = MAX_TEXT) -> Any:
    """A copy of a value, mapping (headers too), JSON or struct in which nothing secret or personal is left.

    Mappings stay mappings, sequences and sets become lists, structs and dataclasses become mappings, bytes
    are told by their length and anything unknown by its type. Deeper than `MAX_DEPTH`, after `MAX_ITEMS`
    members of one collection and after `max_text` characters of one text, the rest is counted and left out.
    """
    return _redact(value, depth=0, personal=False, max_text=max_text)


def _redact(value: Any, *, depth: int, personal: bool, max_text: int) -> Any:
    if type(value) is str:
        return MASK if personal else redact_text(value, max_text=max_text)
    if type(value) in _MOSTLY:
        return _redact_scalar(value, personal=personal, max_text=max_text)
    mapping = _as_mapping(value)
    if mapping is None and not isinstance(value, list | tuple | set | frozenset):
        return _redact_scalar(value, personal=personal, max_text=max_text)
    if depth >= MAX_DEPTH:
        return "<deeper>"
    if mapping is not None:
        return _redact_mapping(mapping, depth=depth, personal=personal, max_text=max_text)
    items = cast("Collection[Any]", value)
    return _redact_items(items, depth=depth, personal=personal, max_text=max_text)


def _redact_scalar(value: Any, *, personal: bool, max_text: int) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if personal or isinstance(value, Secret):
        return MASK
    if isinstance(value, str):
        return redact_text(value, max_text=max_text)
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    return value if isinstance(value, _SHOWN) else f"<{type(value).__name__}>"


def _redact_items(items: Collection[Any], *, depth: int, personal: bool, max_text: int) -> list[Any]:
    first = islice(items, MAX_ITEMS)
    kept = [_redact(item, depth=depth + 1, personal=personal, max_text=max_text) for item in first]
    left_out = len(items) - len(kept)
    return [*kept, f"<{left_out} more>"] if left_out else kept


def _as_mapping(value: Any) -> Mapping[Any, Any] | None:
    if isinstance(value, Mapping):
        return cast("Mapping[Any, Any]", value)
    if isinstance(value, msgspec.Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return None


def _redact_mapping(
    mapping: Mapping[Any, Any], *, depth: int, personal: bool, max_text: int
) -> dict[str, Any]:
    keys = [_key_text(key) for key in islice(mapping, MAX_ITEMS)]
    pairs = [(key, _kind_of(key), value) for key, value in zip(keys, mapping.values(), strict=False)]
    of_a_person = any(kind in _OF_A_PERSON for _, kind, _ in pairs)
    kept: dict[str, Any] = {}
    for key, kind, value in pairs:
        if kind is _Key.SECRET:
            kept[key] = value if value is None or isinstance(value, bool) else MASK
            continue
        inner = personal or kind in _OF_A_PERSON or (kind is _Key.NAME and of_a_person)
        inner = inner and not _is_country(key)
        kept[key] = _redact(value, depth=depth + 1, personal=inner, max_text=max_text)
    if left_out := len(mapping) - len(pairs):
        kept["…"] = f"<{left_out} more>"
    return kept


def _key_text(key: object) -> str:
    text = key.decode("latin-1") if isinstance(key, bytes) else str(key)
    text = _EMAIL.sub(MASK, text) if "@" in text else text
    return text if len(text) <= 128 else text[:128] + "…"
