"""The web process, started and stopped as it is in earnest."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from httpx import AsyncClient, TransportError
from msgspec.structs import replace

from printvision.cli.ports import free_port
from printvision.platform.settings import Settings, environment
from tests.factories.workspaces import MadeWorkspace

PROGRAM = """
from printvision.app import serve
from printvision.platform.settings import load_settings

serve(load_settings())
"""


@asynccontextmanager
async def web_process(settings: Settings) -> AsyncGenerator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, env={**os.environ, **environment(settings)}, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
def on_a_port(settings: Settings) -> Settings:
    port = free_port()
    return replace(
        settings, server=replace(settings.server, port=port, public_url=f"http://127.0.0.1:{port}")
    )


async def until_it_answers(client: AsyncClient, process: Process) -> None:
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                await client.get("/healthz")
            except TransportError:
                await asyncio.sleep(0.05)
            else:
                return
    raise AssertionError(f"it ended with {process.returncode}")


@pytest.mark.system
@pytest.mark.parametrize("ask", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_the_product_and_ends_when_asked(
    on_a_port: Settings, workspace: MadeWorkspace, ask: signal.Signals
):
    headers = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}
    async with (
        web_process(on_a_port) as process,
        AsyncClient(base_url=on_a_port.server.public_url, headers=headers) as client,
    ):
        await until_it_answers(client, process)

        assert (await client.get("/api/v1/workspace")).json()["id"] == str(workspace.id)
        assert (await client.get("/api/v1/orders")).json() == {"items": [], "next_cursor": None}

        process.send_signal(ask)
        async with asyncio.timeout(7):
            assert await process.wait() == 0


@pytest.mark.system
async def test_a_taken_port_ends_it_with_a_word(on_a_port: Settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", on_a_port.server.port))
        taken.listen()
        async with web_process(on_a_port) as process, asyncio.timeout(30):
            _, told = await process.communicate()

    assert process.returncode == 1
    assert "Address already in use" in told.decode()


@pytest.mark.system
async def test_without_its_keyring_it_does_not_start(on_a_port: Settings):
    (on_a_port.data_path / "keyring.json").unlink()
    async with web_process(on_a_port) as process, asyncio.timeout(30):
        _, told = await process.communicate()

    assert process.returncode == 1
    assert "KeyringMissing" in told.decode()
