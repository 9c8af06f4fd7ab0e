"""Spans and figures, in process: nothing outside is needed to have them.

Spans follow a request through its statements, outside calls and workflow steps, and give log lines their
trace id. They are kept only where somebody listens (`listen`); with nobody listening a statement costs
nothing more. They never carry parameters, bodies or the text of an exception.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any, Final, NamedTuple
from weakref import WeakSet

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from printvision.platform.errors import PrintVisionError

MAX_STATEMENT_CHARS: Final = 2_000

_OPEN_SPAN: Final = "printvision.span"

# -- spans ---------------------------------------------------------------------------------------------------

_tracer = trace.get_tracer("printvision")
_unheard: Final[AbstractContextManager[trace.Span]] = nullcontext(trace.INVALID_SPAN)
_has_ids = False
_listened_to = False
_engines: Final[WeakSet[Engine]] = WeakSet()


def configure_telemetry(role: str) -> None:
    """Give this process trace ids; call it once at start, before anything is traced.

    Args:
        role: which of our processes this is, such as `serve`.
    """
    global _has_ids  # noqa: PLW0603 - one process, one stream of spans
    _has_ids = True
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        resource = Resource({"service.name": "printvision", "service.instance.role": role})
        trace.set_tracer_provider(TracerProvider(resource=resource, shutdown_on_exit=False))


def listen(processor: SpanProcessor) -> None:
    """Give every span from now on to a processor, such as one that exports or one that remembers."""
    global _listened_to  # noqa: PLW0603 - one process, one stream of spans
    configure_telemetry("unnamed")
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(processor)
    if not _listened_to:
        _listened_to = True
        for engine in _engines:
            _attach(engine)


def span(
    name: str, *, kind: trace.SpanKind = trace.SpanKind.INTERNAL, **attributes: Any
) -> AbstractContextManager[trace.Span]:
    """Time a piece of work, in synchronous and in asynchronous code alike. Where the process has no trace ids it costs
    next to nothing.

    Args:
        name: what is done, of few values, such as `workflow.step`; what varies is an attribute.
        attributes: numbers, booleans and texts stay, None is left out, anything else becomes its text.
    """
    return _span(name, kind, attributes) if _has_ids else _unheard


@contextmanager
def _span(name: str, kind: trace.SpanKind, attributes: dict[str, Any]) -> Generator[trace.Span]:
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=_plain(attributes), record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            _fail(current, error)
            raise


def _plain(attributes: dict[str, Any]) -> dict[str, str | bool | int | float]:
    return {
        name: value if isinstance(value, str | bool | int | float) else str(value)
        for name, value in attributes.items()
        if value is not None
    }


def _fail(current: trace.Span, error: BaseException) -> None:
    # By kind alone: the text of an exception may quote a person or a secret.
    kind = error.code if isinstance(error, PrintVisionError) else type(error).__name__
    current.set_attribute("error.type", kind)
    current.set_status(trace.StatusCode.ERROR)


# -- statements ----------------------------------------------------------------------------------------------


def trace_statements(engine: Engine) -> None:
    """Make a span of each statement of an engine (`AsyncEngine.sync_engine`) once somebody listens.

    The span holds the statement with its placeholders, cut at `MAX_STATEMENT_CHARS`, never a parameter.
    """
    _engines.add(engine)
    if _listened_to:
        _attach(engine)


def _attach(engine: Engine) -> None:
    # Only now: an engine with listeners, even ones that do nothing, takes 4 µs longer for each statement.
    event.listen(engine, "before_cursor_execute", _statement_begins)
    event.listen(engine, "after_cursor_execute", _statement_ends)
    event.listen(engine, "handle_error", _statement_fails)


def _statement_begins(
    connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, executemany: bool
) -> None:
    if abandoned := connection.info.pop(_OPEN_SPAN, None):
        # A cancelled statement neither ends nor fails.
        abandoned.end()
    verb = statement[:40].lstrip().partition(" ")[0].upper()
    started = _tracer.start_span(f"db {verb}", kind=trace.SpanKind.CLIENT)
    if started.is_recording():
        started.set_attribute("db.system.name", connection.dialect.name)
        started.set_attribute("db.operation.name", verb)
        started.set_attribute("db.query.text", statement[:MAX_STATEMENT_CHARS])
        if executemany:
            started.set_attribute("db.operation.batch.size", len(parameters))
    connection.info[_OPEN_SPAN] = started


def _statement_ends(
    connection: Connection, cursor: Any, _statement: str, _parameters: Any, _context: Any, _executemany: bool
) -> None:
    started: trace.Span | None = connection.info.pop(_OPEN_SPAN, None)
    if started is not None:
        started.set_attribute("db.response.affected_rows", cursor.rowcount)
        started.end()


def _statement_fails(context: ExceptionContext) -> None:
    if context.connection is None:
        return
    started: trace.Span | None = context.connection.info.pop(_OPEN_SPAN, None)
    if started is not None:
        _fail(started, context.original_exception)
        started.end()


# -- figures -------------------------------------------------------------------------------------------------

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_QUICK_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)

OPERATIONS: Final = Counter(
    "printvision_operations",
    "Operations done; outcome is `ok` or the code of the error.",
    ["operation", "feature", "outcome"],
    registry=REGISTRY,
)
OPERATION_SECONDS: Final = Histogram(
    "printvision_operation_seconds",
    "How long operations take.",
    ["operation", "feature"],
    buckets=_QUICK_S,
    registry=REGISTRY,
)
PROVIDER_CALLS: Final = Counter(
    "printvision_provider_calls",
    "Calls to providers; call is the path with its placeholders, outcome is `ok` or the code of the error.",
    ["provider", "call", "outcome"],
    registry=REGISTRY,
)
PROVIDER_CALL_SECONDS: Final = Histogram(
    "printvision_provider_call_seconds",
    "How long providers take.",
    ["provider"],
    buckets=_SLOW_S,
    registry=REGISTRY,
)
WORKFLOW_STEPS: Final = Counter(
    "printvision_workflow_steps", "Workflow steps completed.", ["workflow", "step"], registry=REGISTRY
)

RATE_SLICES: Final = Counter(
    "printvision_rate_slices",
    "Slices of budgets leased; policy is whose budget: key, workspace or address.",
    ["policy"],
    registry=REGISTRY,
)
RATE_REFUSALS: Final = Counter(
    "printvision_rate_refusals", "Calls refused because a budget was spent.", ["policy"], registry=REGISTRY
)

UNWRITTEN_USE: Final = Counter(
    "printvision_api_use_unwritten",
    "Calls that are missing in the use of the API: there was too much to be written down.",
    registry=REGISTRY,
)


class _OperationFigures(NamedTuple):
    done: Counter
    took: Histogram


@lru_cache(maxsize=4_096)
def _figures_of(operation: str, feature: str, outcome: str) -> _OperationFigures:
    return _OperationFigures(
        OPERATIONS.labels(operation, feature, outcome), OPERATION_SECONDS.labels(operation, feature)
    )


def count_operation(operation: str, feature: str, outcome: str, seconds: float) -> None:
    """One operation done; `outcome` is `ok` or the code of the error."""
    figures = _figures_of(operation, feature, outcome)
    figures.done.inc()
    figures.took.observe(seconds)


def count_provider_call(provider: str, call: str, outcome: str, seconds: float) -> None:
    """One call to a provider answered or failed.

    Args:
        call: its path with placeholders in place of ids, such as `/v2/orders/{id}`.
        outcome: `ok` or the code of the error.
    """
    PROVIDER_CALLS.labels(provider, call, outcome).inc()
    PROVIDER_CALL_SECONDS.labels(provider).observe(seconds)


def count_slice(policy: str) -> None:
    """A slice of a budget was leased; `policy` is key, workspace or address."""
    RATE_SLICES.labels(policy).inc()


def count_rate_refusal(policy: str) -> None:
    """A call was refused: its key's, workspace's or address's budget is spent."""
    RATE_REFUSALS.labels(policy).inc()


def count_unwritten_use() -> None:
    """A call is not counted in the use of its workspace: too much waits to be written."""
    UNWRITTEN_USE.inc()


def render_metrics() -> tuple[bytes, str]:
    """This process's figures in Prometheus's text form, and the media type of that form."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
