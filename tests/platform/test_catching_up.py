"""Catching up costs what was missed, however many events there are."""

from __future__ import annotations

from uuid import UUID

import msgspec
import psycopg
import pytest
from sqlalchemy import text

from printvision.platform import events
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url, run
from printvision.platform.events import Position, read_part
from tests.factories.workspaces import MadeWorkspace

EVENTS = 100_000
ONE_IN = 100  # of them is the workspace's
OTHER = UUID(int=1)

_FILL = f"""
INSERT INTO events (xid, workspace_id, kind, subject_id, data, at)
SELECT (100000 + n / 10)::text::xid8,
       CASE WHEN n %% {ONE_IN} = 0 THEN %(mine)s::uuid ELSE %(other)s::uuid END,
       CASE WHEN n %% 3 = 0 THEN 'orders.held' ELSE 'orders.received' END,
       %(other)s::uuid, '{{}}', now()
FROM generate_series(1, {EVENTS}) AS numbered (n)
"""


@pytest.fixture
def many_events(database_urls: DatabaseUrls, workspace: MadeWorkspace) -> None:
    with psycopg.connect(libpq_url(database_urls.owner), autocommit=True) as connection:
        connection.execute(_FILL.encode(), {"mine": workspace.id, "other": OTHER})
        connection.execute("VACUUM ANALYZE events")


@pytest.mark.usefixtures("many_events")
@pytest.mark.parametrize("began_at", [0.1, 0.5, 0.99])
async def test_what_a_workspace_has_missed_is_found_by_its_index(workspace: MadeWorkspace, began_at: float):
    first, last = 100_000, 100_000 + EVENTS // 10
    values = {
        "workspace_id": workspace.id,
        "kinds": ["orders.held", "orders.received"],
        "xid": str(first + int(began_at * EVENTS / 10)),
        "seq": 0,
        "to_xid": str(last + 1),
        "to_seq": 0,
        "limit": events.BATCH,
    }

    async with workspace.scope() as scope:
        statement = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {events._READ_PART}"
        explained = (await run(scope.session, statement, values))[0][0]

    whole = explained if isinstance(explained, list) else msgspec.json.decode(explained)
    node = whole[0]["Plan"]
    nodes = [node]
    while node.get("Plans"):
        node = node["Plans"][0]
        nodes.append(node)
    assert "Sort" not in {each["Node Type"] for each in nodes}  # it stops where the limit is reached
    assert (nodes[-1]["Node Type"], nodes[-1]["Index Name"]) == (
        "Index Scan",
        "ix_events_workspace_id_xid_seq",
    )
    assert "xid" in nodes[-1]["Index Cond"]
    found = nodes[0]["Actual Rows"]
    assert nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"] <= 2 * found + 50


@pytest.mark.usefixtures("many_events")
async def test_each_event_is_found_once_part_by_part(workspace: MadeWorkspace):
    found: list[int] = []
    async with workspace.scope() as scope:
        wanted = list(await scope.session.scalars(text("SELECT seq FROM events ORDER BY xid, seq")))
        after, up_to = Position(), Position(2**62, 0)
        while part := await read_part(scope, after, up_to, ["orders.held", "orders.received"]):
            found += [each.seq for each in part]
            after = Position(part[-1].xid, part[-1].seq)

    assert len(found) == EVENTS // ONE_IN
    assert found == wanted
