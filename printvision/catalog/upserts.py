"""One statement that inserts what is new, rewrites what differs and leaves alone what says the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Table, or_
from sqlalchemy.dialects.postgresql import insert

from printvision.platform.db import Model
from printvision.platform.scope import AnyScope


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a look came to: `seen` things told, `changed` of them new or different, `gone` missed since."""

    seen: int = 0
    changed: int = 0
    gone: int = 0


async def upsert(
    scope: AnyScope,
    model: type[Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    differs: Sequence[str],
) -> int:
    """Write rows that all have the same columns; of two with one key the later counts.

    Args:
        key: the columns of a unique constraint.
        differs: a stored row is rewritten, whole, only where one of these is another.

    Returns:
        How many rows were inserted or rewritten.
    """
    unique = {tuple(row[name] for name in key): dict(row) for row in rows}
    if not unique:
        return 0
    table = cast("Table", model.__table__)
    statement = insert(table)
    names = next(iter(unique.values())).keys() - {"id", *key}
    statement = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in sorted(names)},
        where=or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in differs)),
    ).returning(table.c.id)
    # by key, so that two writers take their row locks in one order
    ordered = [unique[values] for values in sorted(unique)]
    return len((await scope.session.execute(statement, ordered)).all())
