"""Checks of the work: files, workers, runs, orders, messages, connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import TextClause, text

from printvision.cli.doctor.checks import Check, Unwell
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

_WORKERS: Final = text(
    "SELECT count(*) FILTER (WHERE seen_at > now() - make_interval(secs => :silence)) AS alive,"
    " count(*) AS known FROM executors"
)
_STUCK: Final = text(
    """
    SELECT count(*) FILTER (WHERE status = 'PENDING' AND NOT EXISTS (
             SELECT FROM executors e WHERE e.executor_id = w.executor_id
             AND e.seen_at > now() - make_interval(secs => :silence))) AS orphaned,
           count(*) FILTER (WHERE status = 'ENQUEUED'
             AND created_at < extract(epoch FROM now() - interval '5 minutes') * 1000) AS waiting
    FROM dbos.workflow_status w WHERE status IN ('PENDING', 'ENQUEUED')
    """
)
_WITHOUT_RUN: Final = text(
    """
    SELECT count(*) FROM orders o WHERE (o.held_at IS NULL AND o.stage IN ('received', 'checked', 'routed'))
      AND o.run_at < now() - interval '10 minutes'
      AND NOT EXISTS (SELECT FROM dbos.workflow_status w WHERE w.workflow_uuid = o.run_id
                      AND w.status IN ('ENQUEUED', 'PENDING', 'DELAYED'))
    """
)
_FAILED: Final = text(
    "SELECT count(*) FROM messages WHERE outcome = 'failed' AND received_at > now() - interval '7 days'"
)
_CONNECTIONS: Final = text(
    "SELECT c.name, c.provider, c.state, c.state_detail, c.last_test, w.slug FROM connections c"
    " JOIN workspaces w ON w.id = c.workspace_id ORDER BY c.id LIMIT 200"
)


async def files(platform: Platform) -> str:
    """A small file can be written, read and removed."""
    await platform.files.check()
    return platform.settings.files_url or str(platform.settings.data_path / "files")


async def workers(platform: Platform) -> str:
    """At least one process carries runs."""
    found = (await _rows(platform, _WORKERS, silence=_silence(platform)))[0]
    if not found["alive"]:
        raise Unwell(
            "none was heard of lately, so no order moves: start `printvision up` or `printvision worker`"
        )
    return f"{found['alive']} alive"


async def runs(platform: Platform) -> str:
    """No run belongs to a dead process or has waited for long."""
    found = (await _rows(platform, _STUCK, silence=_silence(platform)))[0]
    if found["orphaned"] or found["waiting"]:
        raise Unwell(
            f"{found['orphaned']} belong to processes that are gone, {found['waiting']} have waited for 5 minutes:"
            " a living worker takes them up; start one, or another"
        )
    return "none is stuck"


async def orders(platform: Platform) -> str:
    """Every order under way has a run."""
    count = (await _rows(platform, _WITHOUT_RUN))[0]["count"]
    if count:
        raise Unwell(f"{count} under way have no run: a living worker's sweeper gives them one")
    return "each one under way has its run"


async def messages(platform: Platform) -> str:
    """Nothing a shop or provider sent in the last week was given up."""
    count = (await _rows(platform, _FAILED))[0]["count"]
    if count:
        raise Unwell(
            f"{count} of the last 7 days could not be taken in; their errors are in the table messages"
        )
    return "none of the last 7 days failed"


async def connections(platform: Platform) -> list[Check]:
    """One check for each: what its last test said."""
    return [_connection(row) for row in await _rows(platform, _CONNECTIONS)]


def _connection(row: Mapping[str, Any]) -> Check:
    name = f"connection {row['slug']}/{row['name']}"
    tested: dict[str, Any] | None = row["last_test"]
    if row["state"] != "active":
        return Check(
            name, False, f"paused: {row['state_detail'] or 'by a person'}; give it a fresh credential"
        )
    if tested is None:
        return Check(
            name, False, f"{row['provider']}, not tested: printvision connections test '{row['name']}'"
        )
    if not tested["ok"]:
        return Check(name, False, str(tested.get("detail") or tested.get("problem")))
    return Check(name, True, f"{row['provider']}, {tested.get('account_name') or 'works'}")


def _silence(platform: Platform) -> float:
    return platform.settings.worker.stale_after_s


async def _rows(platform: Platform, query: TextClause, **given: Any) -> Sequence[Mapping[str, Any]]:
    async with system_scope(platform, "doctor") as scope:
        found = (await scope.session.execute(query, given)).mappings()
        return [{str(name): value for name, value in row.items()} for row in found]
