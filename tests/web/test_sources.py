"""The pages' own checks, from a fresh checkout: types, unit tests, and that the build is what the server expects."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
WITHIN_S = 110
MOST_SCRIPT_BYTES = 130 * 1024


@pytest.fixture(scope="module")
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


def npm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", *words], cwd=folder, capture_output=True, text=True, timeout=WITHIN_S, check=False
    )


def test_types_and_unit_tests_hold(web: Path):
    types = npm(web, "run", "--silent", "types")
    assert (types.stdout, types.returncode) == ("", 0)

    units = npm(web, "test")
    assert units.returncode == 0, units.stdout


def test_it_builds_what_the_server_serves(web: Path):
    built = npm(web, "run", "build")
    dist = web.parent / "printvision" / "web" / "dist"

    assert built.returncode == 0, built.stderr
    page = (dist / "index.html").read_text()
    begins = re.search(r'import\("(/assets/index-[\w-]+\.js)"\)', page)
    assert begins is not None
    entry = dist / begins.group(1).lstrip("/")
    assert " style=" not in page  # no attribute that a strict content policy would refuse
    assert len(gzip.compress(entry.read_bytes())) < MOST_SCRIPT_BYTES
    for path in dist.rglob("*"):
        if path.suffix in {".html", ".js", ".css", ".svg"}:
            assert gzip.decompress(Path(f"{path}.gz").read_bytes()) == path.read_bytes()
            assert Path(f"{path}.br").stat().st_size < path.stat().st_size
    assert list(dist.rglob("*.woff2"))


def test_its_lock_names_no_registry():
    assert "resolved" not in (WEB / "package-lock.json").read_text()
