"""The wheel holds the pages: built where they are stale, by npm; where they are not, nothing of Node is asked for."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMES = [
    "index.html",
    "index.html.br",
    "index.html.gz",
    "assets/a-1.js",
    "assets/a-1.js.br",
    "assets/a-1.js.gz",
]
# What stands for npm notes what it is asked and leaves a build, or fails.
NPM = """#!/bin/sh
echo "npm $*" >> {calls}
[ "$1" = "{fails}" ] && echo "no such package" && exit 7
[ "$1" = run ] && mkdir -p {dist}/assets && for name in {names}; do echo made > {dist}/$name; done
exit 0
"""


def load_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hook = load_hook()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with pages that were never built, on a machine without Node."""
    monkeypatch.delenv("PRINTVISION_SKIP_WEB", raising=False)
    monkeypatch.setattr(hook.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    root = tmp_path / "checkout"
    (root / "web" / "src").mkdir(parents=True)
    (root / "web" / "node_modules" / "x").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.tsx", "node_modules/x/index.js"):
        (root / "web" / name).write_text(name)
    return root


def with_npm(root: Path, monkeypatch: pytest.MonkeyPatch, *, fails: str = "-") -> Path:
    """Put a Node of the right age there; the file that tells what npm was asked."""
    folder = root.parent / "bin"
    folder.mkdir(exist_ok=True)
    calls = root.parent / "calls"
    npm = NPM.format(calls=calls, fails=fails, dist=hook.dist_of(root), names=" ".join(NAMES))
    for name, script in (("npm", npm), ("node", "#!/bin/sh\necho v20.19.0\n")):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setattr(hook.shutil, "which", lambda name: str(folder / name))
    return calls


def prepared(root: Path) -> None:
    """Pages that are as their sources say."""
    dist = hook.dist_of(root)
    for name in NAMES:
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text("made")
    (dist / hook.STAMP).write_text(hook.hash_of_sources(root / "web"))


def test_pages_are_built_once_and_again_where_a_source_changes(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    calls = with_npm(checkout, monkeypatch)
    both = ["npm ci --include=dev --ignore-scripts --no-audit --no-fund", "npm run build"]

    assert hook.build(checkout)
    assert not hook.build(checkout)
    assert calls.read_text().splitlines() == both
    (checkout / "web" / "node_modules" / "x" / "index.js").write_text("other")
    assert not hook.build(checkout)
    for name in ("src/main.tsx", "package-lock.json", "src/new.ts"):
        (checkout / "web" / name).write_text("other")
        assert hook.build(checkout)
    (checkout / "web" / "src" / "new.ts").unlink()
    assert hook.build(checkout)
    assert calls.read_text().splitlines() == both * 5


def test_what_npm_says_is_told_and_the_pages_stay_stale(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    with_npm(checkout, monkeypatch, fails="ci")

    with pytest.raises(
        hook.PagesNotBuilt, match=r"(?s)no such package.*`npm ci.*` failed.*PRINTVISION_SKIP_WEB=1"
    ):
        hook.build(checkout)

    assert hook.is_stale(checkout)


def test_node_is_asked_for_only_where_there_is_something_to_build(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
):
    assert hook.needs_node(checkout)
    with pytest.raises(hook.PagesNotBuilt, match=r"Node 20\.19"):
        hook.build(checkout)

    prepared(checkout)
    assert not hook.needs_node(checkout)
    (checkout / "web" / "src" / "main.tsx").write_text("other")
    assert hook.needs_node(checkout)
    with monkeypatch.context() as patch:
        patch.setenv("PRINTVISION_SKIP_WEB", "1")
        assert (hook.needs_node(checkout), hook.build(checkout)) == (False, False)
    with_npm(checkout, monkeypatch)
    assert not hook.needs_node(checkout)
    (checkout / "web" / "package.json").unlink()
    assert not hook.is_stale(checkout)


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0\n", True),
        ("v24.0.0", True),
        ("v18.20.0", False),
        ("", False),
        ("node", False),
    ],
)
def test_a_node_will_do_from_the_versions_on_that_vite_names(version: str, good: bool):
    assert hook.will_do(version) is good


def test_the_wheel_holds_the_pages_and_its_making_asks_for_no_node(tmp_path: Path):
    root = tmp_path / "checkout"
    skipped = shutil.ignore_patterns("__pycache__", "dist")
    for name in ("printvision", "migrations"):
        shutil.copytree(ROOT / name, root / name, ignore=skipped)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    (root / "web").mkdir()
    (root / "web" / "package.json").write_text("{}")
    prepared(root)
    without_node = {**os.environ, "PATH": str(tmp_path)}
    without_node.pop("PRINTVISION_SKIP_WEB", None)

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "out")],
        cwd=root,
        env=without_node,
        check=True,
        capture_output=True,
        timeout=100,
    )

    (wheel,) = (tmp_path / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        there = set(packed.namelist())
    assert {f"printvision/web/dist/{name}" for name in NAMES} <= there
    assert "printvision/_migrations/env.py" in there
    assert not any("node_modules" in name or name.startswith("web/") for name in there)
