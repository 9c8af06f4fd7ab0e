"""Back from a provider that was asked to let us in, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.oauth.granting import Provider, granting, knowing, rows
from tests.web.conftest import Desk

_BEGIN = """async (workspace) => {
  const headers = { "content-type": "application/json", "printvision-workspace": workspace };
  const body = JSON.stringify({ provider: "printful", name: "Our shop" });
  const answer = await fetch("/api/v1/connections/authorize", { method: "POST", headers, body });
  return (await answer.json()).address;
}"""


@pytest.fixture
async def provider(desk: Desk, tmp_path: Path) -> AsyncGenerator[Provider]:
    async with granting(tmp_path / "printful") as provider:
        platform = desk.product.platform
        platform.settings = knowing(platform.settings, provider.address)
        yield provider


async def there_and_back(desk: Desk, page: Page, provider: Provider, **more: str) -> None:
    address = await page.evaluate(_BEGIN, str(desk.workspace.id))
    back = await provider.allow(address, **more)
    query = "&".join(f"{name}={value}" for name, value in back.items())
    await page.goto(f"/oauth/printful?{query}")


async def test_who_comes_back_is_told_that_it_is_connected(desk: Desk, provider: Provider):
    page = await desk.sign_in(await desk.open())

    await there_and_back(desk, page, provider)

    await expect(page.get_by_role("heading", name="Our shop is connected")).to_be_visible()
    assert urlsplit(page.url).query == ""  # neither code nor state stays in the address
    assert await rows(desk.product.platform, "connections") == 2
    assert desk.complaints == []


async def test_who_is_signed_out_meanwhile_is_told_to_sign_in(desk: Desk, provider: Provider):
    page = await (await desk.open()).new_page()

    await page.goto("/oauth/printful?code=a&state=b")

    await expect(page.get_by_role("heading", name="Nothing was connected")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("You are signed out here")
    await expect(page.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in")
    assert urlsplit(page.url).query == ""


async def test_who_said_no_is_told_that_nothing_was_connected(desk: Desk, provider: Provider):
    page = await desk.sign_in(await desk.open())

    await there_and_back(desk, page, provider, decline="true")

    await expect(page.get_by_role("heading", name="Nothing was connected")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("Access was not granted")
    assert await rows(desk.product.platform, "connections") == 1
