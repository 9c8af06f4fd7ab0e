"""The routing rules a workspace has set: the newest count, the older ones are kept."""

from printvision.orders.rulebook.events import RulesChanged
from printvision.orders.rulebook.schemas import ListRules, RulesView, SetRules
from printvision.orders.rulebook.service import (
    get_rules,
    list_rules,
    set_rules,
    show_rules,
    take_turns,
)

__all__ = [
    "ListRules",
    "RulesChanged",
    "RulesView",
    "SetRules",
    "get_rules",
    "list_rules",
    "set_rules",
    "show_rules",
    "take_turns",
]
