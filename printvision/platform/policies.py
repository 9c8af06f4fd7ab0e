"""Row-level security in migrations: the same few statements for every table.

The application's login sees the rows of the workspace its transaction named; without a name it sees none. The system
login sees the tables that say why (`__system__` on the model). FORCE holds the tables' owner to a policy too.
"""

from __future__ import annotations

from alembic import op

ALL = "SELECT, INSERT, UPDATE, DELETE"


def app_role() -> str:
    return op.get_context().config.attributes["app_role"]  # pyright: ignore[reportOptionalMemberAccess]


def system_role() -> str:
    return op.get_context().config.attributes["system_role"]  # pyright: ignore[reportOptionalMemberAccess]


def protect(table: str, *, key: str = "workspace_id", verbs: str = ALL, system: bool = False) -> None:
    """Put a workspace table under the policies.

    Args:
        key: the column that names the workspace.
        verbs: what the application may do; events are only ever added.
        system: whether the system login sees all rows.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    mine = f"{key} = nullif(current_setting('app.workspace_id', true), '')::uuid"
    op.execute(f"CREATE POLICY workspace ON {table} TO {app_role()} USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"CREATE POLICY owner ON {table} TO current_user USING (true) WITH CHECK (true)")
    op.execute(f"GRANT {verbs} ON {table} TO {app_role()}")
    if system:
        op.execute(f"CREATE POLICY system ON {table} TO {system_role()} USING (true) WITH CHECK (true)")
        op.execute(f"GRANT {ALL} ON {table} TO {system_role()}")


def shared(table: str, *, app: str = "SELECT") -> None:
    """A table that is nobody's: the system login writes it, the application reads it at most."""
    op.execute(f"GRANT {ALL} ON {table} TO {system_role()}")
    if app:
        op.execute(f"GRANT {app} ON {table} TO {app_role()}")
