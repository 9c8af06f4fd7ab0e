"""The pages in Debian's Chromium, against the running product."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.path.conftest import order
from tests.web.conftest import Desk

SIZES = ((1440, 900), (820, 1100), (390, 844))
# `make e2e` looks at every width in both themes; a plain run at each once.
LOOKS = (
    [(*size, theme) for size in SIZES for theme in ("light", "dark")]
    if os.environ.get("PRINTVISION_E2E")
    else [(1440, 900, "light"), (820, 1100, "dark"), (390, 844, "light")]
)
GRAVE = {"serious", "critical"}


async def place(desk: Desk, *numbers: str) -> dict[str, str]:
    """Orders by their numbers."""
    placed: dict[str, str] = {}
    for number in numbers:
        reply = await desk.product.client.post("/api/v1/orders", json=order(external_id=number))
        placed[number] = reply.json()["id"]
    return placed


async def hold(desk: Desk, order_id: str) -> None:
    reply = await desk.product.client.post(f"/api/v1/orders/{order_id}/hold", json={"reason": "asking"})
    assert reply.status_code == 200


def row(page: Page, number: str) -> Any:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


async def test_a_link_signs_in_once_and_then_says_so(desk: Desk):
    await place(desk, "A-1")
    context = await desk.open()
    page = await desk.sign_in(context)
    await expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    await expect(row(page, "A-1")).to_contain_text("Received")
    assert desk.complaints == []

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    await page.goto("/sign-in#" + "x" * 43)
    await expect(page.get_by_role("heading", name="This link did not sign you in")).to_be_visible()
    assert "#" not in page.url


async def test_what_happens_is_seen_without_a_reload(desk: Desk):
    placed = await place(desk, "A-1", "A-2")
    page = await desk.sign_in(await desk.open())
    await expect(row(page, "A-1")).to_contain_text("Received")
    await page.evaluate("window.same = true")

    await hold(desk, placed["A-1"])
    await place(desk, "A-3")

    await expect(row(page, "A-1")).to_contain_text("Held")
    await expect(row(page, "A-3")).to_be_visible()
    assert await page.evaluate("window.same") is True
    assert desk.complaints == []


async def test_a_cut_stream_comes_back_with_what_was_missed(desk: Desk):
    placed = await place(desk, "A-1")
    context = await desk.open()
    page = await desk.sign_in(context)
    await expect(row(page, "A-1")).to_contain_text("Received")

    await context.set_offline(True)
    await expect(page.locator("[data-live=offline]")).to_be_visible()
    await expect(page.get_by_text("As of")).to_be_visible()
    await hold(desk, placed["A-1"])
    await context.set_offline(False)

    await expect(page.locator("[data-live=live]")).to_be_visible(timeout=20_000)
    await expect(row(page, "A-1")).to_contain_text("Held")


async def test_a_tab_sees_that_another_signed_out(desk: Desk):
    await place(desk, "A-1")
    context = await desk.open()
    page = await desk.sign_in(context)
    await expect(row(page, "A-1")).to_be_visible()

    other = await context.new_page()
    await other.goto("/")
    await other.get_by_role("button", name="Sign out").click()

    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=30_000)
    await expect(row(page, "A-1")).to_be_hidden()


async def test_an_order_is_opened_held_and_released_by_keyboard_alone(desk: Desk):
    await place(desk, "A-1", "A-2")
    page = await desk.sign_in(await desk.open())
    await expect(row(page, "A-1")).to_be_visible()

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await page.keyboard.press("Escape")
    for key in ("j", "j", "k", "j"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("link", name="A-1", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="A-1", exact=True)).to_be_visible()
    await expect(page.get_by_role("region", name="Timeline")).to_contain_text("Received from the shop")

    await page.get_by_role("button", name="Hold").focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Hold this order?")
    await expect(dialog).to_contain_text("it costs nothing")
    await page.keyboard.type("asking the buyer")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("asking the buyer").first).to_be_visible()
    await page.get_by_role("button", name="Undo").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Waits for a person")).to_be_hidden()

    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    assert desk.complaints == []


async def test_filters_are_in_the_address_and_outlive_a_reload(desk: Desk):
    placed = await place(desk, "A-1", "A-2")
    await hold(desk, placed["A-2"])
    page = await desk.sign_in(await desk.open())

    await page.get_by_label("Held or not").select_option("true")
    await expect(row(page, "A-1")).to_be_hidden()
    assert page.url.endswith("/orders?held=true")
    await page.reload()
    await expect(row(page, "A-2")).to_contain_text("Held")
    await expect(row(page, "A-1")).to_be_hidden()

    await page.keyboard.press("/")
    await page.keyboard.type("A-1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="No order is like that")).to_be_visible()
    await page.get_by_role("button", name="Show all orders").click()
    await expect(row(page, "A-1")).to_be_visible()
    assert desk.complaints == []


@pytest.mark.parametrize(("width", "height", "theme"), LOOKS)
async def test_it_fits_and_axe_finds_nothing_grave(
    desk: Desk, web: Path, width: int, height: int, theme: str
):
    placed = await place(desk, *(f"A-{number}" for number in range(1, 20)))
    await hold(desk, placed["A-7"])
    page = await desk.sign_in(await desk.open(width=width, height=height, theme=theme))
    await expect(page.get_by_text("SHIRT-M").first).to_be_visible()
    list_at = page.url

    await fits(page)
    grave = await violations(page, web)
    await page.goto(f"{list_at}/{placed['A-7']}")
    await expect(page.get_by_role("heading", name="A-7", exact=True)).to_be_visible()
    await expect(page.get_by_text("Received from the shop")).to_be_visible()
    await fits(page)

    assert grave + await violations(page, web) == []
    assert desk.complaints == []


async def fits(page: Page) -> None:
    width = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


async def violations(page: Page, web: Path) -> list[str]:
    """What axe holds to be serious or worse; injected by the driver, past the page's content policy."""
    source = await asyncio.to_thread((web / "node_modules" / "axe-core" / "axe.min.js").read_text)
    await page.evaluate(source)
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
