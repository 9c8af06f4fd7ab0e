"""The ways in, in a real browser: by a password, after a forgotten one, by an invitation."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from printvision.accounts import Purpose, create_link
from printvision.accounts.passwords import hash_password
from printvision.mail.writing import read_outbox
from printvision.platform.db import run
from printvision.platform.redaction import Secret
from printvision.platform.scope import system_scope
from tests.factories.people import make_member
from tests.web.conftest import Desk
from tests.web.test_pages import LOOKS, fits, violations

GOOD, BETTER = "quillback-row-odalys-77", "wexford.lantern.prairie"


async def make_ada(desk: Desk) -> str:
    """A member with a password; her address."""
    person_id = await make_member(desk.workspace)
    made = await hash_password(desk.product.platform, Secret(GOOD))
    statement = "UPDATE people SET password_hash = %(hash)s, email = 'ada@print.example' WHERE id = %(id)s"
    async with system_scope(desk.product.platform, "test") as scope:
        await run(scope.session, statement, {"hash": made, "id": person_id})
        await run(scope.session, "UPDATE workspaces SET second_factor = false")
    return "ada@print.example"


async def mailed(desk: Desk) -> str:
    """Path and token of the last link that was mailed."""
    async with system_scope(desk.product.platform, "test") as scope:
        text = (await read_outbox(scope, 1))[0].text
    found = re.search(r"http://[^/]+(/\S+#\S{43})\n", text)
    assert found is not None
    return found[1]


async def test_with_a_password_by_keyboard_alone_and_a_wrong_one_is_told(desk: Desk):
    email = await make_ada(desk)
    page = await (await desk.open()).new_page()
    await page.goto("/sign-in")

    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type(email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(BETTER)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text(
        "E-mail address and password do not belong together"
    )
    await page.get_by_label("Password").fill(GOOD)
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/w/*/orders")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


async def test_a_forgotten_password_is_set_anew_by_mail(desk: Desk):
    email = await make_ada(desk)
    page = await (await desk.open()).new_page()
    await page.goto("/sign-in")
    await page.get_by_role("link", name="I forgot my password").click()
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    await page.goto(await mailed(desk))
    await page.get_by_label("New password").fill(BETTER)
    assert "#" not in page.url
    await page.get_by_role("button", name="Set it").click()
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password").fill(BETTER)
    await page.get_by_role("button", name="Sign in").click()

    await page.wait_for_url("**/w/*/orders")
    assert desk.complaints == []


async def test_who_is_invited_makes_an_account_and_is_inside(desk: Desk):
    details = {"workspace_id": str(desk.workspace.id), "role": "viewer"}
    async with system_scope(desk.product.platform, "test") as scope:
        link = await create_link(
            scope, Purpose.INVITE, lasts=timedelta(days=1), email="new@print.example", details=details
        )
    page = await (await desk.open()).new_page()
    await page.goto(f"/invitation#{link.token.reveal()}")

    await expect(page.get_by_label("E-mail address")).to_have_value("new@print.example")
    await page.get_by_label("Your name").fill("Odalys")
    await page.get_by_label("Password").fill(GOOD)
    await page.get_by_role("button", name="Make the account").click()

    await page.wait_for_url("**/w/*/orders")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()


async def test_a_link_that_was_used_says_so(desk: Desk):
    page = await (await desk.open()).new_page()
    await page.goto("/welcome#" + "x" * 43)

    await expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "theme"), LOOKS)
async def test_they_fit_and_axe_finds_nothing_grave(
    desk: Desk, web: Path, width: int, height: int, theme: str
):
    page = await (await desk.open(width=width, height=height, theme=theme)).new_page()
    grave: list[str] = []
    for path, title in (
        ("/sign-in", "Sign in"),
        ("/forgot", "Set a new password"),
        ("/reset#" + "x" * 43, "Set a new password"),
        ("/confirm#" + "x" * 43, "Confirm your new address"),
        ("/connect#" + "x" * 43, "Connect your account"),
        ("/sign-in/openid?code=a&state=" + "x" * 43, "You are not signed in"),
        ("/oauth/printful?code=a&state=" + "x" * 43, "Nothing was connected"),
        ("/", "You are signed out"),
    ):
        await page.goto(path)
        await expect(page.get_by_role("heading", name=title)).to_be_visible()
        await fits(page)
        grave += await violations(page, web)

    assert grave == []
