"""Every operation there is, walked: what it says of itself, and that it opens to nobody it should not."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator
from importlib import import_module
from inspect import isfunction, signature
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest
from httpx import ASGITransport, AsyncClient, Response
from msgspec import inspect

from printvision.accounts import Permission
from printvision.accounts.permissions import OF_KEYS
from printvision.api.discovery import load_operations
from printvision.app import create_app
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.features import features
from printvision.platform.operations import Operation
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.conftest import opener, running
from tests.api.things import MARK, SHARED, make_things
from tests.database import DatabaseServer, at_database, libpq
from tests.factories.workspaces import MadeWorkspace, make_workspace

Each = Operation[Any, Any]
OPERATIONS = sorted(load_operations().values(), key=lambda each: each.key)
CLOSED = [each for each in OPERATIONS if each.of_workspace and each.permission in OF_KEYS]
ABOUT_A_THING = [each for each in CLOSED if set(each.rest.parameters) - set(SHARED)]
LISTS = [each for each in CLOSED if each.rest.method == "GET" and not each.rest.parameters]

# What opens nothing yet.
TO_COME = {
    Permission.AUDIT_READ,
    Permission.ROLES_MANAGE,
}

every_operation = pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.key)


# -- what they say -------------------------------------------------------------------------------------------


@every_operation
def test_each_says_what_it_is(each: Each):
    assert re.fullmatch(r"[A-Z].{3,60}[^.!:]", each.title), each.title
    assert features()[each.feature.key] is each.feature
    assert each.public or each.permission in set(Permission)
    assert each.rest.status in (200, 201, 202, 204)
    assert each.rest.method != "GET" or not each.audit


def test_each_title_is_said_once():
    assert len({each.title for each in OPERATIONS}) == len(OPERATIONS)


def test_each_permission_opens_something_or_is_for_keys():
    used = {each.permission for each in OPERATIONS}

    assert set(Permission) - used <= TO_COME


def test_what_is_a_persons_own_no_key_and_no_role_may():
    for each in OPERATIONS:
        if each.permission is not None:
            assert Permission(each.permission).of_workspaces is each.of_workspace, each.key


def test_each_verb_of_an_operations_module_is_declared():
    declared = {each.run for each in OPERATIONS}
    undeclared = [
        f"{module.__name__}.{name}"
        for module in map(import_module, sorted({each.run.__module__ for each in OPERATIONS}))
        for name, verb in vars(module).items()
        if isfunction(verb) and verb.__module__ == module.__name__ and "input" in signature(verb).parameters
        if verb not in declared
    ]

    assert undeclared == []


@every_operation
def test_each_keeps_what_is_secret_out_of_addresses(each: Each):
    assert each.sensitive_input or not holds_secret(inspect.type_info(each.input)), each.key


def holds_secret(kind: inspect.Type) -> bool:
    match kind:
        case inspect.StructType():
            return any(holds_secret(field.type) for field in kind.fields)
        case inspect.UnionType():
            return any(holds_secret(member) for member in kind.types)
        case inspect.ListType() | inspect.VarTupleType():
            return holds_secret(kind.item_type)
        case inspect.DictType():
            return holds_secret(kind.value_type)
        case inspect.CustomType():
            return kind.cls is Secret
        case _:
            return False


@every_operation
def test_each_input_is_bounded(each: Each):
    assert list(unbounded(inspect.type_info(each.input), each.input.__name__)) == []


def unbounded(kind: inspect.Type, path: str) -> Iterator[str]:
    """Where an input may grow without end; a body is bounded as a whole, but what is stored has bounds of its own."""
    match kind:
        case inspect.StructType():
            for field in kind.fields:
                if not (field.name == "data" and isinstance(field.type, inspect.BytesType)):
                    yield from unbounded(field.type, f"{path}.{field.name}")
        case inspect.StrType():
            if kind.max_length is None and not bounded_by_pattern(kind.pattern):
                yield path
        case inspect.IntType():
            if (kind.ge is None and kind.gt is None) or (kind.le is None and kind.lt is None):
                yield path
        case inspect.ListType() | inspect.VarTupleType():
            if kind.max_length is None:
                yield path
            yield from unbounded(kind.item_type, f"{path}[]")
        case inspect.UnionType():
            for member in kind.types:
                yield from unbounded(member, path)
        case inspect.DictType():
            if kind.max_length is None and not isinstance(kind.value_type, inspect.AnyType):
                yield path
            yield from unbounded(kind.key_type, f"{path}{{}}")
            yield from unbounded(kind.value_type, f"{path}{{}}")
        case _:
            return


def bounded_by_pattern(pattern: str | None) -> bool:
    return pattern is not None and pattern.startswith("^") and not re.search(r"[*+]|,\}", pattern)


# -- whom they let in ----------------------------------------------------------------------------------------


@pytest.fixture
async def client(settings: Settings, platform: Platform) -> AsyncGenerator[AsyncClient]:
    """Somebody before the whole product, without a key."""
    app = create_app(settings, opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        yield client


@pytest.fixture
def stored(database_server: DatabaseServer, database_urls: DatabaseUrls) -> Iterator[Stored]:
    name = urlsplit(database_urls.app).path.removeprefix("/")
    with psycopg.connect(libpq(at_database(database_server.admin, name)), autocommit=True) as connection:
        yield Stored(connection)


class Stored:
    """Everything in the database, as one hash a table, past every policy."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        found = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname IN ('public', 'dbos')"
            " AND tablename NOT IN ('api_keys', 'call_budgets', 'api_use')"  # which note their use
        )
        self._tables = [row[0] for row in found]

    def state(self) -> dict[str, str | None]:
        hashes = ", ".join(
            f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t)"
            for table in self._tables
        )
        row = self._connection.execute(f"SELECT {hashes}".encode()).fetchone()
        assert row is not None
        return dict(zip(self._tables, row, strict=True))


async def call(client: AsyncClient, each: Each, things: dict[str, Any], key: str | None) -> Response:
    names = each.rest.parameters
    path = each.rest.path.format(
        **{name: things.get(name, "019a0000-0000-7000-8000-000000000001") for name in names}
    )
    headers = {"authorization": f"Bearer {key}"} if key else {}
    body = {field.name: sample(field.type) for field in struct(each).fields if field.required}
    body = {name: value for name, value in body.items() if name not in names}
    if each.rest.takes_json:
        return await client.request(each.rest.method, f"/api/v1{path}", json=body, headers=headers)
    return await client.request(each.rest.method, f"/api/v1{path}", headers=headers)


def struct(each: Each) -> inspect.StructType:
    kind = inspect.type_info(each.input)
    assert isinstance(kind, inspect.StructType)
    return kind


def sample(kind: inspect.Type) -> Any:
    """A value that fits; for the plain words and numbers that calls about one thing take."""
    match kind:
        case inspect.StrType():
            return "x" * (kind.min_length or 1)
        case inspect.IntType():
            return kind.ge or 1
        case inspect.BoolType():
            return True
        case inspect.EnumType():
            return next(iter(kind.cls)).value
        case inspect.StructType():
            return {field.name: sample(field.type) for field in kind.fields if field.required}
        case _:
            return None


async def test_without_a_key_each_is_closed_and_nothing_changes(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored
):
    things = await make_things(workspace)
    before = stored.state()

    for each in CLOSED:
        reply = await call(client, each, things, None)
        assert (reply.status_code, reply.json()["code"]) == (401, "access/key-missing"), each.key

    assert stored.state() == before


async def test_without_its_permission_each_is_refused_and_nothing_changes(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored
):
    things = await make_things(workspace)
    before = stored.state()

    for each in CLOSED:
        others = [permission for permission in Permission if permission != each.permission]
        key = (await workspace.key(*others)).reveal()
        reply = await call(client, each, things, key)
        assert (reply.status_code, reply.json()["code"]) == (403, "access/permission-missing"), each.key
        assert reply.json()["permission"] == each.permission

    assert stored.state() == before


async def test_with_a_key_of_another_workspace_each_gives_nothing_away_and_changes_nothing(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    things = await make_things(workspace)
    key = (await (await make_workspace(platform)).key()).reveal()
    before = stored.state()

    for each in ABOUT_A_THING:
        assert set(each.rest.parameters) - set(SHARED) <= things.keys(), f"{each.key}: make one in things.py"
        reply = await call(client, each, things, key)
        assert (reply.status_code, reply.json()["code"]) == (404, "not-found"), f"{each.key}: {reply.text}"
        assert MARK not in reply.text, each.key
    for each in LISTS:
        reply = await call(client, each, things, key)
        assert reply.status_code == 200, f"{each.key}: {reply.text}"
        assert MARK not in reply.text, each.key
        assert not any(str(thing) in reply.text for thing in things.values()), each.key

    assert stored.state() == before


async def test_with_its_own_key_each_thing_is_there(client: AsyncClient, workspace: MadeWorkspace):
    things = await make_things(workspace)
    key = (await workspace.key()).reveal()

    for each in ABOUT_A_THING:
        if each.rest.method == "GET":
            reply = await call(client, each, things, key)
            assert reply.status_code == 200, f"{each.key}: {reply.text}"
            msgspec.json.decode(reply.content, type=each.output)
