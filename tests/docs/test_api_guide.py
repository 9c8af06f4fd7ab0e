"""The guide to the API: each of its examples is run, and prints what the guide says."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from printvision.platform.settings import Settings
from tests.clients.test_typescript import npm
from tests.path.conftest import Product

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "api.md"
LANGUAGES = ("bash", "typescript", "python")
BETWEEN = "-- next --"
WITHIN_S = 60
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """What a part of the guide has in one language, and what that prints; None where it is another each time."""

    part: str
    code: str
    prints: str | None


def examples(language: str) -> list[Example]:
    found: list[Example] = []
    for part in GUIDE.read_text().split("\n## ")[1:]:
        blocks = dict(_BLOCK.findall(part))
        if language in blocks:
            found.append(Example(part.partition("\n")[0], blocks[language], blocks.get("text")))
    return found


async def run(words: Sequence[str | Path], folder: Path, product: Product, **environment: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *map(str, words),
        cwd=folder,
        env=os.environ
        | {"PRINTVISION_URL": str(product.client.base_url).rstrip("/"), "PRINTVISION_API_KEY": product.key}
        | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, wrong = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert process.returncode == 0, f"{told.decode()}\n{wrong.decode()}"
    return told.decode()


def check(language: str, told: str) -> None:
    """Each example printed what stands below it."""
    parts = told.split(f"{BETWEEN}\n")
    found = examples(language)
    assert len(parts) == len(found)
    for example, printed in zip(found, parts, strict=True):
        if example.prints is not None:
            assert printed == example.prints, example.part


def need(*programs: str) -> None:
    for name in programs:
        if shutil.which(name) is None:
            pytest.skip(f"missing: {name} on the path")


@pytest.fixture(autouse=True)
async def _as_the_guide_has_it(product: Product) -> None:
    renamed = await product.client.patch("/api/v1/workspace", json={"name": "Ana's Shirts"})
    assert renamed.status_code == 200


async def test_its_bash_examples_print_what_they_say(product: Product, settings: Settings, tmp_path: Path):
    need("bash", "curl", "jq")
    code = f"\necho '{BETWEEN}'\n".join(example.code for example in examples("bash"))
    (tmp_path / "guide.sh").write_text(f"set -euo pipefail\n{code}")
    database = settings.database
    ours = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database.url.reveal(),
        "DATABASE_SYSTEM_URL": database.system_url.reveal(),
        "DATABASE_OWNER_URL": database.owner_url.reveal(),
        "PRINTVISION_DATA_DIR": settings.data_dir,
    }

    told = await run(("bash", "guide.sh"), tmp_path, product, **ours)

    check("bash", told)
    budget = told.split(f"{BETWEEN}\n")[
        [each.part for each in examples("bash")].index("How much you may ask")
    ]
    assert re.match(r'"\w+";q=\d+;w=\d+.* "\w+";r=\d+;t=\d+', budget)


async def test_its_typescript_examples_compile_and_print_what_they_say(product: Product, client: Path):
    need("node")
    built = npm(client, "run", "--silent", "build")
    assert built.returncode == 0, built.stdout
    package = client / "node_modules" / "@printvision"
    package.mkdir(parents=True, exist_ok=True)
    (package / "client").symlink_to(client)
    code = f'\nconsole.log("{BETWEEN}");\n'.join(example.code for example in examples("typescript"))
    (client / "guide.ts").write_text(code)
    (client / "node.d.ts").write_text("declare const process: { env: Record<string, string | undefined> };\n")
    (client / "tsconfig.guide.json").write_text(
        '{"extends": "./tsconfig.json", "compilerOptions": {"rootDir": ".", "outDir": "guide", "declaration": false},'
        ' "include": ["guide.ts", "node.d.ts"]}'
    )

    compiled = npm(client, "exec", "--", "tsc", "-p", "tsconfig.guide.json")
    assert compiled.returncode == 0, compiled.stdout
    told = await run(("node", "guide/guide.js"), client, product)

    check("typescript", told)


async def test_its_python_examples_print_what_they_say(product: Product, tmp_path: Path):
    code = f'\nprint("{BETWEEN}")\n'.join(example.code for example in examples("python"))
    (tmp_path / "guide.py").write_text(code)

    told = await run(
        (sys.executable, "guide.py"), tmp_path, product, PYTHONPATH=str(ROOT / "clients" / "python" / "src")
    )

    check("python", told)


def test_its_parts_have_all_languages_but_where_one_has_no_part():
    parts = {language: [example.part for example in examples(language)] for language in LANGUAGES}

    assert set(parts["bash"]) - set(parts["typescript"]) == {"Get a key"}
    assert set(parts["bash"]) - set(parts["python"]) == {"Get a key", "tRPC"}
    assert len(parts["bash"]) == 10
