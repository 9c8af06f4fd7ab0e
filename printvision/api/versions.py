"""`If-Match`: a write that goes ahead only if the thing is still as its caller saw it, so that no update is lost.

The version of a thing is that of its read: it is read again within the write's transaction, its row locked before, so
that between the comparison and the commit nobody else writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from printvision.api.fields import any_match, entity_tag
from printvision.api.output import encode
from printvision.platform.errors import PrintVisionError
from printvision.platform.operations import Operation
from printvision.platform.scope import WorkspaceScope


class ChangedSince(PrintVisionError):
    """If-Match names no version that the thing has now, or this call has no thing with versions."""

    status = 412
    code = "request/changed-since"
    title = "The thing is no longer the version that If-Match names"
    action = "Read it again, look at what has changed, and send the change with its new ETag."


async def check_version(
    scope: WorkspaceScope, operation: Operation[Any, Any], input: msgspec.Struct, if_match: Sequence[str]
) -> None:
    """Lock the thing that a write is about and compare it.

    Args:
        if_match: the field as often as it was sent.

    Raises:
        ChangedSince: nothing was written.
        PrintVisionError: as its read does, such as that the caller may not.
    """
    version = operation.version
    if version is None:
        raise ChangedSince
    names = version.read.rest.parameters
    values = {name: getattr(input, name) for name in names}
    if version.lock is not None:
        await version.lock(scope)
    elif version.row is not None:
        key = cast("InstrumentedAttribute[Any]", version.row.__mapper__.primary_key[0])
        row_id = values[names[-1]] if names else scope.workspace_id
        await scope.session.execute(select(key).where(key == row_id).with_for_update())
    current = await version.read(scope, version.read.input(**values))
    if not any_match(if_match, entity_tag(encode(current))):
        raise ChangedSince
