"""Ports that the demo's processes are given."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from printvision.cli.errors import PortTaken
from printvision.cli.ports import check_port, free_port


def test_a_free_port_is_none_that_an_outgoing_connection_may_be_given() -> None:
    outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not outgoing.exists():
        pytest.skip("missing: /proc/sys/net/ipv4/ip_local_port_range")
    first, last = map(int, outgoing.read_text().split())

    assert all(not first <= free_port() <= last for _ in range(50))


def test_a_port_that_somebody_listens_on_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr("random.sample", lambda *_: [port, port])

        with pytest.raises(PortTaken):
            check_port("127.0.0.1", port)
        with pytest.raises(PortTaken):
            free_port()
        other = free_port_besides(monkeypatch, port)

    assert other != port


def free_port_besides(monkeypatch: pytest.MonkeyPatch, taken: int) -> int:
    monkeypatch.undo()
    found = free_port()
    monkeypatch.setattr("random.sample", lambda *_: [taken, found])
    return free_port()
