"""Server-sent events (WHATWG HTML, 9.2.6), read piece by piece within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from printvision_client.errors import UnreadableAnswer

MAX_LINE: Final = 1_000_000
MAX_MESSAGE: Final = 4_000_000
BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a stream; `id` is the last that was told, with it or before it."""

    name: str
    data: str
    id: str


class Parser:
    """Takes the bytes of one connection as they come."""

    def __init__(self, *, max_line: int = MAX_LINE, max_message: int = MAX_MESSAGE) -> None:
        self._max_line = max_line
        self._max_message = max_message
        self._rest = b""
        self._begun = False
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self._id = ""

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The messages that end in a chunk.

        Raises:
            UnreadableAnswer: a line or a message is longer than its bound, or not UTF-8.
        """
        for line in self._lines(chunk):
            if message := self._line(line):
                yield message

    def _lines(self, chunk: bytes) -> Iterator[bytes]:
        text = self._rest + chunk
        if not self._begun:
            if len(text) < len(BOM) and BOM.startswith(text):
                self._rest = text
                return
            text = text.removeprefix(BOM)
            self._begun = True
        # The line feed of a CR LF may be in the next chunk: until then the CR is kept.
        held = b"\r" if text.endswith(b"\r") else b""
        lines = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        for line in [*lines, self._rest]:
            if len(line) > self._max_line:
                raise UnreadableAnswer(f"a line of the stream is longer than {self._max_line} bytes")
        yield from lines

    def _line(self, line: bytes) -> Message | None:
        if not line:
            return self._dispatch()
        try:
            name, _, value = line.decode().partition(":")
        except UnicodeDecodeError:
            raise UnreadableAnswer("the stream is not UTF-8") from None
        self._member(name, value.removeprefix(" "))
        return None

    def _member(self, name: str, value: str) -> None:
        match name:
            case "event":
                self._name = value
            case "id" if "\0" not in value:
                self._id = value
            case "data":
                self._size += len(value) + 1
                if self._size > self._max_message:
                    raise UnreadableAnswer(f"a message of the stream is longer than {self._max_message}")
                self._data.append(value)
            case _:
                return  # a comment, or what is not ours to know

    def _dispatch(self) -> Message | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = "", [], 0
        return Message(name or "message", "\n".join(data), self._id) if data else None
