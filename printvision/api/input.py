"""From what came over a wire to an operation's input, or to every reason why not.

Path and query are text, so `"5"` becomes 5 there; in JSON a text is never a number. Bounds hold for both.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, TypeVar, Union, cast, get_args, get_origin

import msgspec

from printvision.api.errors import MalformedJson, TooDeep
from printvision.platform.errors import InvalidInput, RuleBroken
from printvision.platform.redaction import dec_hook, revealing_enc_hook

In = TypeVar("In", bound=msgspec.Struct)
Fault = dict[str, str]

MAX_DEPTH: Final = 64
MAX_FAULTS: Final = 50
_AS_THEY_ARE: Final = (bytes,)
_SEQUENCES: Final = (list, tuple)  # a tuple here is always `tuple[X, ...]`


@dataclass(frozen=True, slots=True)
class Given:
    """An operation's input as it came: `members` are JSON values, `texts` the words of path and query.

    `key`, where there is one, makes it one call, however often it is sent. `if_match`, where there is any, names the
    versions of which a thing has to be one for the call to change it.
    """

    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    texts: Sequence[tuple[str, str]] = ()
    key: str | None = None
    if_match: Sequence[str] = ()

    @classmethod
    def of(cls, input: msgspec.Struct | Mapping[str, Any]) -> Given:
        """From a caller in this process; checked like any other, for a struct checks nothing when made."""
        if isinstance(input, Mapping):
            return cls(input)
        return cls(msgspec.to_builtins(input, builtin_types=_AS_THEY_ARE, enc_hook=revealing_enc_hook))


def read_json(body: bytes) -> Mapping[str, Any]:
    """The members of a JSON object; no body has none. Of two of one name the last counts (RFC 8259, 4).

    Raises:
        MalformedJson, TooDeep
        InvalidInput: it is not an object.
        RuleBroken: it holds NUL, which PostgreSQL cannot store.
    """
    if not body:
        return {}
    try:
        value: Any = msgspec.json.decode(body)
    except RecursionError:
        raise TooDeep(max_depth=MAX_DEPTH) from None
    except msgspec.ValidationError as error:  # a number that fits nothing
        raise InvalidInput(errors=[_fault(error, "")]) from None
    except msgspec.DecodeError as error:
        raise MalformedJson(str(error)) from None
    except UnicodeDecodeError:
        raise MalformedJson("The body is not UTF-8") from None
    if not isinstance(value, dict):
        raise InvalidInput(errors=[{"path": "", "message": "Expected `object`"}])
    members = cast("dict[str, Any]", value)
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:  # else it cannot be too deep
        _check_depth(members)
    if b"\\u0000" in body and (path := next(_places_of_nul(members, ""), None)) is not None:
        raise RuleBroken(errors=[_nul(path)])
    return members


def read_input(kind: type[In], given: Given) -> In:
    """
    Raises:
        InvalidInput: lists every fault found, with its full path, up to `MAX_FAULTS`.
        RuleBroken: the address holds NUL.
    """
    members = dict(given.members)
    faults = _read_texts(kind, given.texts, members)
    if not faults:
        try:
            return _convert(members, kind)
        except msgspec.ValidationError as error:
            whole = _integral(members)
            faults = list(_explain(whole, kind, "")) or [_fault(error, "")]
    raise InvalidInput(errors=faults[:MAX_FAULTS])


def _convert(members: dict[str, Any], kind: type[In]) -> In:
    try:
        return msgspec.convert(members, kind, dec_hook=dec_hook)
    except msgspec.ValidationError:  # rare, so what is right at once costs nothing more
        return msgspec.convert(_integral(members), kind, dec_hook=dec_hook)


def _integral(value: Any) -> Any:
    """With 5 for 5.0: to JSON Schema they are the same integer, however a client's language writes it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _integral(inner) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_integral(inner) for inner in cast("list[Any]", value)]
    return value


# -- texts ---------------------------------------------------------------------------------------------------


def _read_texts(
    kind: type[msgspec.Struct], texts: Sequence[tuple[str, str]], members: dict[str, Any]
) -> list[Fault]:
    """Put the words of the address among the members, as the JSON values they stand for."""
    if not texts:
        return []
    hints = _hints(kind)
    by_name: dict[str, list[str]] = {}
    for name, text in texts:
        by_name.setdefault(name, []).append(text)
    if nul := [_nul(name) for name, words in by_name.items() if any("\0" in word for word in words)]:
        raise RuleBroken(errors=nul[:MAX_FAULTS])
    faults: list[Fault] = []
    for name, words in by_name.items():
        try:
            if name in members:
                raise msgspec.ValidationError("Given in the address and in the body")
            members[name] = _read_words(words, hints.get(name, Any))
        except msgspec.ValidationError as error:
            faults.append(_fault(error, name))
    return faults


@cache
def _hints(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """What each field takes; to find out costs as much as to read a page of a list."""
    return {each.encode_name: each.type for each in msgspec.structs.fields(kind)}


def _read_words(words: list[str], hint: Any) -> Any:
    """What the words of one name stand for. There is no null in an address: `null` is a text like another."""
    if _is_list(hint):
        value: Any = msgspec.convert(words, hint, strict=False, dec_hook=dec_hook)
    elif len(words) > 1:
        raise msgspec.ValidationError("Given more than once")
    else:
        # a number is no time, though it could be read as seconds since 1970
        strict = _plain(hint) is datetime
        value = msgspec.convert(words[0], _unless_null(hint), strict=strict, dec_hook=dec_hook)
    return msgspec.to_builtins(value, enc_hook=revealing_enc_hook)


def _unless_null(hint: Any) -> Any:
    """`X | None` as X, whatever is said of it around that."""
    if get_origin(hint) is Annotated:
        inner, *said = get_args(hint)
        return Annotated[_unless_null(inner), *said]
    if get_origin(hint) in (Union, types.UnionType):
        kinds = tuple(each for each in get_args(hint) if each is not type(None))
        return Union[kinds]  # noqa: UP007 - of a tuple that is known only now
    return hint


# -- reasons -------------------------------------------------------------------------------------------------


def _explain(value: Any, hint: Any, path: str) -> Iterator[Fault]:
    """Every fault of `value` as `hint`: msgspec itself stops at the first."""
    try:
        msgspec.convert(value, hint, dec_hook=dec_hook)
    except msgspec.ValidationError as error:
        inner = _explain_inside(value, _plain(hint), path)
        first = next(inner, None)
        if first is None:
            yield _fault(error, path)
        else:
            yield first
            yield from inner


def _explain_inside(value: Any, hint: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, dict) and isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield from _explain_members(cast("dict[str, Any]", value), hint, path)
    elif isinstance(value, list) and get_origin(hint) in _SEQUENCES:
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _explain(item, get_args(hint)[0], f"{path}[{index}]")


def _explain_members(value: dict[str, Any], kind: type[msgspec.Struct], path: str) -> Iterator[Fault]:
    if kind.__struct_config__.tag is not None:
        return  # what a tagged struct misses depends on its tag: msgspec's own word says it best
    fields = {each.encode_name: each for each in msgspec.structs.fields(kind)}
    for name, each in fields.items():
        if name in value:
            yield from _explain(value[name], each.type, _below(path, name))
        elif each.required:
            yield {"path": _below(path, name), "message": "Required"}
    for name in value.keys() - fields.keys():
        yield {"path": _below(path, name[:100]), "message": "Unknown"}


def _plain(hint: Any) -> Any:
    """`Annotated[X, …]` and `X | None` as X; anything else as it is."""
    if get_origin(hint) is Annotated:
        return _plain(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [each for each in get_args(hint) if each not in (type(None), msgspec.UnsetType)]
        return _plain(kinds[0]) if len(kinds) == 1 else hint
    return hint


def _is_list(hint: Any) -> bool:
    return get_origin(_plain(hint)) in _SEQUENCES


def _fault(error: msgspec.ValidationError, path: str) -> Fault:
    message, _, rest = str(error).partition(" - at `$")
    return {"path": _below(path, rest.rstrip("`").removeprefix(".")), "message": message}


def _below(path: str, name: str) -> str:
    return f"{path}{name}" if name.startswith("[") or not path or not name else f"{path}.{name}"


# -- bounds --------------------------------------------------------------------------------------------------


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise TooDeep(max_depth=MAX_DEPTH)


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return cast("list[Any]", value)


def _places_of_nul(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value:
            yield path
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            if "\0" in name:
                yield path
            yield from _places_of_nul(inner, _below(path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _places_of_nul(inner, f"{path}[{index}]")


def _nul(path: str) -> Fault:
    return {"path": path, "message": "Contains NUL"}
