"""Where a name leads: one that leads inside is not used at all, and one that hangs holds up no other."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from printvision.hooks.names import LeadsInside, Names


@asynccontextmanager
async def names(*addresses: str, allow_private: bool = False) -> AsyncGenerator[Names]:
    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        family = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(family[":" in each], socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    made = Names(allow_private=allow_private, look_up=look_up)
    yield made
    await made.close()


async def test_a_public_name_leads_to_its_addresses():
    async with names("8.8.8.8", "2606:4700::1111") as public:
        found = await public.resolve("hooks.example.com", 443)

    assert [(each["hostname"], each["host"], each["port"], each["family"]) for each in found] == [
        ("hooks.example.com", "8.8.8.8", 443, socket.AF_INET),
        ("hooks.example.com", "2606:4700::1111", 443, socket.AF_INET6),
    ]


@pytest.mark.parametrize("address", ["10.0.0.7", "127.0.0.1", "::1", "::ffff:10.0.0.7", "169.254.169.254"])
async def test_of_a_name_that_leads_inside_no_address_is_used(address: str):
    async with names("8.8.8.8", address) as rebound:
        with pytest.raises(LeadsInside):
            await rebound.resolve("hooks.example.com", 443)


async def test_where_it_is_allowed_a_name_may_lead_inside_but_never_to_a_metadata_service():
    async with names("10.0.0.7", allow_private=True) as inside:
        assert [each["host"] for each in await inside.resolve("shop", 80)] == ["10.0.0.7"]
    async with names("169.254.169.254", allow_private=True) as metadata:
        with pytest.raises(LeadsInside):
            await metadata.resolve("shop", 80)


async def test_names_that_hang_hold_up_neither_another_name_nor_anybody_elses_look_up():
    hang = threading.Event()

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        if host.startswith("hangs"):
            hang.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", port))]

    some = Names(allow_private=False, look_up=look_up)
    hanging = [asyncio.create_task(some.resolve(f"hangs{number}.example", 443)) for number in range(80)]
    try:
        async with asyncio.timeout(10):
            assert len(await some.resolve("answers.example", 443)) == 1
            assert await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
        assert not any(each.done() for each in hanging)
    finally:
        hang.set()
        await asyncio.gather(*hanging)
        await some.close()
