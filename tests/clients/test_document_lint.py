"""The OpenAPI document passes the rules that those who make clients and pages of such documents go by."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from printvision.api.discovery import load_operations
from printvision.api.openapi import openapi_document

PACKAGE = Path(__file__).resolve().parent / "redocly"
WITHIN_S = 100
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.fixture(scope="module")
def redocly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `@redocly/cli` in it."""
    if shutil.which("npm") is None:
        pytest.skip("missing: npm on the path")
    folder = tmp_path_factory.mktemp("redocly")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PACKAGE / name, folder)
    installed = run(folder, "npm", "ci", "--no-audit", "--no-fund")
    if installed.returncode != 0 and "ENOTFOUND" in installed.stderr:
        pytest.skip("missing: an npm registry that can be reached")
    assert installed.returncode == 0, installed.stderr
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
        env=os.environ | QUIET,
    )


def lint(folder: Path, document: object) -> dict[str, int]:
    """How many errors and warnings it has."""
    (folder / "openapi.json").write_bytes(msgspec.json.encode(document))
    linted = run(folder, "node_modules/.bin/redocly", "lint", "--format=json", "openapi.json")
    return msgspec.json.decode(linted.stdout)["totals"]


def test_it_has_no_error_and_no_warning(redocly: Path):
    document = openapi_document(load_operations().values(), public_url="https://print.example.org")

    assert lint(redocly, document) == {"errors": 0, "warnings": 0, "ignored": 0}
    del document["info"]["license"]
    assert lint(redocly, document) == {"errors": 0, "warnings": 1, "ignored": 0}


def test_its_lock_names_no_registry():
    assert "resolved" not in (PACKAGE / "package-lock.json").read_text()
