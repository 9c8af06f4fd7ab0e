"""The one tree of errors.

A class carries what a machine needs (status, stable code, title, next action); its fields add what this occasion
knows and become members of the RFC 9457 problem document that `api/problems.py` makes of it.
"""

from __future__ import annotations

from typing import Any, ClassVar, get_type_hints


class PrintVisionError(Exception):
    """Something went wrong that we can name.

    Subclasses set `status` (HTTP), `code` (`domain/what`, stable: clients switch on it), `title` (one sentence) and
    `action` (what the reader can do next). Annotated instance fields are public and are passed by keyword.

    Args:
        detail: one sentence about this occasion, safe to show.
        note: internal text; logged, never sent.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    action: ClassVar[str] = "Try again; if it happens again, quote the request id to the operator."

    known: ClassVar[dict[str, type[PrintVisionError]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            PrintVisionError.known[cls.code] = cls

    def __init__(self, detail: str | None = None, *, note: str | None = None, **fields: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.note = note
        self.fields = fields
        for name, value in fields.items():
            setattr(self, name, value)

    @classmethod
    def public_fields(cls) -> dict[str, Any]:
        """Names and types of what an occasion of this error adds to its problem document."""
        hints = get_type_hints(cls)
        return {
            name: hint for name, hint in hints.items() if getattr(hint, "__origin__", None) is not ClassVar
        }


PrintVisionError.known[PrintVisionError.code] = PrintVisionError


class NotFound(PrintVisionError):
    status = 404
    code = "not-found"
    title = "There is nothing here by that name"
    action = "Check the id; things of other workspaces are not shown."
    kind: str
    id: str


class InvalidInput(PrintVisionError):
    """The input does not fit its schema; `errors` lists `{"path", "message"}`."""

    status = 400
    code = "invalid-input"
    title = "The request does not fit what this call takes"
    action = "Correct the listed fields and send it again."
    errors: list[dict[str, str]]


class RuleBroken(PrintVisionError):
    """The input fits its schema, and breaks a rule that a schema cannot tell; `errors` lists `{"path", "message"}`."""

    status = 422
    code = "rule-broken"
    title = "The request asks for what the rules do not allow"
    action = "Correct the listed fields and send it again."
    errors: list[dict[str, str]]


class InvalidSettings(PrintVisionError):
    code = "settings/invalid"
    title = "A setting has a wrong value"
    action = "Correct the named variable and start again."
    variable: str
