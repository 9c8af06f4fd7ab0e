"""Kept answers of operations: what a question's key is made of, and what is told to the caller's own cache."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec

from printvision.api.output import encode
from printvision.platform.caching import Kept, answers_of
from printvision.platform.ids import WorkspaceId
from printvision.platform.operations import Cache, Operation
from printvision.platform.redaction import dec_hook
from printvision.platform.runtime import Platform


async def kept_answer(
    platform: Platform,
    operation: Operation[Any, Any],
    workspace_id: WorkspaceId | None,
    input: msgspec.Struct,
    compute: Callable[[], Awaitable[Any]],
) -> Any:
    """The operation's output: kept or computed where it names a cache, else computed.

    Args:
        workspace_id: whose caller was found to be allowed to ask; None for a caller of no workspace.
        compute: asks the operation itself, in a transaction that begins only then.
    """
    cached = operation.cache
    if cached is None:
        return await compute()
    whose = workspace_id if cached.scope == "private" else None

    async def encoded() -> bytes:
        return encode(await compute())

    asked = Kept(operation.key, _key(operation, whose, input), whose, cached.tags, cached.seconds)
    answer = await answers_of(platform).get(asked, encoded)
    return msgspec.json.decode(answer, type=operation.output, dec_hook=dec_hook)


def _key(operation: Operation[Any, Any], whose: WorkspaceId | None, input: msgspec.Struct) -> str:
    shape = _shape(operation.input, operation.output)
    question = msgspec.json.encode([whose, operation.key, shape, input], order="deterministic")
    return blake2b(question, digest_size=32).hexdigest()


@cache
def _shape(input: type[msgspec.Struct], output: Any) -> str:
    """Another one for another build's idea of what is asked and answered."""
    schemas = msgspec.json.schema_components([input, output], schema_hook=_by_name)
    return blake2b(msgspec.json.encode(schemas, order="deterministic"), digest_size=16).hexdigest()


def _by_name(kind: type) -> dict[str, str]:
    return {"title": kind.__qualname__}


def cache_control(caches: Iterable[Cache | None], *, guarded: bool) -> bytes | None:
    """`Cache-Control` of an answer made of answers that were kept so; None where it must not be stored.

    Nobody can tell a caller's own cache that something was dropped. So what a write of the workspace may change is
    asked for each time, which costs little: it is kept here, and by its ETag not even sent. What is everybody's lasts.

    Args:
        guarded: not everybody may ask, so what stands between us and the caller must not give it to the next one.
    """
    known = list(caches)
    if not known or None in known:
        return None
    if any(each.scope == "private" for each in known if each):
        return b"private, max-age=0, must-revalidate"
    scope = b"private" if guarded else b"public"
    return b"%b, max-age=%d" % (scope, min(each.seconds for each in known if each))
