"""A call as it is declared, and the options that every call takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypedDict, TypeVar

from printvision_client.values import Model

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Given = Mapping[str, object]


class ReadOptions(TypedDict, total=False):
    """Of a call that only reads.

    Args:
        headers: more of them; those that the client sets itself stay as they are.
        timeout_s: for one try; waiting between tries is bounded by the client's `deadline_s`.
        if_none_match: what was read before: it comes back itself where it has not changed since.
    """

    headers: Mapping[str, str]
    timeout_s: float
    if_none_match: Model


class WriteOptions(TypedDict, total=False):
    """Of a call that changes something.

    Args:
        if_match: what was read before, or its ETag: nothing is changed where somebody else has changed it since.
    """

    headers: Mapping[str, str]
    timeout_s: float
    if_match: Model | str


class PostOptions(WriteOptions, total=False):
    """Of a call that makes something happen.

    Args:
        idempotency_key: of this one thing to do, by default a new one; within a day it changes nothing again.
    """

    idempotency_key: str


Options = ReadOptions | WriteOptions | PostOptions


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One call of the API.

    Args:
        output: the model that it answers; NoneType where it answers nothing.
        body: what of the input is not in the path: the body, or else the query.
        repeatable: sent twice it changes nothing more.
        keyed: it takes an idempotency key.
    """

    key: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    output: type[T_co]
    body: Literal["none", "json", "raw"]
    repeatable: bool = False
    keyed: bool = False


class PageOf(Protocol[T_co]):
    """A part of a list."""

    @property
    def items(self) -> tuple[T_co, ...]: ...
    @property
    def next_cursor(self) -> str | None: ...


class Caller(Protocol):
    """Makes calls, and waits for them."""

    def call(self, operation: Operation[T], given: Given, options: Options) -> T: ...
    def pages(self, operation: Operation[PageOf[T]], given: Given, options: Options) -> Iterator[T]: ...


class AsyncCaller(Protocol):
    """Makes calls, to be awaited."""

    async def call(self, operation: Operation[T], given: Given, options: Options) -> T: ...
    def pages(self, operation: Operation[PageOf[T]], given: Given, options: Options) -> AsyncIterator[T]: ...


class Group:
    """The calls of one domain."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._join()

    def _join(self) -> None:
        """Have the groups inside of it."""


class AsyncGroup:
    """The calls of one domain, to be awaited."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller
        self._join()

    def _join(self) -> None:
        """Have the groups inside of it."""
