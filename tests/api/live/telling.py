"""Events to tell: real ones, numbered in their reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from printvision.orders.events import OrderHeld
from printvision.platform.events import publish
from tests.factories.workspaces import MadeWorkspace

SUBJECT = UUID("0198f000-0000-7000-8000-000000000001")


def held(number: int | str) -> OrderHeld:
    return OrderHeld(subject_id=SUBJECT, reason=str(number))


async def tell(workspace: MadeWorkspace, *numbers: int) -> None:
    """One transaction with an event for each number."""
    async with workspace.scope() as scope:
        publish(scope, *map(held, numbers))


def numbers(events: Sequence[Any]) -> list[int]:
    return [int(event["data"]["reason"]) for event in events]
