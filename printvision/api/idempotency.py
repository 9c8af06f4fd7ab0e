"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a call that is sent again changes nothing again.

The key is written down in the transaction of what it changed, so there is never the one without the other. While
that is open, an advisory lock of it says that the call is under way; it ends with the transaction, however that ends.
A call that failed has changed nothing and wrote nothing down: sent again, it is a first one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from printvision.api.input import Given
from printvision.api.output import encode
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import WorkspaceId
from printvision.platform.operations import Operation
from printvision.platform.retention import Retention
from printvision.platform.scope import Principal, WorkspaceScope
from printvision.platform.sealed import SealedAt

log = structlog.get_logger(__name__)

KEEP: Final = timedelta(hours=24)
MAX_KEY: Final = 255

_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')  # RFC 9651, 3.3.3
# What the document says of a key.
KEY_PATTERN: Final = rf'^("([ !#-\[\]-~]|\\["\\]){{1,{MAX_KEY}}}"|[A-Za-z0-9._~:+/=-]{{1,{MAX_KEY}}})$'
_BARE = re.compile(r"[A-Za-z0-9._~:+/=-]+")  # how a key is mostly sent; it means the same as in quotes


class BadIdempotencyKey(PrintVisionError):
    """The header Idempotency-Key is there, but it is not one text of 1 to 255 printable characters."""

    status = 400
    code = "idempotency/bad-key"
    title = "Idempotency-Key is not a key"
    action = "Send one new random text for each thing to do, such as a UUID, in double quotes."


class KeyInFlight(PrintVisionError):
    """The first request of this key has not ended yet."""

    status = 409
    code = "idempotency/in-flight"
    title = "A request is outstanding for this Idempotency-Key"
    action = "Wait a moment and send the same again: it answers what the first one did."
    retry_after_s: int


class KeyAlreadyUsed(PrintVisionError):
    """The key came before with another input; nothing was changed."""

    status = 422
    code = "idempotency/key-already-used"
    title = "Idempotency-Key is already used"
    action = "Make a new key for each thing to do; send one again only with exactly the same input."


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first call of a key was answered; `body` None where it had none."""

    body: bytes | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A call that a task makes by and by, and who may ask for that; `before`: by an earlier request of the same key."""

    task_id: UUID
    workspace_id: WorkspaceId
    principal: Principal
    before: bool = False


def read_key(lines: Sequence[str]) -> str | None:
    """The key of a request, if it has one.

    Args:
        lines: the field as often as it was sent.

    Raises:
        BadIdempotencyKey
    """
    if not lines:
        return None
    text = lines[0].strip(" ")
    quoted = _STRING.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text if _BARE.fullmatch(text) else ""
    if len(lines) > 1 or not 1 <= len(key) <= MAX_KEY:
        raise BadIdempotencyKey
    return key


async def once(
    scope: WorkspaceScope, operation: Operation[Any, Any], given: Given, call: Callable[[], Awaitable[Any]]
) -> Any:
    """Make a call, unless one of the same key has been made within a day.

    Args:
        given: the input with its key.
        call: makes it, in the scope's transaction.

    Returns:
        What `call` does, or a `Replay` of what it did the first time; `Begun` where that has begun a task.

    Raises:
        KeyInFlight, KeyAlreadyUsed
    """
    secret = scope.platform.keyring.derive("idempotency")
    whose = [scope.workspace_id, operation.key, given.key]
    key = hmac.digest(secret, msgspec.json.encode(whose), "sha256")
    values = {
        "workspace_id": scope.workspace_id,
        "operation": operation.key,
        "key": key,
        "input": _digest(secret, given),
    }
    if found := await _find(scope, values):
        answer, task_id = found
        if task_id is not None:
            return Begun(task_id, scope.workspace_id, scope.principal, before=True)
        return Replay(_open(scope, key, answer))
    output = await call()
    task_id = output.task_id if isinstance(output, Begun) else None
    nothing = output is None or task_id is not None
    answer = None if nothing else scope.platform.keyring.seal(encode(output), _place(scope, key))
    await run(
        scope.session,
        "INSERT INTO used_keys (workspace_id, operation, key_digest, input_digest, answer, task_id, used_at)"
        " VALUES (%(workspace_id)s, %(operation)s, %(key)s, %(input)s, %(answer)s, %(task_id)s, %(now)s)"
        " ON CONFLICT (workspace_id, operation, key_digest) DO UPDATE"  # one that has lasted its day
        " SET input_digest = excluded.input_digest, answer = excluded.answer, task_id = excluded.task_id,"
        " used_at = excluded.used_at",
        {**values, "answer": answer, "task_id": task_id, "now": clock.now()},
    )
    return output


async def _find(scope: WorkspaceScope, values: dict[str, Any]) -> tuple[bytes | None, UUID | None] | None:
    """The sealed answer that the key had, or the task that it began, once nobody else is at it."""
    lock = int.from_bytes(values["key"][:8], signed=True)
    # Two statements: one alone would look before it has the lock.
    locked = await run(scope.session, "SELECT pg_try_advisory_xact_lock(%(lock)s)", {"lock": lock})
    if not locked[0][0]:
        raise KeyInFlight(retry_after_s=1)
    rows = await run(
        scope.session,
        "SELECT input_digest, answer, task_id FROM used_keys WHERE workspace_id = %(workspace_id)s"
        " AND operation = %(operation)s AND key_digest = %(key)s AND used_at > %(since)s",
        {**values, "since": clock.now() - KEEP},
    )
    if not rows:
        return None
    digest, answer, task_id = rows[0]
    if not hmac.compare_digest(digest, values["input"]):
        raise KeyAlreadyUsed
    return answer, task_id


def _digest(secret: bytes, given: Given) -> bytes:
    """Of what the input says, not of how it was written: the order of names and white space do not count."""
    raw = {name: value for name, value in given.members.items() if isinstance(value, bytes)}
    plain = {name: value for name, value in given.members.items() if name not in raw}
    mac = hmac.new(secret, digestmod=sha256)
    mac.update(msgspec.json.encode([plain, sorted(given.texts)], order="deterministic"))
    for value in raw.values():  # one at most: the body of an upload
        mac.update(value)
    return mac.digest()


def _open(scope: WorkspaceScope, key: bytes, answer: bytes | None) -> bytes | None:
    return None if answer is None else scope.platform.keyring.open(answer, _place(scope, key))


def _place(scope: WorkspaceScope, key: bytes) -> SealedAt:
    return SealedAt(scope.workspace_id, "used_keys", "answer", key.hex())


USED_KEYS: Final = Retention(
    "used keys",
    """
    DELETE FROM used_keys WHERE ctid IN (
        SELECT ctid FROM used_keys WHERE used_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING 1
    """,
    keep=KEEP,
    every_s=600.0,
    most=1_000,
)
