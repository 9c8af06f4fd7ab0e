"""Ports of this machine."""

from __future__ import annotations

import random
import socket
from typing import Final

from printvision.cli.errors import PortTaken

PORTS_OF_NO_CONNECTION: Final = range(20_000, 32_000)
TRIES: Final = 100


def check_port(host: str, port: int) -> None:
    """
    Raises:
        PortTaken: before anything is started that would fail by it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"{host}:{port}: {error.strerror}", port=port) from None


def free_port() -> int:
    """A port of the loopback that nobody listens on, and that the system gives to no outgoing connection before we do.

    Asked for port 0 the system names one of those it also gives to outgoing connections: by the time a process has
    started, one of them may have it. Those begin at 32768 on Linux and higher elsewhere (`ip_local_port_range`).

    Raises:
        PortTaken: so many are taken that none was found.
    """
    for port in random.sample(PORTS_OF_NO_CONNECTION, TRIES):
        try:
            check_port("127.0.0.1", port)
        except PortTaken:
            continue
        return port
    raise PortTaken(f"None of {TRIES} ports tried is free", port=PORTS_OF_NO_CONNECTION.start)
