"""What is sent: `{"type", "timestamp", "data"}`, made from an event as it was written. Ids and words, nobody's data."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec

import printvision
from printvision.platform.events import Event, event_kinds

TEST_KIND: Final = "hooks.test"


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """
    Args:
        type: the event's kind.
        timestamp: when it happened.
        data: `workspace_id`, `subject_id` and the event's own members.
    """

    type: str
    timestamp: datetime
    data: dict[str, Any]


def body_of(*, kind: str, at: datetime, workspace_id: UUID, subject_id: UUID, data: Mapping[str, Any]) -> str:
    """The body of every try of a delivery."""
    members = {"workspace_id": workspace_id, "subject_id": subject_id, **data}
    return msgspec.json.encode(Payload(type=kind, timestamp=at, data=members)).decode()


class KindSchema(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of event, with the JSON schema of what is sent for it."""

    kind: str
    description: str
    schema: dict[str, Any]


@cache
def kind_schemas() -> Mapping[str, KindSchema]:
    """Every kind that a domain declares, by its name in order."""
    for domain in pkgutil.iter_modules(printvision.__path__, "printvision."):
        if domain.ispkg:
            for module in pkgutil.walk_packages(
                importlib.import_module(domain.name).__path__, f"{domain.name}."
            ):
                if module.name.endswith(".events"):
                    importlib.import_module(module.name)
    ours = [each for each in event_kinds().values() if each.__module__.startswith("printvision.")]
    found = {each.kind: _schema(each) for each in ours}
    found[TEST_KIND] = _test_schema()
    return MappingProxyType(dict(sorted(found.items())))


def _schema(event: type[Event]) -> KindSchema:
    (reference,), components = msgspec.json.schema_components([event], ref_template="#/$defs/{name}")
    members = dict(components[event.__name__]["properties"])
    required = list(components[event.__name__].get("required", ()))
    others = {name: each for name, each in components.items() if name != event.__name__}
    assert reference == {"$ref": f"#/$defs/{event.__name__}"}
    return _sent(event.kind, event.__dict__.get("__doc__") or "", members, required, others)


def _test_schema() -> KindSchema:
    subject = {"subject_id": {"type": "string", "format": "uuid"}}
    return _sent(TEST_KIND, "Somebody tries the endpoint, which is the subject.", subject, ["subject_id"], {})


def _sent(
    kind: str,
    description: str,
    members: dict[str, Any],
    required: list[str],
    components: dict[str, Any],
) -> KindSchema:
    data = {
        "type": "object",
        "properties": {"workspace_id": {"type": "string", "format": "uuid"}, **members},
        "required": ["workspace_id", *required],
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": data,
        },
        "required": ["type", "timestamp", "data"],
    }
    if components:
        schema["$defs"] = components
    return KindSchema(kind=kind, description=" ".join(description.split()), schema=schema)
