from __future__ import annotations

import httpx
import pytest

from printvision.cli.ports import free_port
from printvision.platform.metrics_port import metrics_served
from printvision.platform.telemetry import count_rate_refusal


def test_figures_are_served_while_the_process_runs():
    port = free_port()
    count_rate_refusal("key")

    with metrics_served("127.0.0.1", port):
        reply = httpx.get(f"http://127.0.0.1:{port}/metrics")

    assert reply.status_code == 200
    assert 'printvision_rate_refusals_total{policy="key"} ' in reply.text
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics")


def test_without_a_port_nothing_is_served():
    with metrics_served("127.0.0.1", None):
        pass
