"""Signing in by an issuer, in a real browser and at a real issuer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from playwright.async_api import expect

from printvision.accounts.openid.signing_in import Issuers
from printvision.platform.redaction import Secret
from printvision.platform.settings import AccountSettings, IssuerSettings
from tests.accounts.openid.issuers import CLIENT, SECRET, RealIssuer, running_issuer, script_folder
from tests.web.conftest import Desk
from tests.web.test_entry import mailed, make_ada

BUTTON = "Sign in with Our company"


@pytest.fixture
async def issuer(desk: Desk, tmp_path: Path) -> AsyncGenerator[RealIssuer]:
    async with running_issuer(script_folder(tmp_path), callback=f"{desk.url}/sign-in/openid") as issuer:
        platform = desk.product.platform
        named = IssuerSettings(
            name="company",
            title="Our company",
            url=issuer.url,
            client_id=CLIENT,
            client_secret=Secret(SECRET),
            allow_private_addresses=True,
        )
        platform.settings = msgspec.structs.replace(
            platform.settings,
            accounts=AccountSettings(issuers=[named]),
            server=msgspec.structs.replace(platform.settings.server, public_url=desk.url),
        )
        platform.extras.pop(Issuers, None)
        yield issuer


async def test_an_account_is_connected_by_its_mail_and_signs_in_by_one_button_from_then_on(
    desk: Desk, issuer: RealIssuer
):
    email = await make_ada(desk)
    await issuer.tell(person={"sub": "ada", "email": email, "email_verified": True, "name": "Ada"})
    page = await (await desk.open()).new_page()
    await page.goto("/sign-in")
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert urlsplit(page.url).query == ""

    await page.goto(await mailed(desk))
    await page.get_by_role("button", name="Connect it").click()
    await page.wait_for_url("**/w/*/orders")

    another = await (await desk.open()).new_page()
    await another.goto("/sign-in")
    await another.get_by_role("button", name=BUTTON).click()
    await another.wait_for_url("**/w/*/orders")
    await expect(another.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    assert desk.complaints == []


async def test_who_may_not_come_in_is_told_why(desk: Desk, issuer: RealIssuer):
    await issuer.tell(person={"sub": "eve", "email": "eve@else.example", "email_verified": False})
    page = await (await desk.open()).new_page()
    await page.goto("/sign-in")

    await page.get_by_role("button", name=BUTTON).click()

    await expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("does not vouch for your e-mail address")
    assert urlsplit(page.url).query == ""
