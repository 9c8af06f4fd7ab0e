from __future__ import annotations

from pathlib import Path

import pytest

from printvision.platform import provenance
from printvision.platform.provenance import find_commit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def _not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "_installed", lambda: None)


@pytest.mark.parametrize(
    ("files", "commit"),
    [
        ({}, None),
        ({"HEAD": COMMIT}, COMMIT),
        ({"HEAD": "ref: refs/heads/main", "refs/heads/main": COMMIT + "\n"}, COMMIT),
        ({"HEAD": "ref: refs/heads/main", "packed-refs": f"# pack-refs\n{COMMIT} refs/heads/main\n"}, COMMIT),
        ({"HEAD": "ref: refs/heads/main", "packed-refs": f"{COMMIT} refs/heads/other\n"}, None),
        ({"HEAD": "ref: refs/heads/main"}, None),
        ({"HEAD": "nonsense"}, None),
        ({"HEAD": "ref: refs/heads/main", "refs/heads/main": "nonsense"}, None),
    ],
)
def test_the_commit_is_that_of_the_checkout(tmp_path: Path, files: dict[str, str], commit: str | None):
    for name, text in files.items():
        file = tmp_path / ".git" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    assert find_commit(tmp_path) == commit
