"""Calls of every operation, as a browser or a program makes them."""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient, Response
from msgspec import inspect

from printvision.api.discovery import load_operations
from printvision.platform.operations import Operation
from tests.api.test_registry import sample, struct

Each = Operation[Any, Any]
OPERATIONS = sorted(load_operations().values(), key=lambda each: each.key)
SOME_ID = "019a0000-0000-7000-8000-000000000001"


def address(each: Each, things: dict[str, Any]) -> str:
    names = each.rest.parameters
    return "/api/v1" + each.rest.path.format(**{name: things.get(name, SOME_ID) for name in names})


def fields(each: Each) -> dict[str, inspect.Type]:
    """Every member that an input has, with its type."""
    return {field.encode_name: field.type for field in struct(each).fields}


def least(each: Each) -> dict[str, Any]:
    """What has to be said besides the address, in values that may fit."""
    asked = [field for field in struct(each).fields if field.required]
    return {
        field.encode_name: sample(field.type)
        for field in asked
        if field.encode_name not in each.rest.parameters
    }


async def ask(
    client: AsyncClient, each: Each, things: dict[str, Any], said: dict[str, Any], headers: dict[str, str]
) -> Response:
    where, method = address(each, things), each.rest.method
    if each.rest.takes_json:
        return await client.request(method, where, json=said, headers=headers)
    return await client.request(method, where, params=said, headers=headers)


def outcome(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "") if reply.content else ""
