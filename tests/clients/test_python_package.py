"""The Python client as others have it: checked by their type checker, built, installed alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "python"
WITHIN_S = 110
USED = """
import sys, importlib.metadata, printvision_client
from printvision_client import AsyncPrintVision, PrintVision, models
print(importlib.metadata.version("printvision-client"), printvision_client.__version__)
print(printvision_client.__file__.startswith(sys.prefix), "printvision" in sys.modules)
print(PrintVision("https://desk.example", key="pv_secret"))
"""


def run(*words: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def test_what_is_right_passes_the_type_checker_and_no_deliberate_mistake_does(tmp_path: Path):
    checker = shutil.which("basedpyright", path=str(Path(sys.executable).parent))
    if checker is None:
        pytest.skip("missing: basedpyright beside Python")
    shutil.copy(CLIENT / "tests" / "types.py", tmp_path / "uses.py")
    settings = {
        "include": ["uses.py"],
        "extraPaths": [str(CLIENT / "src"), sysconfig.get_path("purelib")],
        "pythonVersion": "3.11",
        "typeCheckingMode": "strict",
        "reportUnnecessaryTypeIgnoreComment": "error",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    checked = run(checker, "--project", tmp_path, cwd=tmp_path)

    assert (checked.stdout.splitlines()[-1], checked.returncode) == ("0 errors, 0 warnings, 0 notes", 0), (
        checked.stdout
    )
    assert (tmp_path / "uses.py").read_text().count("# pyright: ignore") >= 20


def test_it_is_built_and_installed_alone(tmp_path: Path):
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    alone = ("--no-index", "--no-deps", "--no-build-isolation")
    source = shutil.copytree(CLIENT, tmp_path / "source")
    built = run(*pip, "wheel", *alone, "--wheel-dir", tmp_path, source, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")

    home = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path)
    python = home / "bin" / "python"
    target = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
    ).stdout.strip()
    installed = run(*pip, "--python", python, "install", *alone, wheel, cwd=tmp_path)
    # What it needs is lent from here: nothing is downloaded.
    (Path(target) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    used = run(python, "-c", USED, cwd=tmp_path)

    assert installed.returncode == 0, installed.stderr
    assert used.stdout.splitlines() == ["0.1.0 0.1.0", "True False", "PrintVision('https://desk.example')"], (
        used.stderr
    )
    assert (Path(target) / "printvision_client" / "py.typed").is_file()
