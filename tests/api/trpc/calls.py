"""Operations that only the tests of tRPC have, kept out of the product's registry."""

from __future__ import annotations

import asyncio
import dataclasses
from unittest.mock import patch

import msgspec

from printvision.accounts import Permission
from printvision.platform import operations
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import WorkspaceScope
from tests.api import echo
from tests.api.echo import ECHO, Nothing

HANGING, LEFT = asyncio.Event(), asyncio.Event()  # a call of echo.hang has come; it was stopped


class Numbers(msgspec.Struct):
    safe: int
    large: int
    below: int
    inner: dict[str, list[int]]
    share: float
    text: str


LARGE = Numbers(2**53 - 1, 2**53, -(2**53), {"sizes": [1, 2**63 - 1]}, 0.1, "9007199254740993")

with patch.object(operations, "_registry", {}):

    @operation(
        "echo.count",
        title="Count far",
        feature=ECHO,
        permission=Permission.ORDERS_READ,
        rest=Rest("GET", "/count"),
    )
    async def count(scope: WorkspaceScope, input: Nothing) -> Numbers:
        return LARGE

    @operation(
        "echo.hang",
        title="Never answer",
        feature=ECHO,
        permission=Permission.ORDERS_READ,
        rest=Rest("GET", "/hang"),
    )
    async def hang(scope: WorkspaceScope, input: Nothing) -> Nothing:
        HANGING.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            LEFT.set()
            raise
        return input

    OPERATIONS = (
        *echo.OPERATIONS,
        *operations.registry().values(),
        dataclasses.replace(
            echo.look, key="echo.search", sensitive_input=True, rest=Rest("GET", "/search/{thing_id}")
        ),
    )
