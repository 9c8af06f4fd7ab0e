"""Who is in a workspace: its members, and operators who entered it for a while."""

from __future__ import annotations

from typing import Final, LiteralString

# As `m` with its workspace `w`; wants `now`. Whoever entered is as a member with a role of their own, for a while; it
# needs a second factor whatever the workspace asks of its members, and ends with their being an operator.
INSIDE: Final[LiteralString] = """
(
  SELECT m.workspace_id, m.person_id, m.role, r.permissions, NULL::timestamptz AS entered_until
  FROM members m LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.id = m.custom_role_id
  UNION ALL
  SELECT e.workspace_id, e.person_id, 'custom', e.permissions, e.ends_at
  FROM entries e JOIN people o ON o.id = e.person_id AND o.operator_role IS NOT NULL
  WHERE e.ended_at IS NULL AND e.ends_at > %(now)s
    AND NOT EXISTS (SELECT FROM members n WHERE n.workspace_id = e.workspace_id AND n.person_id = e.person_id)
) m JOIN workspaces w ON w.id = m.workspace_id
"""
