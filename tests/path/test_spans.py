"""One order leaves a trace: the request, its statements, the steps of its run, and the call to the outside."""

from __future__ import annotations

from uuid import UUID

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from printvision.orders.workflows.fulfil import fulfil_order
from printvision.platform.ids import WorkspaceId
from printvision.platform.telemetry import listen
from printvision.platform.workflows import Run
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product, order


def parents(spans: tuple[ReadableSpan, ...], span: ReadableSpan) -> list[str]:
    """The names of the spans above one, the nearest first."""
    by_id = {each.context.span_id: each for each in spans if each.context}
    names = []
    while span.parent is not None and span.parent.span_id in by_id:
        span = by_id[span.parent.span_id]
        names.append(span.name)
    return names


async def test_a_request_a_statement_a_step_and_an_outside_call_are_spans(
    product: Product, workspace: MadeWorkspace
) -> None:
    exporter = InMemorySpanExporter()
    listen(SimpleSpanProcessor(exporter))

    placed = await product.client.post("/api/v1/orders", json=order())
    run = Run(
        product.platform,
        "orders.fulfil:test",
        WorkspaceId(workspace.id),
        UUID(placed.json()["id"]),
        fulfil_order.name,
    )
    await fulfil_order.body(run)

    spans = exporter.get_finished_spans()
    by_name = {span.name: span for span in spans}
    statements = [span for span in spans if "db.query.text" in (span.attributes or {})]
    assert parents(spans, by_name["operation"]) == ["request"]
    assert any(parents(spans, span) == ["operation", "request"] for span in statements)
    assert any(parents(spans, span) == ["workflow.step"] for span in statements)
    steps = [(span.attributes or {})["step"] for span in spans if span.name == "workflow.step"]
    assert steps == ["decide", "ask_prices", "decide"]
    calls = [span for span in spans if span.name == "provider.call"]
    assert {parents(spans, span)[0] for span in calls} == {"workflow.step"}
    assert {(span.attributes or {})["error.type"] for span in calls} == {"providers/unavailable"}


async def test_no_span_holds_what_the_buyer_or_the_credential_says(product: Product) -> None:
    exporter = InMemorySpanExporter()
    listen(SimpleSpanProcessor(exporter))

    await product.client.post("/api/v1/orders", json=order())

    told = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "request" in told
    assert "Ana Lima" not in told
    assert "Dearborn" not in told
    assert product.key not in told
