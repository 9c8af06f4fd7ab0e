"""What is sent, and the schemas that say so."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from openapi_schema_validator import OAS31Validator

from printvision.hooks.payload import body_of, kind_schemas

WORKSPACE = UUID("0198f000-0000-7000-8000-000000000001")
ORDER = UUID("0198f000-0000-7000-8000-000000000002")
AT = datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)


def sent(kind: str, **data: object) -> bytes:
    return body_of(kind=kind, at=AT, workspace_id=WORKSPACE, subject_id=ORDER, data=data).encode()


def test_a_body_says_what_happened_when_and_to_what():
    assert sent("orders.held", reason="address") == (
        b'{"type":"orders.held","timestamp":"2026-03-02T15:04:05Z","data":{'
        b'"workspace_id":"0198f000-0000-7000-8000-000000000001",'
        b'"subject_id":"0198f000-0000-7000-8000-000000000002","reason":"address"}}'
    )


def test_every_kind_of_event_of_the_product_is_known():
    kinds = kind_schemas()

    assert {"orders.received", "sync.catalog_synced", "hooks.endpoint_disabled", "hooks.test"} <= set(kinds)
    assert not any(kind.startswith("test.") for kind in kinds)
    assert kinds["orders.advanced"].description == "The order reached a stage further on."


def test_a_schema_takes_what_is_sent_and_refuses_what_is_not():
    schema = OAS31Validator(kind_schemas()["orders.advanced"].schema)
    right = msgspec.json.decode(sent("orders.advanced", stage="shipped", reason=None))
    wrong = [
        msgspec.json.decode(sent("orders.held", stage="shipped", reason=None)),
        msgspec.json.decode(sent("orders.advanced", stage="vanished", reason=None)),
        msgspec.json.decode(sent("orders.advanced", reason=None)),
    ]

    assert schema.is_valid(right)
    assert [schema.is_valid(each) for each in wrong] == [False, False, False]


def test_each_schema_is_one():
    for kind in kind_schemas().values():
        OAS31Validator.check_schema(kind.schema)
