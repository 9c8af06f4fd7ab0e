from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from printvision.accounts import Permission
from printvision.platform import features, operations
from printvision.platform.db import Model
from printvision.platform.features import Feature, Tier
from printvision.platform.operations import (
    BadDeclaration,
    Cache,
    Operation,
    Rest,
    Version,
    operation,
    registry,
)
from printvision.platform.paging import Page
from printvision.platform.scope import SystemScope, WorkspaceScope

POST = Rest("POST", "/things")
CACHE = Cache("private", 60, ("things",))


class ThingRow(Model):
    __abstract__ = True


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    thing_id: str = ""


class Raw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    data: Annotated[bytes, Meta(max_length=5)]


class Loose(msgspec.Struct, frozen=True):
    thing_id: str = ""


class Output(msgspec.Struct):
    name: str


async def verb(scope: WorkspaceScope, input: Input) -> Output:
    """What it does."""
    return Output(input.thing_id)


async def verb_with_nothing_to_say(scope: WorkspaceScope, input: Input) -> None: ...


async def verb_of_bytes(scope: WorkspaceScope, input: Raw) -> Output: ...


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_registry", {})
    monkeypatch.setattr(features, "_features", {})


def declare(verb: Any = verb, **changes: Any) -> Operation[Any, Any]:
    said: dict[str, Any] = {
        "key": "things.get",
        "title": "Get a thing",
        "feature": Feature("things", title="Things", lowest_tier=Tier.FREE),
        "permission": Permission.ORDERS_READ,
        "rest": Rest("GET", "/things/{thing_id}"),
        **changes,
    }
    return operation(said.pop("key"), **said)(verb)


def test_a_declaration_says_everything_about_the_call():
    cache = Cache("private", 60, ("things",))

    made = declare(idempotent=True, audit=True, rate_cost=5, cache=cache)

    assert registry() == {"things.get": made}
    assert (made.key, made.title, made.description) == ("things.get", "Get a thing", "What it does.")
    assert (made.input, made.output, made.permission) == (Input, Output, "orders:order:read")
    assert (made.idempotent, made.audit, made.sensitive_input, made.public) == (True, True, False, False)
    assert (made.rate_cost, made.cache, made.meter) == (5, cache, None)
    assert made.rest.parameters == ("thing_id",)
    assert made.rest.takes_json is False
    assert made.changes is False


async def test_an_operation_runs_when_called():
    made = declare()

    assert await made(None, Input("x")) == Output("x")  # pyright: ignore[reportArgumentType]


def test_a_call_costs_one_and_keeps_and_counts_nothing_unless_it_says_so():
    made = declare()

    assert (made.rate_cost, made.cache, made.meter) == (1, None, None)


def test_a_page_of_a_list_is_known_by_its_members():
    async def lists(scope: WorkspaceScope, input: Input) -> Page[Output]: ...

    assert declare(lists, key="things.list").pages is True
    assert declare(rest=Rest("GET", "/other")).pages is False


def test_what_can_be_read_at_its_path_may_be_changed_by_version():
    read = declare()

    changed = declare(
        key="things.set", rest=Rest("PUT", "/things/{thing_id}"), version=Version(read, ThingRow)
    )

    assert changed.version == Version(read, ThingRow)


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        (Rest("GET", "/things/{thing_id}/name"), "a version is of what a call changes for a workspace"),
        (
            Rest("PUT", "/things/{thing_id}/name/first"),
            "its version is read by the GET of /things/{thing_id}/name/first, or of its thing",
        ),
    ],
)
def test_a_version_is_that_of_the_same_thing(rest: Rest, reason: str):
    read = declare()

    with pytest.raises(BadDeclaration) as refused:
        declare(key="things.set", rest=rest, version=Version(read, ThingRow))

    assert str(refused.value) == f"things.set: {reason}"


def test_what_changes_something_may_be_counted_by_a_tier():
    assert declare(rest=Rest("POST", "/things"), meter="things_made").meter == "things_made"


def test_a_public_call_has_a_system_scope_and_no_permission():
    async def anybody(scope: SystemScope, input: Input) -> Output: ...

    anybody.__annotations__ |= {"scope": SystemScope, "input": Input, "return": Output}

    assert declare(anybody, permission=None, public=True).permission is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cache": CACHE}, "a public call has no workspace"),
        ({"meter": "things", "rest": POST}, "a meter counts what changes something for a workspace"),
    ],
)
def test_a_public_call_has_nothing_of_a_workspace(changes: dict[str, Any], reason: str):
    async def anybody(scope: SystemScope, input: Input) -> Output: ...

    anybody.__annotations__ |= {"scope": SystemScope, "input": Input, "return": Output}

    with pytest.raises(BadDeclaration, match=reason):
        declare(anybody, permission=None, public=True, **changes)


def test_a_raw_body_is_the_field_data():
    rest = Rest("POST", "/things", status=201, body="raw")

    made = declare(verb_of_bytes, rest=rest)

    assert made.rest.takes_json is False
    assert made.changes is True


def not_async(scope: WorkspaceScope, input: Input) -> Output: ...


async def without_scope(input: Input) -> Output: ...


async def with_other_scope(scope: SystemScope, input: Input) -> Output: ...


async def with_other_input(scope: WorkspaceScope, input: dict[str, str]) -> Output: ...


async def with_loose_input(scope: WorkspaceScope, input: Loose) -> Output: ...


async def without_output(scope: WorkspaceScope, input: Input): ...


async def with_unknown_input(scope: WorkspaceScope, input: Nowhere) -> Output: ...  # noqa: F821 # pyright: ignore


@pytest.mark.parametrize(
    ("verb", "reason"),
    [
        (not_async, "write `async def`"),
        (without_scope, "write (scope: WorkspaceScope or PersonScope, input: YourInput) -> YourOutput"),
        (with_other_scope, "write (scope: WorkspaceScope or PersonScope, input: YourInput) -> YourOutput"),
        (with_other_input, "the input is a msgspec.Struct"),
        (with_loose_input, "the input is frozen=True, forbid_unknown_fields=True"),
        (without_output, "annotate what it returns"),
        (with_unknown_input, "name 'Nowhere' is not defined"),
    ],
)
def test_a_function_of_another_shape_is_refused_and_told_why(verb: Any, reason: str):
    with pytest.raises(BadDeclaration) as refused:
        declare(verb)

    assert str(refused.value).startswith("things.get: ")
    assert reason in str(refused.value)
    assert registry() == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "get"}, "a key is domain.verb"),
        ({"key": "Things.get"}, "a key is domain.verb"),
        ({"title": " "}, "give it a title"),
        ({"permission": None}, "name one permission, or say public=True"),
        ({"sensitive_input": True}, "sensitive input travels in a body"),
        ({"rest": Rest("GET", "things")}, "is not a path"),
        ({"rest": Rest("GET", "/things/{thing_id")}, "is not a path"),
        ({"rest": Rest("GET", "/things/{other_id}")}, "the input has no field other_id for its path"),
        ({"rest": Rest("POST", "/things", body="raw")}, "a raw body goes by POST, PUT or PATCH"),
        ({"rest": Rest("GET", "/things/{thing_id}", status=204)}, "status 204 goes with the output None"),
        ({"verb": verb_with_nothing_to_say}, "status 204 goes with the output None"),
        ({"rate_cost": 0}, "rate_cost is 1 to 100"),
        ({"rate_cost": 101}, "rate_cost is 1 to 100"),
        ({"meter": "Things", "rest": POST}, "a meter is named like orders_placed"),
        ({"meter": "things"}, "a meter counts what changes something"),
        ({"cache": CACHE, "rest": POST}, "what changes something is not cached"),
        ({"cache": Cache("private", 0, ("things",))}, "a cache lasts 1 to 86400 seconds"),
        ({"cache": Cache("private", 86_401, ("things",))}, "a cache lasts 1 to 86400 seconds"),
        ({"cache": Cache("public", 60, ())}, "a cache names what makes it stale"),
        ({"cache": Cache("public", 60, ("Things",))}, "a cache names what makes it stale"),
        ({"drops": ("things",)}, "what changes something drops caches"),
        ({"drops": ("Things",), "rest": POST}, "what changes something drops caches"),
        ({"verb": verb_of_bytes, "rest": Rest("GET", "/x", body="raw")}, "a raw body goes by POST"),
    ],
)
def test_a_declaration_that_leaves_something_out_is_refused(changes: dict[str, Any], reason: str):
    with pytest.raises(BadDeclaration, match=r"^(things.get|get|Things.get): ") as refused:
        declare(**changes)

    assert reason in str(refused.value)
    assert registry() == {}


def test_one_key_is_one_operation():
    declare()

    with pytest.raises(BadDeclaration, match=r"two operations are called things\.get"):
        declare(rest=Rest("GET", "/other"))


def test_one_address_is_one_operation_however_its_parameters_are_called():
    declare()

    with pytest.raises(
        BadDeclaration, match=r"things\.find and things\.get are both GET /things/\{thing_id\}"
    ):
        declare(key="things.find")
