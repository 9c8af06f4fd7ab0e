"""The pages' own checks, from a fresh checkout: types, unit tests, and that the build is what the server expects."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from tests.web.conftest import WEB, npm

MOST_SCRIPT_BYTES = 130 * 1024


def test_types_and_unit_tests_hold(web: Path):
    types = npm(web, "run", "--silent", "types")
    assert (types.stdout, types.returncode) == ("", 0)

    units = npm(web, "test")
    assert units.returncode == 0, units.stdout


def test_it_builds_what_the_server_serves(dist: Path):
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
