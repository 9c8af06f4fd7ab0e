"""What a call's output or failure looks like to a tRPC client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import msgspec

from printvision.api.idempotency import Replay
from printvision.api.problems import Problem
from printvision.api.trpc.codes import trpc_code
from printvision.platform.redaction import enc_hook

MAX_SAFE_INTEGER: Final = 2**53 - 1
# 2^53 has sixteen digits. Every digit as 0, they are found ten times as fast as by an expression.
_DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER: Final = b"0" * 16


@dataclass(frozen=True, slots=True)
class Envelope:
    """One call's answer: what it would be alone, and what stands in its slot of a batch."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def success(output: Any) -> Envelope:
    if isinstance(output, Replay):
        answer = exact_json(output.body or b"null")
        return Envelope(200, b'{"result":{"data":%b}}' % answer, {"Idempotent-Replayed": "true"})
    body = msgspec.json.encode({"result": {"data": output}}, enc_hook=enc_hook)
    if _has_long_number(body):
        plain = msgspec.to_builtins(output, enc_hook=enc_hook, str_keys=True)
        body = msgspec.json.encode({"result": {"data": _exact(plain)}})
    return Envelope(200, body)


def failure(problem: Problem, path: str | None) -> Envelope:
    """
    Args:
        path: of the call; None where the request failed before there were calls.
    """
    return Envelope(problem.status, msgspec.json.encode({"error": shape_of(problem, path)}), problem.headers)


def shape_of(problem: Problem, path: str | None) -> dict[str, Any]:
    """The error as the client has it in `error.shape`."""
    document = problem.document
    code = trpc_code(problem.status, document["code"])
    data: dict[str, Any] = {"code": code.name, "httpStatus": problem.status, "problem": document}
    if path is not None:
        data["path"] = path
    return {"code": code.number, "message": document.get("detail") or document["title"], "data": data}


def exact_json(text: bytes) -> bytes:
    """JSON of ours with the integers that JavaScript would round as texts."""
    return msgspec.json.encode(_exact(msgspec.json.decode(text))) if _has_long_number(text) else text


def _has_long_number(text: bytes) -> bool:
    return _LONG_NUMBER in text.translate(_DIGITS)


def batch(envelopes: list[Envelope]) -> Envelope:
    """All of a batch as one: its status is the common one, else 207."""
    statuses = {each.status for each in envelopes}
    body = b"[%b]" % b",".join(each.body for each in envelopes)
    if len(statuses) > 1:
        return Envelope(207, body)
    return Envelope(statuses.pop(), body, max((each.headers for each in envelopes), key=_wait_s))


def _wait_s(headers: Mapping[str, str]) -> int:
    return int(headers.get("Retry-After", "0"))


def _exact(value: Any) -> Any:
    """With the integers that JavaScript would round as texts."""
    if isinstance(value, int):
        return value if abs(value) <= MAX_SAFE_INTEGER else str(value)
    if isinstance(value, dict):
        return {name: _exact(inner) for name, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in cast("list[Any]", value)]
    return value
