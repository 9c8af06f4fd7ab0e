"""The pages in Debian's Chromium, against the running product."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text

from printvision.orders.models import FulfilmentRow
from printvision.platform import clock
from printvision.platform.scope import system_scope
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


async def give(desk: Desk, order_id: str) -> None:
    """The order as one that lies at the connection, with nothing asked of it."""
    async with desk.workspace.scope() as scope:
        scope.session.add(
            FulfilmentRow(
                workspace_id=scope.workspace_id,
                order_id=UUID(order_id),
                ordinal=1,
                connection_id=desk.product.connection_id,
                provider="printful",
                method="STANDARD",
                created_at=clock.now(),
            )
        )


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


async def test_a_link_signs_in_once_and_then_says_so(desk: Desk):
    await place(desk, "A-1")
    context = await desk.open()
    page = await desk.sign_in(context)
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
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
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
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


async def test_a_provider_a_shop_and_days_are_kept_in_the_address(desk: Desk):
    placed = await place(desk, "A-1", "A-2", "1040")
    await give(desk, placed["A-2"])
    page = await desk.sign_in(await desk.open(width=390, height=844))

    await page.get_by_role("button", name="Filters").click()
    await page.get_by_label("Provider").select_option("Printful")
    await expect(row(page, "A-1")).to_be_hidden()
    await page.get_by_label("Sorted by").select_option("Oldest received")
    await page.get_by_label("Received from").fill("2020-02-29")
    await expect(page.get_by_role("button", name="Filters (2)")).to_be_visible()
    connection = desk.product.connection_id
    kept = f"/orders?provider={connection}&sort=received_at&from=2020-02-29"
    await page.wait_for_url(f"**{kept}")
    await page.reload()
    await expect(row(page, "A-2")).to_be_visible()
    await expect(row(page, "A-1")).to_be_hidden()
    await page.get_by_role("button", name="Filters (2)").click()
    await expect(page.get_by_label("Provider")).to_have_value(str(connection))
    await expect(page.get_by_label("Received from")).to_have_value("2020-02-29")

    await page.get_by_label("Shop", exact=True).select_option("Shop")
    await expect(page.get_by_role("heading", name="No order is like that")).to_be_visible()
    await page.get_by_role("button", name="Clear filters").click()
    await expect(row(page, "A-1")).to_be_visible()
    await expect(page.get_by_label("Sorted by")).to_have_value("received_at")

    await page.get_by_role("searchbox").fill("#1040")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Find 1040 instead").click()
    await expect(row(page, "1040")).to_be_visible()
    await expect(row(page, "A-1")).to_be_hidden()
    assert desk.complaints == []


async def test_an_order_that_goes_no_further_is_told_why(desk: Desk):
    placed = await place(desk, "A-1")
    async with system_scope(desk.product.platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE orders SET stage = 'not_printable', reason = 'voided' WHERE id = :id"),
            {"id": placed["A-1"]},
        )
    page = await desk.sign_in(await desk.open())
    await page.get_by_role("link", name="A-1", exact=True).click()

    await expect(page.get_by_text("Its payment was voided or has expired")).to_be_visible()
    why, parcels = (page.get_by_role("region", name=name) for name in ("Why this provider", "Shipments"))
    await expect(why).to_contain_text("It is not printed, so no provider was chosen.")
    await expect(parcels).to_contain_text("Nothing is sent.")
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
