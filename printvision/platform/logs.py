"""One form for every log line, ours and the libraries': redacted, bounded, correlated, on standard error.

Ours are `structlog.get_logger().info("order.routed", order_id=…)`: a past-tense name and its fields, never a
body and never a sentence with values in it. What `structlog.contextvars` holds (request, workspace, run) and
the current span's ids come with each line. Libraries log through `logging` and come out the same way.
"""

from __future__ import annotations

import asyncio
import atexit
import json as std_json
import logging
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

import msgspec
import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor

from printvision.platform import clock
from printvision.platform.errors import InvalidSettings, PrintVisionError
from printvision.platform.redaction import MASK, redact, redact_text

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}

# Below warning these tell statements with their parameters, headers, every request or event of the loop.
_TALKATIVE: Final = (
    "asyncio",
    "aiohttp",
    "cashews",
    "httpcore",
    "httpx",
    "multipart",
    "psycopg",
    "pyvips",
    "sqlalchemy",
)
_BODIES: Final = frozenset({"args", "body", "content", "data", "json", "kwargs", "params", "payload", "raw"})
_QUOTING: Final = frozenset({"caused_by", "detail", "error", "note", "reason"})
_MAX_FRAMES: Final = 20
_MAX_CHAIN: Final = 4
_MAX_MESSAGE: Final = 1_000

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(role: str, *, level: str, json: bool) -> None:
    """Take over all logging of this process. May be called again; the last call counts.

    Args:
        role: which of our processes this is, such as `serve`; told in each line.
        level: `debug`, `info`, `warning`, `error` or `critical`.
        json: one JSON object a line; else text for people, coloured on a terminal.

    Raises:
        InvalidSettings: there is no such level.
    """
    lowest = _level(level)
    _silence_other_handlers()
    root = logging.getLogger()
    root.handlers[:] = [StderrHandler(role, json=json)]
    root.setLevel(lowest)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(lowest, logging.WARNING))
    # DBOS adds its own handler to a logger that has none.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[_Telling(role, json=json)],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def granian_logs(role: str, *, json: bool) -> dict[str, Any]:
    """granian's `log_dictconfig`: its processes speak as ours do from their first line on."""
    handler = {"()": "printvision.platform.logs.StderrHandler", "role": role, "json": json}
    ours: dict[str, Any] = {"handlers": ["ours"], "level": "INFO", "propagate": False}
    loggers = {name: dict(ours) for name in ("_granian", "granian.access")}
    return {"formatters": {}, "handlers": {"ours": handler}, "loggers": loggers}


class StderrHandler(logging.Handler):
    """Writes each record as one redacted line; a record that cannot be told is told without its values."""

    def __init__(self, role: str, *, json: bool) -> None:
        super().__init__()
        self.setFormatter(_formatter(role, json=json))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001 - logging never harms what it tells about
            # What the standard library prints here shows the arguments.
            line = _untold(record.name, error)
        _output.tell(line, now=True)


class _Telling:
    """Makes a line of an event of ours: what a library's goes through, without the records of `logging` between."""

    def __init__(self, role: str, *, json: bool) -> None:
        self._role = role
        self._console = None if json else _console()

    def __call__(self, lines: _Lines, method: str, event: EventDict) -> str:
        if not lines.logger.isEnabledFor(LEVELS[method]):
            raise structlog.DropEvent
        try:
            return self._tell(lines, method, event)
        except Exception as error:  # noqa: BLE001 - logging never harms what it tells about
            return _untold(lines.logger.name, error)

    def _tell(self, lines: _Lines, method: str, event: EventDict) -> str:
        told = structlog.contextvars.merge_contextvars(lines, method, event)
        told = _redact_event(lines, method, _describe_exception(lines, method, told))
        told["level"] = method
        told["logger"] = lines.logger.name
        told["at"] = clock.now().isoformat().replace("+00:00", "Z")
        told["role"] = self._role
        _add_span(lines, method, told)
        if self._console is None:
            return _to_json(lines, method, told)
        return cast("str", self._console(lines, method, _to_text(lines, method, told)))


class _Lines:
    """Where structlog takes a line of ours.

    Args:
        name: of the module that tells.
    """

    __slots__ = ("logger",)

    def __init__(self, name: str = "printvision") -> None:
        self.logger = logging.getLogger(name)

    def info(self, line: str) -> None:
        _output.tell(line, now=False)

    def warning(self, line: str) -> None:
        _output.tell(line, now=True)

    debug = info
    error = critical = warning


class _Output:
    """Standard error. What is told within one turn of the event loop is written at its end, in one go: a busy process
    tells of many requests in each. What warns, and what is told outside a loop, is written at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._writing = threading.RLock()  # writing may free something that then tells of it
        self._loop: asyncio.AbstractEventLoop | None = None  # that will write them
        atexit.register(self.write)

    def tell(self, line: str, *, now: bool) -> None:
        loop = None if now else _running_loop()
        with self._writing:
            self._lines.append(line)
            if loop is None:
                self.write()
            elif loop is not self._loop:
                self._loop = loop
                loop.call_soon(self.write)

    def write(self) -> None:
        with self._writing:
            lines, self._lines, self._loop = self._lines, [], None
            if not lines:
                return
            try:
                sys.stderr.write("\n".join(lines) + "\n")
                sys.stderr.flush()
            except (OSError, ValueError, AttributeError):
                # Standard error is gone or closed: there is nobody left to tell.
                return


_output: Final = _Output()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _untold(name: str, error: Exception) -> str:
    return f"a line of {name} could not be written: {type(error).__name__}"


def _level(name: str) -> int:
    try:
        return LEVELS[name.lower()]
    except KeyError:
        known = ", ".join(LEVELS)
        raise InvalidSettings(f"the log level is one of {known}", variable="PRINTVISION_LOGS_LEVEL") from None


def _silence_other_handlers() -> None:
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True


def _formatter(role: str, *, json: bool) -> logging.Formatter:
    def add_role(_logger: Any, _method: str, event: EventDict) -> EventDict:
        event["role"] = role
        return event

    foreign: list[Processor] = [
        _mask_what_it_quotes,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
    ]
    last: list[Processor] = [_to_json] if json else [_to_text, _console()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=foreign,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            add_role,
            _add_span,
            _describe_exception,
            _redact_event,
            *last,
        ],
    )


def _console() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        timestamp_key="at",
        exception_formatter=structlog.dev.plain_traceback,
    )


# -- steps ---------------------------------------------------------------------------------------------------


def _add_span(_logger: Any, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _mask_what_it_quotes(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event["event"] = mask_quoted(event["event"][: 4 * _MAX_MESSAGE])
    return event


def _redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for key in _BODIES & event.keys():
        event[key] = _size(event[key])
    for key in _QUOTING & event.keys():
        event[key] = _quiet_value(event[key])
    if isinstance(event.get("name"), str):
        # At this level it may be anybody's; a line tells things as `product=`, `provider=`.
        event["name"] = MASK
    return cast("EventDict", redact(event))


def _size(body: Any) -> str:
    try:
        return f"<{type(body).__name__} of {len(body)}>"
    except TypeError:
        return f"<{type(body).__name__}>"


def _quiet_value(value: Any) -> Any:
    if isinstance(value, BaseException):
        return describe(value)
    return _quiet(value) if isinstance(value, str) else value


def _describe_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error: BaseException | None = None
    if isinstance(given, BaseException):
        error = given
    elif isinstance(given, tuple):
        error = cast("ExcInfo", given)[1]
    elif given:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = describe(error)
    return event


def _to_json(_logger: Any, _method: str, event: EventDict) -> str:
    try:
        return msgspec.json.encode(event).decode()
    except (TypeError, ValueError):
        # A lone surrogate: legal in a Python text, not in UTF-8.
        return std_json.dumps(event, default=str)


def _to_text(_logger: Any, _method: str, event: EventDict) -> EventDict:
    if isinstance(event.get("exception"), Mapping):
        event["exception"] = "\n".join(_lines(cast("Mapping[str, Any]", event["exception"])))
    return event


def _lines(error: Mapping[str, Any]) -> list[str]:
    head = f"{error['type']}: {error['message']}"
    found = [head, *(f"  {frame}" for frame in error.get("frames", ()))]
    if "because" in error:
        found += ["because of", *_lines(error["because"])]
    return found


# -- exceptions ----------------------------------------------------------------------------------------------


def describe(error: BaseException, *, _depth: int = 0) -> dict[str, Any]:
    """An exception for a log: type, redacted message, frames, what caused it; no values of variables."""
    found: dict[str, Any] = {"type": type(error).__name__, "message": _message(error)}
    if isinstance(error, PrintVisionError):
        found["code"] = error.code
        if error.note:
            found["note"] = _quiet(error.note)
    found["frames"] = _frames(error.__traceback__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is None and isinstance(error, BaseExceptionGroup):
        cause = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    if cause is not None and _depth < _MAX_CHAIN:
        found["because"] = describe(cause, _depth=_depth + 1)
    return found


def _message(error: BaseException) -> str:
    try:
        return _quiet(str(error))
    except Exception:  # noqa: BLE001 - an exception whose own text fails is told by its type
        return "<no text>"


def _quiet(text: str) -> str:
    return redact_text(mask_quoted(text[: 4 * _MAX_MESSAGE]), max_text=_MAX_MESSAGE)


def _frames(trace_back: TracebackType | None) -> list[str]:
    """The innermost frames as `file:line in function`; reads no source file."""
    frames = deque(traceback.walk_tb(trace_back), maxlen=_MAX_FRAMES)
    return [f"{_short(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}" for frame, line in frames]


_OURS: Final = f"{Path(__file__).parents[1]}/"  # not by its name alone: a checkout may be called the same


def _short(filename: str) -> str:
    if filename.startswith(_OURS):
        return f"printvision/{filename.removeprefix(_OURS)}"
    root = "/site-packages/"
    if root in filename:
        return filename[filename.rindex(root) + len(root) :]
    return filename.rsplit("/", 1)[-1]


_QUOTED: Final = re.compile(r"(?s)(?<!\w)[bru]{0,2}(?P<quote>['\"])(?P<text>.*?)(?:(?P=quote)(?!\w)|$)")
_OF_THE_PROGRAM: Final = re.compile(
    r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|int|str|float|bool|bytes|list|dict|tuple|set|object|NoneType|"
)


def mask_quoted(text: str) -> str:
    """Mask what a message quotes: exceptions quote the value they choked on. Names of the program stay."""
    return _QUOTED.sub(_mask_one_quote, text)


def _mask_one_quote(found: re.Match[str]) -> str:
    of_the_program = _OF_THE_PROGRAM.fullmatch(found["text"])
    return found[0] if of_the_program else f"{found['quote']}{MASK}{found['quote']}"


# -- what nobody caught --------------------------------------------------------------------------------------


def _log_uncaught(kind: type[BaseException], error: BaseException, trace_back: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("printvision").critical("uncaught", exc_info=(kind, error, trace_back))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _log_unraisable(args: sys.UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
