from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import logging.config
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

import printvision
from printvision.platform.errors import InvalidSettings, NotFound, PrintVisionError
from printvision.platform.logs import configure_logs, describe, granian_logs, mask_quoted
from printvision.platform.redaction import Secret

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging is the process's own: put everything back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since the last call, as JSON lines; anything else on standard error fails."""
    configure_logs("test", level="debug", json=True)
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


# -- form ----------------------------------------------------------------------------------------------------


def test_a_line_tells_event_level_logger_role_time_and_fields(lines: Lines):
    structlog.get_logger("printvision.orders").info(
        "order.routed", order_id=UUID("019a0000-0000-7000-8000-000000000001"), parcels=2
    )

    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "order.routed",
        "level": "info",
        "logger": "printvision.orders",
        "role": "test",
        "order_id": "019a0000-0000-7000-8000-000000000001",
        "parcels": 2,
    }


def test_a_librarys_line_has_the_same_form(lines: Lines):
    logging.getLogger("some.library").warning("pool of %d is full", 5)

    (line,) = lines()
    assert {key: line[key] for key in ("event", "level", "logger", "role")} == {
        "event": "pool of 5 is full",
        "level": "warning",
        "logger": "some.library",
        "role": "test",
    }


def test_lines_carry_the_context_and_the_span(lines: Lines):
    tracer = TracerProvider().get_tracer("test")
    with (
        structlog.contextvars.bound_contextvars(request_id="r1", workspace_id="w1"),
        tracer.start_as_current_span("request") as span,
    ):
        structlog.get_logger().info("ours")
        logging.getLogger("lib").info("theirs")
    structlog.get_logger().info("after")

    ours, theirs, after = lines()
    context = span.get_span_context()
    expected = {
        "request_id": "r1",
        "workspace_id": "w1",
        "trace_id": f"{context.trace_id:032x}",
        "span_id": f"{context.span_id:016x}",
    }
    assert {key: ours[key] for key in expected} == expected
    assert {key: theirs[key] for key in expected} == expected
    assert not expected.keys() & after.keys()


def test_the_level_holds_for_ours_and_theirs(capsys: pytest.CaptureFixture[str]):
    configure_logs("test", level="warning", json=True)

    structlog.get_logger().info("quiet")
    logging.getLogger("lib").info("quiet")
    structlog.get_logger().warning("loud")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


def test_an_unknown_level_stops_the_start_and_names_its_variable():
    with pytest.raises(InvalidSettings) as caught:
        configure_logs("test", level="loud", json=True)

    assert caught.value.fields == {"variable": "PRINTVISION_LOGS_LEVEL"}


def test_libraries_that_log_parameters_and_headers_stay_above_debug(lines: Lines):
    for name in ("sqlalchemy.engine.Engine", "httpcore.http11", "httpx", "asyncio", "multipart.multipart"):
        logging.getLogger(name).info("('Jane Doe',)")

    assert lines() == []


def test_for_people_a_line_is_text_with_the_exception_below(capsys: pytest.CaptureFixture[str]):
    configure_logs("test", level="info", json=False)
    try:
        raise KeyError("order_id")
    except KeyError:
        structlog.get_logger().exception("order.failed", provider="inkwell")

    text = capsys.readouterr().err
    assert "order.failed" in text
    assert "provider=inkwell" in text
    assert "KeyError: 'order_id'\n  test_logs.py:" in text


def test_configuring_again_writes_each_line_once(lines: Lines):
    configure_logs("again", level="info", json=True)

    logging.getLogger("lib").info("once")

    assert [line["role"] for line in lines()] == ["again"]


def test_a_librarys_own_handlers_are_taken_away(capsys: pytest.CaptureFixture[str]):
    rogue = logging.getLogger("rogue.library")
    rogue.addHandler(logging.StreamHandler(sys.stderr))
    rogue.propagate = False

    configure_logs("test", level="info", json=True)
    rogue.warning("once")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "once"


def test_dbos_adds_no_handler_of_its_own(lines: Lines):
    from dbos._logger import dbos_logger, init_logger

    init_logger()
    dbos_logger.warning("a stale executor")

    assert [line["event"] for line in lines()] == ["a stale executor"]


def test_granian_speaks_the_same_form(capsys: pytest.CaptureFixture[str]):
    from granian.log import LogLevels, configure_logging

    configure_logging(LogLevels.info, granian_logs("serve", json=True))
    logging.getLogger("_granian").info("Listening at: http://127.0.0.1:8000?token=abc")

    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "Listening at: http://127.0.0.1:8000?token=***"
    logging.getLogger("_granian").handlers.clear()
    logging.getLogger("granian.access").handlers.clear()


class Writes(io.StringIO):
    """Standard error that keeps apart what was written at once."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[list[str]] = []

    def write(self, text: str) -> int:
        self.events.append([json.loads(line)["event"] for line in text.splitlines()])
        return len(text)


async def test_what_is_told_within_a_turn_is_written_at_its_end(monkeypatch: pytest.MonkeyPatch):
    configure_logs("test", level="info", json=True)
    monkeypatch.setattr(sys, "stderr", writes := Writes())
    log = structlog.get_logger("printvision.orders")

    log.info("first")
    log.info("second")
    assert writes.events == []
    await asyncio.sleep(0)
    log.info("third")
    await asyncio.sleep(0)

    assert writes.events == [["first", "second"], ["third"]]


@pytest.mark.parametrize(
    "tell",
    [
        lambda: structlog.get_logger("printvision.orders").warning("loud"),
        lambda: logging.getLogger("lib").info("loud"),
    ],
)
async def test_a_warning_and_a_librarys_line_are_written_at_once_after_what_waits(
    tell: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    configure_logs("test", level="info", json=True)
    monkeypatch.setattr(sys, "stderr", writes := Writes())

    structlog.get_logger("printvision.orders").info("waits")
    tell()

    assert writes.events == [["waits", "loud"]]
    await asyncio.sleep(0)
    assert len(writes.events) == 1


def test_what_waits_when_a_loop_ends_is_written_with_what_follows(monkeypatch: pytest.MonkeyPatch):
    configure_logs("test", level="info", json=True)
    monkeypatch.setattr(sys, "stderr", writes := Writes())
    log = structlog.get_logger("printvision.orders")

    async def tell() -> None:
        log.info("last of its loop")

    asyncio.run(tell())
    asyncio.run(tell())
    log.info("outside")

    assert [event for events in writes.events for event in events] == ["last of its loop"] * 2 + ["outside"]


# -- exceptions ----------------------------------------------------------------------------------------------


def _fail(depth: int) -> None:
    customer = "Jane Doe of the frame"
    if depth:
        _fail(depth - 1)
    raise ValueError(f"no such city: {customer!r}")


@pytest.mark.parametrize(
    ("filename", "told"),
    [
        (f"{Path(printvision.__file__).parent}/orders/gate.py", "printvision/orders/gate.py"),
        ("/srv/printvision/.venv/lib/python3.11/site-packages/httpx/_client.py", "httpx/_client.py"),
        ("/srv/printvision/tests/test_gate.py", "test_gate.py"),
    ],
)
def test_a_frame_names_its_file_wherever_the_program_lies(filename: str, told: str, lines: Lines):
    code = compile("raise KeyError", filename, "exec")
    try:
        exec(code)
    except KeyError:
        structlog.get_logger().exception("order.failed")

    (line,) = lines()
    assert line["exception"]["frames"][-1] == f"{told}:1 in <module>"


def test_an_exception_tells_type_message_and_frames_but_no_values(lines: Lines):
    try:
        _fail(50)
    except ValueError:
        structlog.get_logger().exception("order.failed")

    (line,) = lines()
    told = line["exception"]
    assert (told["type"], told["message"], len(told["frames"])) == ("ValueError", "no such city: ***", 20)
    assert told["frames"][-1].startswith("test_logs.py:")
    assert told["frames"][-1].endswith(" in _fail")


def test_an_exception_tells_its_causes_to_a_bounded_depth():
    error: Exception = ValueError("first")
    for number in range(10):
        outer = RuntimeError(f"outer {number}")
        outer.__cause__ = error
        error = outer

    told: dict[str, Any] | None = describe(error)
    messages: list[str] = []
    while told is not None:
        messages.append(told["message"])
        told = told.get("because")

    assert messages == ["outer 9", "outer 8", "outer 7", "outer 6", "outer 5"]


def test_our_own_errors_tell_code_and_note():
    told = describe(NotFound(kind="order", id="1", note="row of workspace 7, token=abc"))

    assert (told["code"], told["note"]) == ("not-found", "row of workspace 7, token=***")


def test_an_exception_whose_text_fails_is_told_by_its_type():
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("Jane Doe")

    assert describe(Broken())["message"] == "<no text>"


def test_a_group_tells_its_first_member():
    told = describe(ExceptionGroup("two", [ValueError("one"), ValueError("two")]))

    assert told["because"]["message"] == "one"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("KeyError: 'order_id'", "KeyError: 'order_id'"),
        ("invalid literal for int(): '12 Main St'", "invalid literal for int(): '***'"),
        ("operand: 'NoneType' and 'int'", "operand: 'NoneType' and 'int'"),
        ("b'Jane' u\"Doe\"", "'***' \"***\""),
        ("for 'Pat O'Brien' here", "for '***' here"),
        ("it doesn't and can't", "it doesn't and can't"),
        ("cut 'Jane Do", "cut '***'"),
    ],
)
def test_mask_quoted_masks_values_and_leaves_names_of_the_program(text: str, shown: str):
    assert mask_quoted(text) == shown


# -- nothing leaks -------------------------------------------------------------------------------------------

CORPUS = {
    "authorization": "Bearer 8d1f0c6b2f7a4f0e9a55",
    "api_key": "pv_live_Zk3Jq81mPw",
    "webhook_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "password": "correct horse battery",
    "cookie": "session=0a1b2c3d4e5f",
    "email": "jane.doe+shop@example.com",
    "phone": "+49 170 5550134",
    "first_name": "Wilhelmina",
    "line1": "17 Larkspur Crescent",
    "postal_code": "SW1A 1AA",
    "city": "Oberammergau",
}
NAME = "Wilhelmina Ashdown-Price"
PERSON = {key: CORPUS[key] for key in ("email", "phone", "line1", "postal_code", "city")} | {"name": NAME}


class Recipient(msgspec.Struct):
    name: str
    line1: str
    city: str


def _leaks(text: str) -> list[str]:
    parts = [*CORPUS.values(), NAME, "8d1f0c6b2f7a4f0e9a55", "0a1b2c3d4e5f", "Larkspur", "Ashdown"]
    return [part for part in parts if part in text]


def _as_fields(log: Any) -> None:
    log.info("kept", **CORPUS)
    log.info("kept", name=NAME, headers={"Authorization": CORPUS["authorization"]}, recipient=PERSON)
    log.info("kept", order={"shipping_address": PERSON, "lines": [{"name": "T-shirt"}]})
    log.info("kept", who=Recipient(NAME, CORPUS["line1"], CORPUS["city"]), key=Secret(CORPUS["api_key"]))
    log.info("kept", body=json.dumps(PERSON).encode(), payload=PERSON, raw=json.dumps(PERSON), data=[NAME])
    log.info("kept", url="https://u:correct horse battery@x.example/?email=jane.doe%2Bshop@example.com")
    log.warning("kept", error=f"no place called {CORPUS['city']!r}", caused_by=repr(ValueError(NAME)))
    log.warning("kept", error=ValueError(f"no place called {CORPUS['city']!r}"))


def _as_messages(log: logging.Logger) -> None:
    log.info("sending %s", {"headers": {"Authorization": CORPUS["authorization"]}, "to": PERSON})
    log.info("sending %s", json.dumps({"recipient": PERSON, "password": CORPUS["password"]}))
    log.info("sending %r", Recipient(NAME, CORPUS["line1"], CORPUS["city"]))
    log.info("row %s", [NAME, CORPUS["city"], CORPUS["password"]])
    log.info(
        "Authorization: %(authorization)s Cookie: %(cookie)s key %(api_key)s mail %(email)s %(phone)s", CORPUS
    )
    log.warning("%d is no number", NAME)
    log.warning("extra", extra={"recipient": NAME})


def _raised() -> list[BaseException]:
    return [
        ValueError(f"no place called {CORPUS['city']!r}"),
        KeyError(NAME),
        RuntimeError(f"token={CORPUS['api_key']} for {CORPUS['email']}, {CORPUS['phone']}"),
        RuntimeError(f"INSERT failed\nDETAIL:  Failing row contains (1, {NAME}, {CORPUS['line1']}).\n"),
        RuntimeError(f"[SQL: INSERT]\n[parameters: ({NAME!r}, {CORPUS['city']!r})]\n"),
        PrintVisionError(f"The place {CORPUS['city']!r} is unknown", note=f"sent {PERSON!r}"),
        ExceptionGroup("two", [ValueError(repr(NAME)), ValueError("2")]),
        UnicodeDecodeError("utf-8", NAME.encode(), 0, 1, "bad"),
    ]


@pytest.mark.parametrize("as_json", [True, False])
def test_no_logger_shows_a_secret_or_a_person(capsys: pytest.CaptureFixture[str], as_json: bool):
    configure_logs("test", level="debug", json=as_json)
    told = ["printvision.orders", "dbos", "_granian", "litestar", "any.other"]
    told_from_warning_on = ["sqlalchemy.pool", "httpx"]

    for name in (*told, *told_from_warning_on):
        _as_fields(structlog.get_logger(name))
        _as_messages(logging.getLogger(name))
        for error in _raised():
            try:
                raise RuntimeError("outer") from error
            except RuntimeError:
                structlog.get_logger(name).exception("failed")
                logging.getLogger(name).exception("failed with %s", error)

    text = capsys.readouterr().err
    assert _leaks(text) == []
    assert text.count("kept") == 8 * len(told) + 2 * len(told_from_warning_on)


async def test_nothing_uncaught_shows_a_person(capsys: pytest.CaptureFixture[str]):
    configure_logs("test", level="debug", json=True)

    def fail() -> None:
        raise ValueError(NAME.join("''"))

    class Failing:
        def __del__(self) -> None:
            fail()

    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Failing()
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)
    warnings.warn(f"deprecated for {NAME!r}", stacklevel=1)
    gc.collect()

    text = capsys.readouterr().err
    assert _leaks(text) == []
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert events[:3] == ["uncaught", "uncaught", "uncaught"]
    assert events[3].startswith("Exception in callback")
    assert "deprecated for '***'" in events[4]
    assert len(events) == 5


def test_a_line_that_cannot_be_told_is_told_without_its_values(capsys: pytest.CaptureFixture[str]):
    configure_logs("test", level="debug", json=True)

    logging.getLogger("lib").warning("%d pieces", NAME)

    assert capsys.readouterr().err == "a line of lib could not be written: TypeError\n"


def test_odd_values_are_told(lines: Lines):
    structlog.get_logger().info("odd", text="lone \ud800 surrogate", number=2**80)

    (line,) = lines()
    assert (line["text"], line["number"]) == ("lone \ud800 surrogate", 2**80)


def test_a_closed_standard_error_harms_nobody(monkeypatch: pytest.MonkeyPatch):
    configure_logs("test", level="info", json=True)
    monkeypatch.setattr(sys, "stderr", None)

    structlog.get_logger().info("unheard")


def test_a_line_is_bounded(lines: Lines, capsys: pytest.CaptureFixture[str]):
    structlog.get_logger().info("huge", **{f"field_{n}": "word " * 100_000 for n in range(200)})

    assert len(capsys.readouterr().err) < 64 * 4_300
