"""Holds a simulator's answers against the provider's published OpenAPI file."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker


class OpenApi:
    """One published file. Paths it does not describe are an error: nothing goes unlooked at."""

    def __init__(self, path: Path) -> None:
        self._spec = msgspec.json.decode(path.read_bytes())

    def check(self, answer: httpx.Response) -> None:
        """Raises: AssertionError, saying where the answer leaves its schema."""
        request = answer.request
        described = self._response(request.method.lower(), request.url.path, answer.status_code)
        content = described.get("content", {})
        if not content:
            assert answer.content == b"", f"{request.url.path}: a body where none is described"
            return
        errors = list(self._validator(content["application/json"]["schema"]).iter_errors(answer.json()))
        assert not errors, f"{request.method} {request.url.path}: " + "; ".join(
            f"{error.json_path}: {error.message[:200]}" for error in errors[:5]
        )

    def check_event(self, event: dict[str, Any]) -> None:
        """The same for a webhook's body."""
        operation = self._spec["x-webhooks"][event["type"]]["post"]
        schema = self._resolve(operation["requestBody"])["content"]["application/json"]["schema"]
        errors = list(self._validator(schema).iter_errors(event))
        assert not errors, "; ".join(f"{error.json_path}: {error.message[:200]}" for error in errors[:5])

    def has(self, method: str, path: str) -> bool:
        return any(method in operations for _, operations in self._matching(path))

    def _response(self, method: str, path: str, status: int) -> dict[str, Any]:
        for _, operations in self._matching(path):
            if method in operations:
                responses = operations[method]["responses"]
                key = next((key for key in (str(status), f"{status // 100}XX") if key in responses), None)
                assert key is not None, f"{method} {path}: {status} is not among {sorted(responses)}"
                return self._resolve(responses[key])
        raise AssertionError(f"{method} {path} is not described")

    def _matching(self, path: str) -> list[tuple[str, dict[str, Any]]]:
        """Fixed paths before those with parameters."""
        found = [
            (known, operations) for known, operations in self._spec["paths"].items() if _fits(known, path)
        ]
        return sorted(found, key=lambda entry: entry[0].count("{"))

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target: Any = self._spec
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def _validator(self, schema: dict[str, Any]) -> Any:
        whole = {"allOf": [schema], "components": self._spec["components"]}
        return OAS30ReadValidator(whole, format_checker=oas30_format_checker)


@cache
def load(path: Path) -> OpenApi:
    return OpenApi(path)


def _fits(known: str, path: str) -> bool:
    pattern = re.sub(r"\{[^}]+\}", "[^/]+", known)
    return re.fullmatch(pattern, path) is not None
