"""An operation's answer as JSON, and whether it is what the operation declares."""

from __future__ import annotations

from typing import Any

import msgspec

from printvision.platform.operations import Operation
from printvision.platform.redaction import dec_hook, enc_hook


class BadAnswer(RuntimeError):
    """An operation answered something else than it declares: a bug of ours, never the caller's."""


def encode(output: Any) -> bytes:
    """The JSON of an answer; the same answer is the same bytes."""
    return msgspec.json.encode(output, enc_hook=enc_hook)


def check_output(operation: Operation[Any, Any], output: Any) -> None:
    """Hold an answer against its schema; it costs about as much as the answer's encoding twice.

    Raises:
        BadAnswer: a member is missing, is out of its bounds, or is not declared.
    """
    sent = encode(output)
    try:
        read = msgspec.json.decode(sent, type=operation.output, dec_hook=dec_hook)
    except msgspec.ValidationError as error:
        raise BadAnswer(f"{operation.key} answered what it does not declare: {error}") from None
    if encode(read) != sent:
        raise BadAnswer(f"{operation.key} answered with members that it does not declare")
