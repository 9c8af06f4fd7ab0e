"""Statements written out once, for `db.run`: made of our tables, and as cheap as text."""

from __future__ import annotations

from typing import LiteralString, cast

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

_DIALECT = PGDialect_psycopg()


def written(statement: ClauseElement) -> LiteralString:
    """The statement as psycopg takes it, with `%(name)s` for each of its `bindparam`s.

    Raises:
        ValueError: a value stands in the statement itself; give it a `bindparam` or make it a `literal_column`.
    """
    compiled = statement.compile(dialect=_DIALECT)
    if unnamed := [name for name, value in (compiled.params or {}).items() if value is not None]:
        raise ValueError(f"these values are not named: {', '.join(unnamed)}")
    return cast("LiteralString", str(compiled))
