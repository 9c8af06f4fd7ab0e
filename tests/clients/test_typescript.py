"""The TypeScript client: what is right compiles, and no deliberate mistake does."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from printvision.api.clients import typescript_router
from printvision.api.discovery import load_operations
from tests.path.conftest import Product, order

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "typescript"
WITHIN_S = 120


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with what it needs."""
    if shutil.which("npm") is None:
        pytest.skip("missing: npm on the path")
    folder = tmp_path_factory.mktemp("client") / "typescript"
    shutil.copytree(CLIENT, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    installed = npm(folder, "ci", "--no-audit", "--no-fund")
    if installed.returncode != 0 and "ENOTFOUND" in installed.stderr:
        pytest.skip("missing: an npm registry that can be reached")
    assert installed.returncode == 0, installed.stderr
    return folder


def npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", *words], cwd=folder, capture_output=True, text=True, timeout=WITHIN_S, check=False
    )


def test_it_compiles_and_each_deliberate_mistake_does_not(client: Path):
    checked = npm(client, "run", "--silent", "check")

    # an @ts-expect-error above a line that compiles is an error too
    assert (checked.stdout, checked.returncode) == ("", 0)
    assert (client / "test" / "types.ts").read_text().count("@ts-expect-error") >= 15


def test_it_builds_into_what_others_install(client: Path):
    built = npm(client, "run", "--silent", "build")

    assert (built.stdout, built.returncode) == ("", 0)
    assert {path.name for path in (client / "dist").iterdir()} == {
        f"{name}.{kind}" for name in ("index", "router") for kind in ("js", "d.ts")
    }


def test_its_lock_names_no_registry():
    assert "resolved" not in (CLIENT / "package-lock.json").read_text()


def test_every_call_with_a_json_body_is_in_its_types():
    router = typescript_router(load_operations().values())

    for each in load_operations().values():
        assert (f"/** {each.title} */" in router) is (each.rest.body == "json" and not each.rest_only), (
            each.key
        )
        assert f'| "{each.feature.key}"' in router
        assert each.permission is None or f'| "{each.permission}"' in router


async def test_what_is_built_speaks_to_a_running_installation(client: Path, product: Product):
    placed = (await product.client.post("/api/v1/orders", json=order())).json()
    workspace = (await product.client.get("/api/v1/workspace")).json()
    npm(client, "run", "--silent", "build")

    node = await asyncio.create_subprocess_exec(
        *("node", "test/live.mjs", placed["id"]),
        cwd=client,
        env=os.environ | {"PRINTVISION_URL": str(product.client.base_url), "PRINTVISION_KEY": product.key},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await asyncio.wait_for(node.communicate(), WITHIN_S)

    assert msgspec.json.decode(said) == {
        "workspace": workspace["slug"],
        "listed": [placed["id"]],
        "stage": "received",
        "hold": "asking the buyer",
        "refused": {"code": "not-found", "status": 404},
    }
