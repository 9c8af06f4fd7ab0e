"""A worker knows every workflow before it takes a run: one that is imported later would be claimed and lost."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import msgspec

import printvision

PACKAGE = Path(printvision.__file__).parent


def declared() -> set[str]:
    """The name of every workflow in the source, as it is stored."""
    names = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "workflow" and node.args:
                version = next(
                    (word.value for word in node.keywords if word.arg == "version"), ast.Constant(1)
                )
                names.add(f"{ast.literal_eval(node.args[0])}@{ast.literal_eval(version)}")
    return names


def test_importing_the_worker_registers_every_workflow() -> None:
    ask = (
        "import json, printvision.worker; from printvision.platform.workflows import REGISTRY; "
        "print(json.dumps(list(REGISTRY)))"
    )
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True, timeout=60)

    assert set(msgspec.json.decode(told.stdout)) == declared()
    assert "orders.fulfil@1" in declared()
