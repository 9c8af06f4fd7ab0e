"""What models are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import msgspec

M = TypeVar("M", bound="Model")


class Answer(msgspec.Struct, frozen=True):
    """What came with a model, besides itself.

    Args:
        headers: by name in lower case.
    """

    status: int
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """The version that was read."""
        return self.headers.get("etag")

    @property
    def request_id(self) -> str | None:
        """What an operator finds the request by."""
        return self.headers.get("x-request-id")

    @property
    def replayed(self) -> bool:
        """Whether it is the answer that the idempotency key's first request had."""
        return self.headers.get("idempotent-replayed") == "true"


class Model(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Something that travels. Members that a newer server adds are passed over."""


class Word(StrEnum):
    """One of a closed set, that a newer server may have made larger: what is not known is kept as it is."""

    @classmethod
    def _missing_(cls, value: object) -> Word | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def known(self) -> bool:
        """Whether this version of the client has it."""
        return self._value_ in type(self)._value2member_map_


class Event(Model, frozen=True, kw_only=True):
    """Something that happened; of a kind that this version does not know it is no more than this.

    Args:
        kind: such as `orders.held`.
        subject_id: the thing that it happened to.
        id: where the stream goes on after it; empty where it did not come by one.
    """

    kind: str
    subject_id: UUID
    at: datetime
    data: Any
    id: str = ""


def answer_of(model: Model) -> Answer:
    """What came with an answer: its ETag, its request id, its headers.

    Raises:
        ValueError: it is not itself an answer, but a part of one, or made by hand.
    """
    answer = vars(model).get("answer")
    if not isinstance(answer, Answer):
        raise ValueError(f"this {type(model).__name__} is not what a call answered")
    return answer


def with_answer(model: M, answer: Answer) -> M:
    vars(model)["answer"] = answer
    return model
