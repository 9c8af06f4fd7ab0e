"""The pages, built once, behind the running product, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from printvision.api.application import make_application
from printvision.api.discovery import load_operations
from printvision.api.web import load_pages, page_routes
from printvision.platform.settings import Settings
from tests.api.browsing import link_to
from tests.api.conftest import opener, running
from tests.api.wire import serving
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product, product

__all__ = ["product"]

WEB = Path(__file__).resolve().parents[2] / "web"
WITHIN_S = 110
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", *words], cwd=folder, capture_output=True, text=True, timeout=WITHIN_S, check=False
    )


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with what they need, where nothing else is built."""
    if shutil.which("npm") is None:
        pytest.skip("missing: npm on the path")
    folder = tmp_path_factory.mktemp("pages") / "web"
    shutil.copytree(WEB, folder, ignore=shutil.ignore_patterns("node_modules"))
    installed = npm(folder, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund")
    if installed.returncode != 0 and "ENOTFOUND" in installed.stderr:
        pytest.skip("missing: an npm registry that can be reached")
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="session")
def dist(web: Path) -> Path:
    built = npm(web, "run", "build")
    assert built.returncode == 0, built.stderr
    return web.parent / "printvision" / "web" / "dist"


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("missing: chromium on the path")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@dataclass
class Desk:
    """The product as somebody who is signed in sees it.

    Args:
        complaints: what pages told the console, and what they did not catch.
    """

    product: Product
    workspace: MadeWorkspace
    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, *, width: int = 1440, height: int = 900, theme: str = "light") -> BrowserContext:
        """A browser of its own, where nobody is signed in."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            base_url=self.url,
            locale="en-GB",
        )
        context.on(
            "console", lambda told: self.complaints.append(told.text) if told.type == "error" else None
        )
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context

    async def sign_in(self, context: BrowserContext) -> Page:
        """The list, live, as one comes to it by a link."""
        page = await context.new_page()
        await page.goto(f"/sign-in#{await link_to(self.workspace)}")
        await page.wait_for_url("**/w/*/orders")
        await page.wait_for_selector("[data-live=live]")
        return page


@pytest.fixture
async def desk(
    product: Product, workspace: MadeWorkspace, settings: Settings, dist: Path, browser: Browser
) -> AsyncGenerator[Desk]:
    routes = page_routes(load_pages(dist))
    app = make_application(
        settings, load_operations().values(), routes=routes, opener=opener(product.platform)
    )
    async with running(app), serving(app, settings) as wire:
        yield Desk(product, workspace, browser, f"http://127.0.0.1:{wire.port}")
