from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from printvision.platform import telemetry
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Database
from printvision.platform.errors import NotFound
from printvision.platform.telemetry import (
    MAX_STATEMENT_CHARS,
    OPERATION_SECONDS,
    configure_telemetry,
    count_operation,
    count_provider_call,
    listen,
    render_metrics,
    span,
    trace_statements,
)

_exporter = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def _listening() -> None:
    # A processor cannot be taken away again, so one serves the whole module.
    listen(SimpleSpanProcessor(_exporter))


@pytest.fixture
def spans() -> InMemorySpanExporter:
    _exporter.clear()
    return _exporter


@pytest.fixture
def engine() -> Engine:
    engine = create_engine("sqlite://")
    trace_statements(engine)
    return engine


def named(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = [each for each in spans.get_finished_spans() if each.name == name]
    return found


def parent_of(child: ReadableSpan) -> int | None:
    return child.parent.span_id if child.parent else None


def id_of(each: ReadableSpan) -> int:
    assert each.context is not None
    return each.context.span_id


def attributes_of(each: ReadableSpan) -> dict[str, object]:
    return dict(each.attributes or {})


def test_spans_nest_and_keep_plain_attributes(spans: InMemorySpanExporter):
    with (
        span("request", route="/api/v1/orders", order=None),
        span("operation", attempt=2, live=False, places={1}),
    ):
        pass

    request, operation = named(spans, "request"), named(spans, "operation")
    assert parent_of(operation) == id_of(request)
    assert parent_of(request) is None
    assert attributes_of(request) == {"route": "/api/v1/orders"}
    assert attributes_of(operation) == {"attempt": 2, "live": False, "places": "{1}"}


async def test_spans_of_concurrent_tasks_stay_apart(spans: InMemorySpanExporter):
    async def work(name: str) -> None:
        with span(name):
            await asyncio.sleep(0)
            with span(f"{name} step"):
                await asyncio.sleep(0)

    await asyncio.gather(work("a"), work("b"))

    for name in ("a", "b"):
        assert parent_of(named(spans, f"{name} step")) == id_of(named(spans, name))
        assert parent_of(named(spans, name)) is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ValueError("for Jane Doe"), "ValueError"), (NotFound(kind="order", id="Jane"), "not-found")],
)
def test_a_span_that_fails_tells_the_kind_of_error_and_not_its_text(
    spans: InMemorySpanExporter, error: Exception, kind: str
):
    with pytest.raises(type(error)), span("step"):
        raise error

    step = named(spans, "step")
    assert attributes_of(step) == {"error.type": kind}
    assert step.status.status_code is trace.StatusCode.ERROR
    assert "Jane" not in step.to_json()


def test_a_statement_is_a_span_below_the_request_with_its_text_but_no_parameters(
    spans: InMemorySpanExporter, engine: Engine
):
    with engine.begin() as connection, span("request"):
        connection.execute(text("SELECT :name AS name"), {"name": "Jane Doe"})

    request, statement = named(spans, "request"), named(spans, "db SELECT")
    assert parent_of(statement) == id_of(request)
    assert attributes_of(statement) == {
        "db.system.name": "sqlite",
        "db.operation.name": "SELECT",
        "db.query.text": "SELECT ? AS name",
        "db.response.affected_rows": -1,
    }
    assert statement.kind is trace.SpanKind.CLIENT
    assert "Jane" not in statement.to_json()


async def test_statements_on_postgresql_lie_below_their_request_even_when_requests_overlap(
    spans: InMemorySpanExporter, database_urls: DatabaseUrls
):
    db = Database(database_urls.app, database_urls.system)

    async def request(number: int) -> None:
        with span(f"request {number}"), suppress(DBAPIError):
            async with db.of_system() as transaction:
                session = transaction.session
                await session.execute(text("SELECT :who, pg_sleep(0.02)"), {"who": f"Jane {number}"})
                await session.execute(text("SELECT 1 / :zero"), {"zero": 0})

    try:
        await asyncio.gather(*(request(number) for number in range(3)))
    finally:
        await db.close()

    for number in range(3):
        top = id_of(named(spans, f"request {number}"))
        below = [attributes_of(each) for each in spans.get_finished_spans() if parent_of(each) == top]
        told = {str(each["db.query.text"]): each.get("error.type") for each in below if each["db.query.text"]}
        assert told["SELECT %(who)s, pg_sleep(0.02)"] is None
        assert told["SELECT 1 / %(zero)s"] == "DivisionByZero"
        assert {each["db.system.name"] for each in below} == {"postgresql"}
    assert not any("Jane" in each.to_json() for each in spans.get_finished_spans())


def test_many_rows_are_one_span_that_counts_them(spans: InMemorySpanExporter, engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a text)"))
        connection.execute(text("INSERT INTO t VALUES (:a)"), [{"a": "Jane"}, {"a": "Joe"}, {"a": "Jo"}])

    insert = named(spans, "db INSERT")
    assert attributes_of(insert)["db.operation.batch.size"] == 3
    assert attributes_of(insert)["db.response.affected_rows"] == 3
    assert "Jane" not in insert.to_json()


def test_a_statement_that_fails_ends_its_span(spans: InMemorySpanExporter, engine: Engine):
    with engine.connect() as connection:
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT missing"))
        connection.execute(text("SELECT 1"))

    failed, passed = spans.get_finished_spans()
    assert attributes_of(failed)["error.type"] == "OperationalError"
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert "error.type" not in attributes_of(passed)


def test_a_statement_that_was_cut_off_ends_its_span_with_the_next(
    spans: InMemorySpanExporter, engine: Engine
):
    with engine.connect() as connection:
        telemetry._statement_begins(connection, None, "SELECT 1", (), None, False)
        connection.execute(text("SELECT 2"))

    assert [attributes_of(each)["db.query.text"] for each in spans.get_finished_spans()] == [
        "SELECT 1",
        "SELECT 2",
    ]


def test_the_text_of_a_statement_is_bounded(spans: InMemorySpanExporter, engine: Engine):
    with engine.connect() as connection:
        connection.execute(text("SELECT " + "+".join(["1"] * 900) + " -- " + "x" * 2_000))

    assert len(str(attributes_of(named(spans, "db SELECT"))["db.query.text"])) == MAX_STATEMENT_CHARS


def test_an_engine_is_only_slowed_down_once_somebody_listens(
    spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(telemetry, "_listened_to", False)
    engine = create_engine("sqlite://")
    trace_statements(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert spans.get_finished_spans() == ()
    assert not engine.dispatch.before_cursor_execute

    listen(SimpleSpanProcessor(InMemorySpanExporter()))
    with engine.connect() as connection:
        connection.execute(text("SELECT 2"))

    assert [each.name for each in spans.get_finished_spans()] == ["db SELECT"]


def test_configuring_twice_keeps_the_first(spans: InMemorySpanExporter):
    before = trace.get_tracer_provider()
    configure_telemetry("serve")

    assert trace.get_tracer_provider() is before


def test_figures_are_counted_and_rendered():
    for _ in range(3):
        count_operation("test.figures", "tests", "ok", 0.004)
    count_operation("test.figures", "tests", "orders/not-cancellable", 7)
    count_provider_call("test_inkwell", "/orders/{id}", "ok", 0.3)

    page, media_type = render_metrics()
    lines = page.decode().splitlines()
    assert media_type.startswith("text/plain; version=")
    assert 'printvision_operations_total{feature="tests",operation="test.figures",outcome="ok"} 3.0' in lines
    assert (
        'printvision_operations_total{feature="tests",operation="test.figures",outcome="orders/not-cancellable"} 1.0'
        in lines
    )
    assert (
        'printvision_operation_seconds_bucket{feature="tests",le="0.005",operation="test.figures"} 3.0'
        in lines
    )
    assert 'printvision_operation_seconds_count{feature="tests",operation="test.figures"} 4.0' in lines
    counted = 'printvision_provider_calls_total{call="/orders/{id}",outcome="ok",provider="test_inkwell"} 1.0'
    assert counted in lines
    assert 'printvision_provider_call_seconds_bucket{le="0.5",provider="test_inkwell"} 1.0' in lines
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    OPERATION_SECONDS.remove("test.figures", "tests")
