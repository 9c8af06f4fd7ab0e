from __future__ import annotations

import msgspec

from printvision.accounts.roles import OperatorRole
from printvision.platform.ids import PersonId
from printvision.platform.paging import ListInput


class ListPeople(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        operators: only those who run the installation.
    """

    operators: bool = False


class OnePerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    person_id: PersonId


class ChangeOperatorRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`role` null makes them none."""

    person_id: PersonId
    role: OperatorRole | None
