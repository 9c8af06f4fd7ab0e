"""Operations that only tests have, kept out of the product's registry."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated
from unittest.mock import patch
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import text

from printvision.accounts import Permission
from printvision.platform import features, operations
from printvision.platform.errors import NotFound
from printvision.platform.features import Feature, Tier
from printvision.platform.ids import new_id
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import ListInput, Page
from printvision.platform.scope import SystemScope, WorkspaceScope

WAITING, GO_ON = asyncio.Event(), asyncio.Event()  # a call of echo.wait has come; it may go on


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sku: Annotated[str, Meta(min_length=1, max_length=20)]
    quantity: Annotated[int, Meta(ge=1, le=1000)] = 1


class Echo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    thing_id: UUID
    count: Annotated[int, Meta(ge=0, le=9)]
    note: Annotated[str, Meta(max_length=40)] | None = None
    lines: Annotated[tuple[Line, ...], Meta(max_length=3)] = ()


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    thing_id: UUID
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: datetime | None = None
    kind: Annotated[list[str], Meta(max_length=5)] = []
    note: Annotated[str, Meta(max_length=40)] | None = None


class Upload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    data: Annotated[bytes, Meta(min_length=1)]
    filename: Annotated[str, Meta(max_length=40)] = "file"


class Uploaded(msgspec.Struct):
    size: int
    filename: str


class Letter(msgspec.Struct, frozen=True):
    letter: Annotated[str, Meta(max_length=1)]


class LetterAndMore(Letter, frozen=True):
    more: int = 1


class Letters(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    cursor: Annotated[str, Meta(max_length=1)] | None = None  # the letter before
    mood: Annotated[str, Meta(max_length=40)] | None = None


class Add(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    minutes: Annotated[int, Meta(ge=1, le=5)]
    wait: bool = False
    fail: bool = False


class Added(msgspec.Struct, frozen=True):
    send_window_minutes: int
    call_id: UUID


class Lie(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Annotated[str, Meta(max_length=10)]


LETTERS = "abcde"
LIES = {"too-long": Letter("ab"), "undeclared": LetterAndMore("a")}


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


with patch.object(operations, "_registry", {}), patch.object(features, "_features", {}):
    ECHO = Feature("echo", title="Echo", lowest_tier=Tier.FREE)
    FORECASTS = Feature("forecasts", title="Forecasts", lowest_tier=Tier.PRO)
    READ, CREATE = Permission.ORDERS_READ, Permission.ORDERS_CREATE

    @operation(
        "echo.say", title="Say it", feature=ECHO, permission=CREATE, rest=Rest("POST", "/echo/{thing_id}")
    )
    async def say(scope: WorkspaceScope, input: Echo) -> Echo:
        return input

    @operation("echo.look", title="Look", feature=ECHO, permission=READ, rest=Rest("GET", "/echo/{thing_id}"))
    async def look(scope: WorkspaceScope, input: Look) -> Look:
        return input

    @operation(
        "echo.upload",
        title="Upload",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("POST", "/uploads", status=201, body="raw", media_types=("image/png",)),
    )
    async def upload(scope: WorkspaceScope, input: Upload) -> Uploaded:
        return Uploaded(len(input.data), input.filename)

    @operation(
        "echo.rename_and_fail",
        title="Rename the workspace, then fail",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("POST", "/echo/rename-and-fail"),
        audit=True,
    )
    async def rename_and_fail(scope: WorkspaceScope, input: Nothing) -> Nothing:
        await scope.session.execute(text("UPDATE workspaces SET name = 'Changed'"))
        raise NotFound(kind="thing", id="1", note="kept inside")

    @operation("echo.break", title="Break", feature=ECHO, permission=READ, rest=Rest("GET", "/echo/break"))
    async def break_(scope: WorkspaceScope, input: Nothing) -> Nothing:
        raise RuntimeError("secret inner text")

    @operation("echo.wait", title="Wait", feature=ECHO, permission=READ, rest=Rest("GET", "/echo/wait"))
    async def wait(scope: WorkspaceScope, input: Nothing) -> Nothing:
        WAITING.set()
        await GO_ON.wait()
        return input

    @operation("echo.lock", title="Lock", feature=ECHO, permission=READ, rest=Rest("GET", "/echo/lock"))
    async def lock(scope: WorkspaceScope, input: Nothing) -> Nothing:
        await scope.session.execute(text("SET LOCAL statement_timeout = '10ms'"))
        await scope.session.execute(text("SELECT pg_sleep(5)"))
        return input

    @operation(
        "echo.forget",
        title="Forget",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("DELETE", "/echo/{thing_id}", 204),
    )
    async def forget(scope: WorkspaceScope, input: Look) -> None:
        return None

    @operation(
        "echo.forecast", title="Guess", feature=FORECASTS, permission=READ, rest=Rest("GET", "/forecast")
    )
    async def forecast(scope: WorkspaceScope, input: Nothing) -> Nothing:
        return input

    @operation("echo.hello", title="Hello", feature=ECHO, rest=Rest("GET", "/hello"), public=True)
    async def hello(scope: SystemScope, input: Nothing) -> Nothing:
        return input

    @operation("echo.list", title="List", feature=ECHO, permission=READ, rest=Rest("GET", "/echoes"))
    async def list_all(scope: WorkspaceScope, input: Letters) -> Page[Letter]:
        rest = LETTERS[LETTERS.index(input.cursor) + 1 :] if input.cursor else LETTERS
        shown = [Letter(each) for each in rest[: input.limit]]
        return Page(shown, shown[-1].letter if len(rest) > input.limit else None)

    @operation(
        "echo.dear",
        title="Take half a budget of ten",
        feature=ECHO,
        permission=READ,
        rest=Rest("GET", "/echo/dear"),
        rate_cost=5,
    )
    async def dear(scope: WorkspaceScope, input: Nothing) -> Nothing:
        return input

    @operation(
        "echo.rename_and_lie",
        title="Rename the workspace and answer what is not declared",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("POST", "/echo/rename-and-lie"),
    )
    async def rename_and_lie(scope: WorkspaceScope, input: Lie) -> Letter:
        await scope.session.execute(text("UPDATE workspaces SET name = 'Changed'"))
        return LIES[input.kind]

    @operation(
        "echo.add",
        title="Add to the send window, each time",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("POST", "/echo/add", status=201),
    )
    async def add(scope: WorkspaceScope, input: Add) -> Added:
        total = "send_window_minutes"
        statement = f"UPDATE workspaces SET {total} = {total} + :more RETURNING {total}"
        now = await scope.session.scalar(text(statement), {"more": input.minutes})
        if input.wait:
            WAITING.set()
            await GO_ON.wait()
        if input.fail:
            raise NotFound(kind="thing", id="1")
        return Added(now, new_id())

    @operation(
        "echo.add_more",
        title="Add to the send window and say nothing",
        feature=ECHO,
        permission=CREATE,
        rest=Rest("POST", "/echo/add-more", status=204),
    )
    async def add_more(scope: WorkspaceScope, input: Add) -> None:
        await add(scope, input)

    OPERATIONS = tuple(operations.registry().values())
