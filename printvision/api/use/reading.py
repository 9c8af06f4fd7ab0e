"""A workspace's use of the API, put together as it is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from printvision.accounts import Permission
from printvision.api.use.keeping import OLD_USE
from printvision.api.use.schemas import MOST_ROWS, AskUse, Dimension, UseRow, UseView
from printvision.api.use.times import within_ms
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import RuleBroken
from printvision.platform.scope import WorkspaceScope

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

_OF: Final[dict[Dimension, LiteralString]] = {
    "key": "caller",
    "operation": "operation",
    "status": "status::text",
    "hour": """to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')""",
}
_READ: Final = """
WITH chosen AS (
    SELECT ##OF## AS of, calls, status, total_ms, took FROM api_use
    WHERE workspace_id = %(workspace_id)s AND hour >= %(since)s AND hour < %(until)s
      AND (%(key)s::text IS NULL OR caller = %(key)s)
      AND (%(operation)s::text IS NULL OR operation = %(operation)s)
      AND (%(status)s::int IS NULL OR status = %(status)s)
), totals AS (
    SELECT of, sum(calls)::bigint AS calls, coalesce(sum(calls) FILTER (WHERE status >= 400), 0)::bigint AS errors,
        sum(total_ms) AS total_ms
    FROM chosen GROUP BY of ORDER BY ##ORDER## LIMIT %(most)s
), spread AS (
    SELECT of, place, sum(count)::bigint AS count
    FROM chosen CROSS JOIN LATERAL unnest(took) WITH ORDINALITY AS t (count, place)
    WHERE of IN (SELECT of FROM totals) GROUP BY of, place
)
SELECT t.of, t.calls, t.errors, t.total_ms,
    ARRAY(SELECT s.count FROM spread s WHERE s.of = t.of ORDER BY s.place)
FROM totals t ORDER BY ##ORDER##
"""


async def read_use(scope: WorkspaceScope, asked: AskUse) -> UseView:
    """
    Raises:
        PermissionMissing
        RuleBroken: the time ends before it begins, or is longer than what is kept.
    """
    scope.require(Permission.USAGE_READ)
    since, until = _between(asked)
    values: dict[str, Any] = {
        "workspace_id": scope.workspace_id,
        "since": since,
        "until": until,
        "key": asked.key,
        "operation": asked.operation,
        "status": asked.status,
        "most": MOST_ROWS + 1,
    }
    order = "of" if asked.by == "hour" else "calls DESC, of"
    statement = _READ.replace("##OF##", _OF[asked.by]).replace("##ORDER##", order)
    rows = [_row(*row) for row in await run(scope.session, statement, values)]
    return UseView(
        by=asked.by, since=since, until=until, rows=rows[:MOST_ROWS], complete=len(rows) <= MOST_ROWS
    )


def _between(asked: AskUse) -> tuple[datetime, datetime]:
    until = _hour(asked.until) if asked.until else _hour(clock.now()) + HOUR
    since = _hour(asked.since) if asked.since else until - DAY
    if since >= until:
        raise RuleBroken(errors=[{"path": "until", "message": "The time ends before it begins"}])
    if until - since > OLD_USE.keep + DAY:
        raise RuleBroken(errors=[{"path": "since", "message": "At most 91 days are told at once"}])
    return since, until


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _row(of: str, calls: int, errors: int, total_ms: float, took: list[int]) -> UseRow:
    return UseRow(
        of=of,
        calls=calls,
        errors=errors,
        mean_ms=round(total_ms / calls, 1),
        p50_ms=within_ms(took, 0.5),
        p95_ms=within_ms(took, 0.95),
        p99_ms=within_ms(took, 0.99),
    )
