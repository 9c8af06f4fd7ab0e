"""The tables of accounts, workspaces and events in an empty database, with the policies of the product."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from printvision.accounts import models as accounts
from printvision.platform import events
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Model
from printvision.platform.runtime import with_driver
from printvision.workspaces import models as workspaces

TABLES = [
    row.__table__ for row in (workspaces.WorkspaceRow, accounts.ApiKeyRow, events.EventRow, events.CursorRow)
]
APP, SYSTEM = "printvision_app", "printvision_system"
OWN = "NULLIF(current_setting('app.workspace_id', true), '')::uuid"


def build(urls: DatabaseUrls) -> None:
    engine = create_engine(with_driver(urls.owner))
    with engine.begin() as connection:
        Model.metadata.create_all(connection, TABLES)
        for table, column in (("workspaces", "id"), ("api_keys", "workspace_id"), ("events", "workspace_id")):
            for statement in (
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY own ON {table} TO {APP} USING ({column} = {OWN})",
                f"CREATE POLICY system ON {table} TO {SYSTEM} USING (true)",
            ):
                connection.execute(text(statement))
        tables = ", ".join(table.name for table in TABLES)
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {APP}, {SYSTEM}"))
    engine.dispose()
