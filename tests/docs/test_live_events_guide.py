"""The guide to live events: each of its commands is run, and shows what the guide says."""

from __future__ import annotations

import asyncio
import os
import re
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from tests.api.live.telling import SUBJECT, tell
from tests.docs.test_api_guide import need
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "live-events.md"
COMMANDS = re.findall(r"^```bash\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
WITHIN_S = 30


@asynccontextmanager
async def running(command: str, product: Product, **environment: str) -> AsyncGenerator[asyncio.StreamReader]:
    """What a command of the guide prints, while it runs."""
    known = {"PRINTVISION_URL": str(product.client.base_url).rstrip("/"), "PRINTVISION_API_KEY": product.key}
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", f"exec {command}", env=os.environ | known | environment, stdout=PIPE, stderr=DEVNULL
    )
    assert process.stdout
    try:
        async with asyncio.timeout(WITHIN_S):
            yield process.stdout
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def message(output: asyncio.StreamReader) -> dict[str, str]:
    """The next message's lines, by what stands before their colon."""
    lines = (await output.readuntil(b"\n\n")).decode().splitlines()
    return dict(line.partition(": ")[::2] for line in lines if line)


async def event(output: asyncio.StreamReader) -> dict[str, str]:
    while "event" in (found := await message(output)):
        pass
    return found


async def test_each_command_shows_what_happens(product: Product, workspace: MadeWorkspace):
    need("bash", "curl")
    everything, some, resumed = COMMANDS
    seen: list[dict[str, str]] = []

    for command in (everything, some):
        async with running(command, product) as output:
            begun = await message(output)
            await tell(workspace, len(seen))
            seen.append(await event(output))
        assert (begun["event"], begun["retry"], begun["data"]) == ("connected", "1000", "{}")
    async with running(resumed, product, LAST_ID=seen[0]["id"]) as output:
        again = await event(output)

    assert again == seen[1]
    told = msgspec.json.decode(seen[0]["data"])
    assert (told["kind"], told["subject_id"]) == ("orders.held", str(SUBJECT))
    assert set(told) == {"kind", "subject_id", "at", "data"}
