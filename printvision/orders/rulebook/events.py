"""Facts about routing rules; the subject is the row of the rules that count from now on."""

from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class RulesChanged(Event, frozen=True, kw_only=True):
    """Other rules count; `changed` names them."""

    kind: ClassVar[str] = "orders.rules_changed"
    changed: list[str]
